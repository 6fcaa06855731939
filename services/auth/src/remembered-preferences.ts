import { LruMap } from "@craic/runtime/lru-map.js";
import { isDatabaseUnreachable } from "@craic/runtime/mysql.js";
import { noPreferences, type Preferences } from "./preferences.js";
import type { UserStore } from "./user-store.js";

/** How much later a change that another replica was told of is seen here, at most. */
const TRUSTED_MS = 100;
/** A replica of the release before counts no changes; what it was told of is seen after this. */
const REMEMBERED_MS = 600_000;
/** For how long what is remembered counts while the database cannot be reached. */
const OUTAGE_MS = 3_600_000;
/** People whose preferences are remembered, some 400 bytes each where they state any. */
const MOST_PEOPLE = 10_000;
/** When so many people have changed theirs since the last look, everybody's are forgotten. */
const MOST_CHANGED = 200;

interface Remembered {
  readonly preferences: Preferences;
  readonly readMs: number;
}

/**
 * A store that remembers what people say they like, for every recommendation asks for it, and asks the database ten times
 * a second for who has changed it. What is changed through this store counts at once.
 */
export function rememberingPreferences(store: UserStore, now: () => Date): UserStore {
  /** The one read longest ago first. */
  const remembered = new LruMap<string, Remembered>(MOST_PEOPLE);
  /** What is remembered holds after so many changes; −1 before the first look. */
  let seen = -1;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  /** Raised when something may have changed: what was read while that was so may be from before it. */
  let version = 0;

  function remember(userId: string, preferences: Preferences): void {
    const { genres, djIds, cityIds } = preferences;
    // Most people state none: one object for all of them.
    const kept = genres.length + djIds.length + cityIds.length === 0 ? noPreferences : preferences;
    remembered.set(userId, { preferences: kept, readMs: now().getTime() });
  }

  async function look(): Promise<void> {
    const beganMs = now().getTime();
    const changes = await store.preferenceChanges();
    if (changes !== seen) {
      version++;
      const changed =
        changes > seen && seen >= 0 ? await store.preferencesChangedSince(seen, MOST_CHANGED) : undefined;
      if (changed === undefined || changed.length === MOST_CHANGED) remembered.clear();
      else for (const userId of changed) remembered.delete(userId);
      seen = changes;
    }
    lookedMs = beganMs;
  }

  /** Sees to it that all is known that was changed up to `TRUSTED_MS` ago. */
  async function catchUp(askedMs: number): Promise<void> {
    while (lookedMs + TRUSTED_MS <= askedMs) {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      await looking;
    }
  }

  return {
    ...store,

    async findPreferences(userId) {
      const nowMs = now().getTime();
      try {
        await catchUp(nowMs);
        const known = remembered.peek(userId);
        if (known !== undefined && nowMs < known.readMs + REMEMBERED_MS) return known.preferences;
        const before = version;
        const found = await store.findPreferences(userId);
        if (found !== undefined && before === version) remember(userId, found);
        return found;
      } catch (error) {
        // Gone when somebody has tried to change them meanwhile.
        const last = remembered.peek(userId);
        if (last === undefined || !isDatabaseUnreachable(error)) throw error;
        if (nowMs >= last.readMs + OUTAGE_MS) throw error;
        return last.preferences;
      }
    },

    async setPreferences(userId, preferences) {
      try {
        return await store.setPreferences(userId, preferences);
      } finally {
        version++;
        remembered.delete(userId);
      }
    },
  };
}
