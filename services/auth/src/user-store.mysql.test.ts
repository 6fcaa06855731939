import type { RowDataPacket } from "mysql2";
import { createTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.js";
import { noPreferences } from "./preferences.js";
import type { NewAccount, UserStore } from "./user-store.js";
import { createMysqlUserStore } from "./user-store.mysql.js";

let database: TestDatabase;
let store: UserStore;

beforeAll(async () => {
  database = await createTestDatabase("auth");
  store = createMysqlUserStore(database);
});
afterAll(() => database.close());

const ada: NewAccount = {
  user: {
    userId: "0197915c-3e0a-7cc3-8a1e-5b2f4d6c8e90",
    email: "ada@example.ie",
    displayName: "Áda 👩‍🎤",
    roles: ["admin"],
    createTime: new Date("2026-06-20T22:00:00.123Z"),
  },
  passwordHash: "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$dGFn",
  preferences: {
    genres: ["Drum & Bass", 'Trad "session"', "日本"],
    djIds: ["ffffffff-ffff-7fff-8fff-ffffffffff00", "00000000-0000-7000-8000-000000000000"],
    cityIds: ["dublin", "cork"],
  },
};
const absent = "0197915c-0000-7cc3-8a1e-5b2f4d6c8e90";

describe("createMysqlUserStore()", () => {
  it("gives back what it was given", async () => {
    expect(await store.insert(ada)).toBe(true);
    expect(await store.find(ada.user.userId)).toEqual(ada.user);
    expect(await store.findCredentials("ada@example.ie")).toEqual({
      user: ada.user,
      passwordHash: ada.passwordHash,
    });
    expect(await store.findPreferences(ada.user.userId)).toEqual(ada.preferences);
  });

  it("does not take an email twice, and keeps the first account as it was", async () => {
    const second = { ...ada, user: { ...ada.user, userId: absent, displayName: "Not Ada" } };
    expect(await store.insert(second)).toBe(false);
    expect(await store.find(absent)).toBeUndefined();
    expect((await store.find(ada.user.userId))?.displayName).toBe(ada.user.displayName);
  });

  it.each(["áda@example.ie", "ada@example.ié"])("holds %j for another address", async (email) => {
    expect(await store.findCredentials(email)).toBeUndefined();
  });

  it("knows nothing of users that are not there", async () => {
    expect(await store.find(absent)).toBeUndefined();
    expect(await store.findPreferences(absent)).toBeUndefined();
    expect(await store.setPreferences(absent, noPreferences)).toBe(false);
  });

  it("replaces preferences, and says yes when they stay the same", async () => {
    const { userId } = ada.user;
    const wanted = { genres: [], djIds: [absent], cityIds: ["galway"] };
    expect(await store.setPreferences(userId, wanted)).toBe(true);
    expect(await store.setPreferences(userId, wanted)).toBe(true);
    expect(await store.findPreferences(userId)).toEqual(wanted);
    expect(await store.setPreferences(userId, noPreferences)).toBe(true);
    expect(await store.findPreferences(userId)).toEqual(noPreferences);
  });

  it("has room for the most that the contract allows", async () => {
    const most = {
      genres: Array.from({ length: 50 }, (_, i) => `${i}`.padEnd(60, "👩")),
      djIds: Array.from({ length: 100 }, (_, i) => `0197915c-3e0a-7cc3-8a1e-${String(i).padStart(12, "0")}`),
      cityIds: Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(64, "é")),
    };
    expect(await store.setPreferences(ada.user.userId, most)).toBe(true);
    expect(await store.findPreferences(ada.user.userId)).toEqual(most);
  });

  it("tells who has changed their preferences since there had been so many changes", async () => {
    const bob = { ...ada.user, userId: "0197915c-3e0a-7cc3-8a1e-5b2f4d6c8e91", email: "bob@example.ie" };
    await store.insert({ ...ada, user: bob });
    const before = await store.preferenceChanges();
    await store.setPreferences(ada.user.userId, noPreferences);
    await Promise.all([1, 2, 3].map(() => store.setPreferences(bob.userId, noPreferences)));
    expect(await store.preferenceChanges()).toBe(before + 4);
    expect((await store.preferencesChangedSince(before, 10)).toSorted()).toEqual([
      ada.user.userId,
      bob.userId,
    ]);
    expect(await store.preferencesChangedSince(before + 1, 10)).toEqual([bob.userId]);
    expect(await store.preferencesChangedSince(before, 1)).toHaveLength(1);
    expect(await store.preferencesChangedSince(before + 4, 10)).toEqual([]);
  });

  it("replaces a password hash", async () => {
    await store.setPasswordHash(ada.user.userId, "$argon2id$other");
    expect((await store.findCredentials("ada@example.ie"))?.passwordHash).toBe("$argon2id$other");
  });

  it("reads preferences with one look at the primary key", async () => {
    const query = jest.spyOn(database.pool, "query");
    await store.findPreferences(ada.user.userId);
    expect(query).toHaveBeenCalledTimes(1);
    const [{ sql }, parameters] = query.mock.calls[0] as unknown as [{ sql: string }, unknown[]];
    query.mockRestore();
    expect(sql).toBe("select `genres`, `dj_ids`, `city_ids` from `users` where `users`.`user_id` = ?");
    const [plan] = await database.pool.query<RowDataPacket[]>(`EXPLAIN ${sql}`, parameters);
    expect(plan).toMatchObject([{ type: "const", key: "PRIMARY" }]);
  });
});
