import { useSyncExternalStore } from "react";

/** As much of a city as is needed to go back to it and greet it by name. */
export interface RememberedCity {
  readonly cityId: string;
  readonly name: string;
}

const KEY = "craic.city";
const listeners = new Set<() => void>();

export function rememberCity({ cityId, name }: RememberedCity): void {
  localStorage.setItem(KEY, JSON.stringify({ cityId, name }));
  for (const listener of listeners) listener();
}

/** The city that was looked at last, in this browser. */
export function useRememberedCity(): RememberedCity | undefined {
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(KEY));
  return text === null ? undefined : parse(text);
}

function parse(text: string): RememberedCity | undefined {
  try {
    const { cityId, name } = JSON.parse(text);
    return typeof cityId === "string" && typeof name === "string" ? { cityId, name } : undefined;
  } catch {
    return undefined;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}
