import { exampleEvent, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { createTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.js";
import type { Event } from "./event.js";
import type { MirrorStore } from "./mirror-store.js";
import { createMysqlMirrorStore } from "./mirror-store.mysql.js";

let database: TestDatabase;
let store: MirrorStore;

beforeEach(async () => {
  database = await createTestDatabase("recommender");
  store = createMysqlMirrorStore(database);
});
afterEach(() => database.close());

const readAll = async () => {
  const events: Event[] = [];
  for await (const chunk of store.readAll()) events.push(...chunk);
  return events;
};

describe("the mirror store", () => {
  it("is empty and has no position at first", async () => {
    expect(await readAll()).toEqual([]);
    expect(await store.resumeToken()).toBe("");
  });

  it("gives back what was saved, whatever is known of it", async () => {
    const full = exampleEvent(1, { minPriceCents: 0, currency: "EUR", status: "postponed" });
    const bare = exampleEvent(2, {
      venueId: "",
      djIds: [],
      genres: [],
      organiser: "",
      minPriceCents: undefined,
    });
    await store.save([full, bare], "token-1");
    expect(await readAll()).toEqual([full, bare]);
    expect(await store.resumeToken()).toBe("token-1");
  });

  it("replaces a state by a newer one", async () => {
    await store.save([exampleEvent(1)], "a");
    const newer = exampleEvent(1, {
      status: "cancelled",
      genres: ["jazz"],
      updatedMs: exampleEvent(1).updatedMs + 1,
    });
    await store.save([newer], "b");
    expect(await readAll()).toEqual([newer]);
  });

  it("keeps a newer state when a replica that is behind writes an older one", async () => {
    const newer = exampleEvent(1, { status: "cancelled", organiser: "", updatedMs: 2_000 });
    await store.save([newer], "b");
    await store.save([exampleEvent(1, { updatedMs: 1_999 })], "a");
    expect(await readAll()).toEqual([newer]);
  });

  it("keeps only the position when nothing changed", async () => {
    await store.save([], "caught-up");
    expect(await store.resumeToken()).toBe("caught-up");
  });

  it("keeps neither events nor position when one of the events cannot be kept", async () => {
    await store.save([exampleEvent(1)], "before");
    const tooLong = exampleEvent(3, { organiser: "x".repeat(121) });
    await expect(store.save([exampleEvent(2), tooLong], "after")).rejects.toThrow();
    expect(await readAll()).toEqual([exampleEvent(1)]);
    expect(await store.resumeToken()).toBe("before");
  });

  it("reads thousands without loss or repeat", async () => {
    const events = Array.from({ length: 1_203 }, (_, i) => exampleEvent(i + 1));
    await store.save(events, "all");
    expect((await readAll()).map(({ eventId }) => eventId)).toEqual(events.map((_, i) => uuid(i + 1)));
  });
});
