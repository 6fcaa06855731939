import type { LiveState } from "../ranking/live-state.js";

/** An event that somebody has saved. */
export interface SavedEvent {
  readonly eventId: string;
  readonly savedMs: number;
}

/** Where a page of saved events ended. */
export type SavedCursor = readonly [savedMs: number, eventId: string];

export function isSavedCursor(value: unknown): value is SavedCursor {
  return Array.isArray(value) && Number.isFinite(value[0]) && typeof value[1] === "string";
}

/** What a person has saved, the newest save first and of equally new ones the larger id; from behind the cursor. */
export function savedAfter(
  { behaviour, catalogue }: LiveState,
  userId: string,
  cursor: SavedCursor | undefined,
  limit: number,
): SavedEvent[] {
  const user = behaviour.users.find(userId);
  const saved = behaviour
    .savedBy(user)
    .map(({ event, savedMs }) => ({ savedMs, eventId: catalogue.eventIdOf(event) }))
    .sort(newestFirst);
  const isBehind = (one: SavedEvent) =>
    cursor === undefined || newestFirst({ savedMs: cursor[0], eventId: cursor[1] }, one) < 0;
  return saved.filter(isBehind).slice(0, limit);
}

function newestFirst(a: SavedEvent, b: SavedEvent): number {
  return b.savedMs - a.savedMs || (a.eventId < b.eventId ? 1 : a.eventId > b.eventId ? -1 : 0);
}
