import { isDatabaseUnreachable } from "@craic/runtime/mysql.js";
import type { Preferences } from "./preferences.js";
import type { UserStore } from "./user-store.js";

/** How much later a change that another replica was told of is seen here, at most. */
const REMEMBERED_MS = 10_000;
/** As much longer is remembered while the database cannot be reached. */
const OUTAGE_MS = 3_600_000;
/** People whose preferences are remembered, some 400 bytes each. */
const MOST_PEOPLE = 10_000;

interface Remembered {
  readonly preferences: Preferences;
  readonly untilMs: number;
}

/**
 * A store that remembers for a moment what people say they like, for every recommendation asks for it. What is changed
 * through this store counts at once.
 */
export function rememberingPreferences(store: UserStore, now: () => Date): UserStore {
  /** The one read longest ago first. */
  const remembered = new Map<string, Remembered>();
  /** How many changes were made here: what was read while one was made may be from before it. */
  let changes = 0;

  function remember(userId: string, preferences: Preferences): void {
    remembered.delete(userId);
    remembered.set(userId, { preferences, untilMs: now().getTime() + REMEMBERED_MS });
    if (remembered.size <= MOST_PEOPLE) return;
    for (const oldest of remembered.keys()) {
      remembered.delete(oldest);
      break;
    }
  }

  return {
    ...store,

    async findPreferences(userId) {
      const known = remembered.get(userId);
      if (known !== undefined && now().getTime() < known.untilMs) return known.preferences;
      const before = changes;
      try {
        const found = await store.findPreferences(userId);
        if (found !== undefined && before === changes) remember(userId, found);
        return found;
      } catch (error) {
        // Gone when somebody has tried to change them meanwhile.
        const last = remembered.get(userId);
        if (last === undefined || !isDatabaseUnreachable(error)) throw error;
        if (now().getTime() >= last.untilMs + OUTAGE_MS) throw error;
        return last.preferences;
      }
    },

    async setPreferences(userId, preferences) {
      try {
        return await store.setPreferences(userId, preferences);
      } finally {
        changes++;
        remembered.delete(userId);
      }
    },
  };
}
