import { type Connection, createConnection } from "mysql2/promise";
import { Calendar, eventIdOf, eventRecord, NOW } from "../../../tests/fixtures/calendar.js";
import type { EventFilter } from "./event-store.js";

const HOUR_MS = 3_600_000;
const EVERYTHING: EventFilter = {
  cityId: "",
  startingBefore: undefined,
  genres: [],
  patterns: [],
  venueId: "",
  djId: "",
};

const calendar = new Calendar();
let planner: Connection;
beforeAll(async () => {
  await calendar.open();
  planner = await createConnection(calendar.database.url);
  // Three years of three cities: most of it is over, as in any calendar that has been kept for a while.
  const records = Array.from({ length: 3_000 }, (_, i) => {
    const startMs = NOW.getTime() + (i - 2_700) * 8 * HOUR_MS;
    return eventRecord(`e${i}`, {
      startTime: new Date(startMs).toISOString(),
      endTime: new Date(startMs + 4 * HOUR_MS).toISOString(),
      cityId: String(i % 3),
      venue: { name: "test", externalId: String(i % 50) },
      genres: [["techno", "jazz", "trad"][i % 3], "live"],
    });
  });
  await calendar.import(...records);
  await calendar.database.pool.query("ANALYZE TABLE events, event_genres");
});
afterAll(async () => {
  await planner.end();
  await calendar.close();
});

interface Plan {
  readonly key: string;
  readonly rows: number;
  readonly Extra: string;
}

/** How the server goes about a statement of the store's. */
async function planOf(run: () => Promise<unknown>): Promise<Plan[]> {
  const { pool } = calendar.database;
  const plans: Plan[][] = [];
  const query = jest.spyOn(pool, "query").mockImplementation(async (...args: unknown[]) => {
    const [options, values] = args as [{ sql: string }, unknown];
    const explain = { ...options, rowsAsArray: false, sql: `EXPLAIN ${options.sql}` };
    const [plan] = await planner.query(explain as never, values as never);
    plans.push((plan as unknown as Plan[]).map((table) => ({ ...table, rows: Number(table.rows) })));
    return [[], []] as never;
  });
  await run();
  query.mockRestore();
  expect(plans).toHaveLength(1);
  return plans.flat();
}

describe("the plan of EventStore.list", () => {
  it.each<[string, Partial<EventFilter>, string, number]>([
    ["all", {}, "events_by_start", 800],
    ["those of a city", { cityId: "1" }, "events_by_city", 300],
  ])(
    "for %s reads the events ahead in order, not the past, and sorts nothing",
    async (_what, filter, key, most) => {
      for (const after of [undefined, [NOW.getTime() + 24 * HOUR_MS, eventIdOf("e2703")] as const]) {
        const [table] = await planOf(() => calendar.store.list({ ...EVERYTHING, ...filter }, NOW, after, 26));
        expect(table).toMatchObject({ key, Extra: expect.not.stringMatching(/filesort|temporary/) });
        expect(table?.rows).toBeLessThan(most);
      }
    },
  );

  it("for a venue reads that venue's events", async () => {
    const [event] = await calendar.store.find([eventIdOf("e2999")]);
    const [table] = await planOf(() =>
      calendar.store.list({ ...EVERYTHING, venueId: event?.venueId as string }, NOW, undefined, 26),
    );
    expect(table).toMatchObject({ key: "events_by_venue", Extra: expect.not.stringContaining("filesort") });
  });
});

describe("EventStore", () => {
  it("finds a batch by one query that reads no more rows than it answers", async () => {
    const eventIds = Array.from({ length: 40 }, (_, i) => eventIdOf(`e${i * 70}`));
    const [table] = await planOf(() => calendar.store.find(eventIds));
    expect(table).toMatchObject({ key: "PRIMARY", rows: 40 });
  });

  it("reads changes in order from an index", async () => {
    const [table] = await planOf(() => calendar.store.changesAfter(2_900, 50));
    expect(table).toMatchObject({ key: "events_by_change", Extra: expect.not.stringContaining("filesort") });
    expect(table?.rows).toBeLessThan(200);
  });

  it("numbers changes without a gap, in the order in which they are made", async () => {
    const { position } = await calendar.store.counter();
    const changes = await calendar.store.changesAfter(0, 5_000);
    expect(changes.map((change) => change.position)).toEqual(
      Array.from({ length: position }, (_, i) => i + 1),
    );
    expect(changes[2_999]?.event.source.externalId).toBe("e2999");
  });
});
