import { noPreferences, type Preferences } from "./preferences.js";
import { rememberingPreferences } from "./remembered-preferences.js";
import type { UserStore } from "./user-store.js";

const jazz: Preferences = { ...noPreferences, genres: ["jazz"] };
const soul: Preferences = { ...noPreferences, genres: ["soul"] };

/** Over a store of one account, "ada", and a clock that stands still. */
function bed() {
  let kept = jazz;
  let reads = 0;
  const clock = { ms: 0 };
  const store: Pick<UserStore, "findPreferences" | "setPreferences"> = {
    async findPreferences(userId) {
      reads++;
      return userId === "ada" ? kept : undefined;
    },
    async setPreferences(_, preferences) {
      kept = preferences;
      return true;
    },
  };
  const remembering = rememberingPreferences(store as UserStore, () => new Date(clock.ms));
  return {
    clock,
    store,
    reads: () => reads,
    find: (userId = "ada") => remembering.findPreferences(userId),
    set: (preferences: Preferences) => remembering.setPreferences("ada", preferences),
  };
}

describe("preferences that are remembered", () => {
  it("are read once in ten seconds", async () => {
    const { clock, find, reads } = bed();
    expect(await find()).toEqual(jazz);
    clock.ms = 9_999;
    expect(await find()).toEqual(jazz);
    expect(reads()).toBe(1);
    clock.ms = 10_000;
    await find();
    expect(reads()).toBe(2);
  });

  it("are what they were while the database cannot be reached, for an hour more", async () => {
    const { clock, find, store } = bed();
    await find();
    const gone = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    store.findPreferences = () => Promise.reject(gone);
    clock.ms = 10_000 + 3_600_000 - 1;
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

  it("are the new ones after ten seconds when they were changed elsewhere", async () => {
    const { clock, find, store } = bed();
    await find();
    await store.setPreferences("ada", soul);
    clock.ms = 10_000;
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
    const store: Pick<UserStore, "findPreferences"> = {
      async findPreferences(userId) {
        asked.push(userId);
        return jazz;
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
