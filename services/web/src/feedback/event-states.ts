/** What the person has done with an event. */
export interface EventState {
  readonly saved: boolean;
  readonly hidden: boolean;
}

/**
 * What the person did on this page, which counts before the server has heard of it: lists fetched
 * earlier still show the state of then.
 */
export interface EventStates {
  /** The state as the server gave it, overruled by what was done here since. */
  of(eventId: string, given: EventState): EventState;
  change(eventId: string, change: Partial<EventState>): void;
  /** Back to what the server says. */
  forget(eventId: string): void;
  /** Somebody else is at the page now. */
  forgetAll(): void;
  subscribe(listener: () => void): () => void;
  /** Differs after every change. */
  version(): number;
}

export function createEventStates(): EventStates {
  const changes = new Map<string, Partial<EventState>>();
  const listeners = new Set<() => void>();
  let version = 0;
  const tell = () => {
    version++;
    for (const listener of listeners) listener();
  };
  return {
    of: (eventId, given) => ({ saved: given.saved, hidden: given.hidden, ...changes.get(eventId) }),
    change(eventId, change) {
      changes.set(eventId, { ...changes.get(eventId), ...change });
      tell();
    },
    forget(eventId) {
      changes.delete(eventId);
      tell();
    },
    forgetAll() {
      changes.clear();
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    version: () => version,
  };
}
