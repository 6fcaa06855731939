/** What somebody wanted to do with an event before they had an account to do it with. */
export interface PendingAct {
  readonly act: "save" | "hide";
  readonly eventId: string;
  readonly title: string;
  readonly recommendationId: string;
  readonly position: number;
}

const KEY = "craic.pending-act";

export function keepPendingAct(act: PendingAct): void {
  sessionStorage.setItem(KEY, JSON.stringify(act));
}

export function dropPendingAct(): void {
  sessionStorage.removeItem(KEY);
}

/** The act, if there is one, which is then no longer pending. */
export function takePendingAct(): PendingAct | undefined {
  const text = sessionStorage.getItem(KEY);
  dropPendingAct();
  return text === null ? undefined : (JSON.parse(text) as PendingAct);
}
