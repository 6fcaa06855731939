import { noPreferences, type Preferences } from "./preferences.js";
import { rememberingPreferences } from "./remembered-preferences.js";
import type { UserStore } from "./user-store.js";

const jazz: Preferences = { ...noPreferences, genres: ["jazz"] };
const soul: Preferences = { ...noPreferences, genres: ["soul"] };

type Store = Pick<
  UserStore,
  "findPreferences" | "setPreferences" | "preferenceChanges" | "preferencesChangedSince"
>;

/** Over a store of one account, "ada", and a clock that stands still. */
function bed() {
  let kept = jazz;
  let reads = 0;
  let changed: string[] = [];
  const clock = { ms: 0 };
  const store: Store = {
    async findPreferences(userId) {
      reads++;
      return userId === "ada" ? kept : undefined;
    },
    async setPreferences(_, preferences) {
      kept = preferences;
      changed.push("ada");
      return true;
    },
    async preferenceChanges() {
      return changed.length;
    },
    async preferencesChangedSince(changes, limit) {
      return changed.slice(changes, changes + limit);
    },
  };
  const remembering = rememberingPreferences(store as UserStore, () => new Date(clock.ms));
  return {
    clock,
    store,
    reads: () => reads,
    /** Others, who are not in the store, change theirs. */
    othersChange: (people: number) => {
      changed = [...changed, ...Array.from({ length: people }, (_, i) => `other ${i}`)];
    },
    /** Another database is there in its place, without a change. */
    restore: () => {
      changed = [];
      kept = soul;
    },
    find: (userId = "ada") => remembering.findPreferences(userId),
    set: (preferences: Preferences) => remembering.setPreferences("ada", preferences),
  };
}

describe("preferences that are remembered", () => {
  it("are read once in ten minutes", async () => {
    const { clock, find, reads } = bed();
    expect(await find()).toEqual(jazz);
    clock.ms = 599_999;
    expect(await find()).toEqual(jazz);
    expect(reads()).toBe(1);
    clock.ms = 600_000;
    await find();
    expect(reads()).toBe(2);
  });

  it("are asked about ten times a second, however many ask", async () => {
    const { clock, find, store } = bed();
    const looks = jest.spyOn(store, "preferenceChanges");
    await find();
    clock.ms = 99;
    await Promise.all([find(), find()]);
    expect(looks).toHaveBeenCalledTimes(1);
    clock.ms = 100;
    await Promise.all([find(), find()]);
    expect(looks).toHaveBeenCalledTimes(2);
  });

  it("are what they were while the database cannot be reached, for an hour", async () => {
    const { clock, find, store } = bed();
    await find();
    const gone = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    store.findPreferences = () => Promise.reject(gone);
    store.preferenceChanges = () => Promise.reject(gone);
    clock.ms = 3_600_000 - 1;
    expect(await find()).toEqual(jazz);
    await expect(find("bob")).rejects.toThrow(gone);
    clock.ms++;
    await expect(find()).rejects.toThrow(gone);
  });

  it("are not told while the database cannot be reached once somebody has tried to change them", async () => {
    const { clock, find, set, store } = bed();
    await find();
    const gone = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    store.setPreferences = () => Promise.reject(gone);
    store.findPreferences = () => Promise.reject(gone);
    store.preferenceChanges = () => Promise.reject(gone);
    clock.ms = 10_000;
    await expect(set(soul)).rejects.toThrow(gone);
    await expect(find()).rejects.toThrow(gone);
  });

  it("are the new ones as soon as they were changed here", async () => {
    const { find, set } = bed();
    await find();
    await set(soul);
    expect(await find()).toEqual(soul);
  });

  it("are the new ones a tenth of a second after they were changed elsewhere", async () => {
    const { clock, find, store } = bed();
    await find();
    await store.setPreferences("ada", soul);
    clock.ms = 100;
    expect(await find()).toEqual(soul);
  });

  it("stay remembered while others change theirs, unless very many have", async () => {
    const { clock, find, reads, othersChange } = bed();
    await find();
    othersChange(199);
    clock.ms = 100;
    await find();
    expect(reads()).toBe(1);
    othersChange(200);
    clock.ms = 200;
    await find();
    expect(reads()).toBe(2);
  });

  it("are not those of before a backup was restored", async () => {
    const { clock, find, othersChange, restore } = bed();
    othersChange(1);
    await find();
    restore();
    clock.ms = 100;
    expect(await find()).toEqual(soul);
  });

  it("are not those that were read while they were changed", async () => {
    const { find, set } = bed();
    const reading = find();
    await set(soul);
    await reading;
    expect(await find()).toEqual(soul);
  });

  it("are asked for again where there was nobody", async () => {
    const { find, reads } = bed();
    expect(await find("nobody")).toBeUndefined();
    expect(await find("nobody")).toBeUndefined();
    expect(reads()).toBe(2);
  });

  it("are those of ten thousand people at most", async () => {
    const asked: string[] = [];
    const store: Pick<UserStore, "findPreferences" | "preferenceChanges"> = {
      async findPreferences(userId) {
        asked.push(userId);
        return jazz;
      },
      async preferenceChanges() {
        return 0;
      },
    };
    const { findPreferences } = rememberingPreferences(store as UserStore, () => new Date(0));
    for (let i = 0; i <= 10_000; i++) await findPreferences(`${i}`);
    asked.length = 0;
    await findPreferences("10000");
    await findPreferences("0");
    expect(asked).toEqual(["0"]);
  });
});
