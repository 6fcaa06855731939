import { join } from "node:path";
import { Code, ConnectError } from "@connectrpc/connect";
import { ImportOutcome } from "@craic/proto/craic/catalogue/v1/import_pb.js";
import { RetryInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { importedId } from "@craic/runtime/imported-id.js";
import { createLogger } from "@craic/runtime/log.js";
import { openDatabase } from "@craic/runtime/mysql.js";
import {
  calendarForEachTest,
  eventIdOf,
  eventRecord,
  NOW,
  openReplica,
} from "../../../tests/fixtures/calendar.js";
import { lineStream, outcomesOf } from "../../../tests/fixtures/import-records.js";
import { severable } from "../../../tests/fixtures/severable-database.js";

const calendar = calendarForEachTest();

describe("ImportEvents", () => {
  it("makes the event's id, and those of its venue and DJs, from their sources", async () => {
    const venue = { name: "places", externalId: "v" };
    const dj = { name: "people", externalId: "d" };
    const [result] = await calendar.import(eventRecord("a", { venue, djs: [dj] }));
    expect(result).toMatchObject({ lineNumber: 1, outcome: ImportOutcome.CREATED, id: eventIdOf("a") });
    expect(await calendar.get("a")).toMatchObject({
      venueId: importedId("venue", venue),
      djIds: [importedId("dj", dj)],
    });
  });

  it("changes nothing when the same file comes twice", async () => {
    const file = [
      eventRecord("a", { genres: ["x"] }),
      eventRecord("b", { minPriceCents: 5, currency: "EUR" }),
    ];
    expect(await calendar.outcomes(...file)).toEqual(["CREATED", "CREATED"]);
    const before = await calendar.store.counter();
    calendar.now = new Date("2026-06-21T00:00:00Z");
    expect(await calendar.outcomes(...file)).toEqual(["UNCHANGED", "UNCHANGED"]);
    expect(await calendar.store.counter()).toEqual(before);
    expect((await calendar.get("a"))?.updateTime?.seconds).toBe(BigInt(NOW.getTime() / 1000));
  });

  it("updates every field, genres and DJs for filters included", async () => {
    const djs = ["x", "y"].map((externalId) => ({ name: "people", externalId }));
    await calendar.outcomes(eventRecord("a", { genres: ["jazz", "folk"], djs: [djs[0]], organiser: "Old" }));
    expect(
      await calendar.outcomes(eventRecord("a", { genres: ["folk", "trad"], djs: [djs[1]], title: "New" })),
    ).toEqual(["UPDATED"]);
    expect(await calendar.get("a")).toMatchObject({ title: "New", genres: ["folk", "trad"], organiser: "" });
    const found = async (filter: object) => (await calendar.client.listEvents({ filter })).events.length;
    expect(await found({ genres: ["jazz"] })).toBe(0);
    expect(await found({ genres: ["trad"] })).toBe(1);
    expect(await found({ djId: importedId("dj", { name: "people", externalId: "x" }) })).toBe(0);
    expect(await found({ djId: importedId("dj", { name: "people", externalId: "y" }) })).toBe(1);
    expect(await found({ query: "old" })).toBe(0);
  });

  it("takes an event back that its source had cancelled", async () => {
    await calendar.outcomes(eventRecord("a", { status: "EVENT_STATUS_CANCELLED" }));
    await calendar.outcomes(eventRecord("a"));
    expect((await calendar.client.listEvents({})).events).toHaveLength(1);
  });

  it("rejects a bad line with its number and lets the rest in", async () => {
    const results = await calendar.import(
      eventRecord("a"),
      "{ nonsense",
      "",
      eventRecord("b", { title: "" }),
      eventRecord("c"),
    );
    expect(results.map(({ lineNumber, outcome }) => [lineNumber, ImportOutcome[outcome]])).toEqual([
      [1, "CREATED"],
      [2, "REJECTED"],
      [4, "REJECTED"],
      [5, "CREATED"],
    ]);
  });

  it.each<[string, object, string]>([
    ["no start", { startTime: undefined }, "start_time: is required"],
    ["an end at its start", { endTime: "2026-06-21T19:00:00Z" }, "end_time: is not after start_time"],
    ["an end before its start", { endTime: "2026-06-21T18:00:00Z" }, "end_time: is not after start_time"],
    [
      "an end too late",
      { endTime: "2026-10-19T19:00:00.001Z" },
      "end_time: is more than 120 days after start_time",
    ],
    [
      "a start before 1970",
      { startTime: "1969-12-31T23:59:59Z" },
      "start_time: is not between 1970 and 2100",
    ],
    ["an end in 2100", { endTime: "2100-01-01T00:00:00Z" }, "end_time: is not between 1970 and 2100"],
    [
      "an original start in 2100",
      { originalStartTime: "2100-01-01T00:00:00Z" },
      "original_start_time: is not between 1970 and 2100",
    ],
    ["no such zone", { timeZone: "Europe/Atlantis" }, 'time_zone: "Europe/Atlantis" is no IANA time zone'],
    ["an offset for a zone", { timeZone: "+01:00" }, 'time_zone: "+01:00" is no IANA time zone'],
    ["a blank title", { title: " \n" }, "title: is blank"],
    ["a blank genre", { genres: ["a", " "] }, "genres[1]: is blank"],
    ["a price without currency", { minPriceCents: 100 }, "currency: is required with min_price_cents"],
    ["a bad URL", { url: "https://%%%" }, "url: is no URL"],
    ["a script for a URL", { url: "javascript:alert(1)" }, "url: "],
    ["a source without an id", { source: { name: "test" } }, "source.external_id: is required"],
    ["a venue without a name", { venue: { externalId: "x" } }, "venue.name: is required"],
    ["no such status", { status: 99 }, "status: is not a known value"],
    ["a text for a time", { startTime: "tomorrow" }, "start_time: is not a time such as"],
    [
      "a number for a DJ's id",
      { djs: [{ name: "x", externalId: 7 }] },
      "djs[0].external_id: expected string, got 7",
    ],
    ["a field that is not known", { colour: "red" }, "colour: is not a field of EventRecord"],
    ["a negative price", { minPriceCents: -1, currency: "EUR" }, "min_price_cents: "],
  ])("rejects a line with %s, naming the field", async (_what, changes, problem) => {
    const [result] = await calendar.import(eventRecord("a", changes));
    expect(result).toMatchObject({ outcome: ImportOutcome.REJECTED, id: "" });
    expect(result?.problems).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
    await expect(calendar.get("a")).rejects.toThrow("no event");
  });

  it("takes the longest values that the rules let through", async () => {
    const emoji = (count: number) => "😀".repeat(count);
    const full = eventRecord(emoji(160), {
      source: { name: "n".repeat(40), externalId: emoji(160), attribution: emoji(300) },
      title: emoji(300),
      description: "각".repeat(4000),
      timeZone: "America/Argentina/ComodRivadavia",
      cityId: emoji(64),
      djs: Array.from({ length: 60 }, (_, i) => ({ name: "d", externalId: `${i}` })),
      genres: Array.from({ length: 20 }, (_, i) => `${"İ".repeat(58)}${i}`),
      minPriceCents: 100_000_000,
      currency: "EUR",
      url: `https://example.org/${"é".repeat(980)}`,
      organiser: emoji(120),
      endTime: "2026-10-19T19:00:00Z",
    });
    const [result] = await calendar.import(full);
    expect(result).toMatchObject({ outcome: ImportOutcome.CREATED, problems: [] });
    const { event } = await calendar.client.getEvent({ eventId: result?.id });
    expect(event).toMatchObject({ title: emoji(300), description: "각".repeat(4000), organiser: emoji(120) });
  });

  it("answers a person who types line by line, without waiting for the end", async () => {
    const lines = lineStream();
    const results = calendar.client.importEvents(lines)[Symbol.asyncIterator]();
    for (const externalId of ["a", "b"]) {
      lines.send(JSON.stringify(eventRecord(externalId)));
      expect((await results.next()).value).toMatchObject({ result: { id: eventIdOf(externalId) } });
    }
    lines.end();
    expect((await results.next()).done).toBe(true);
  });

  it("is UNAVAILABLE, with when to try again, if the database dies on the way; running again completes the file", async () => {
    const way = await severable(calendar.database.url);
    const frail = await openDatabase(
      way.url,
      join(__dirname, "../migrations"),
      createLogger("silent", "test"),
    );
    const { client } = openReplica(frail);
    const lines = lineStream();
    const results = client.importEvents(lines)[Symbol.asyncIterator]();
    lines.send(JSON.stringify(eventRecord("a")));
    expect((await results.next()).value).toMatchObject({ result: { outcome: ImportOutcome.CREATED } });
    await way.sever();
    // The sender has more to send, and waits.
    lines.send(JSON.stringify(eventRecord("b")));
    const error = await results.next().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect(ConnectError.from(error).findDetails(RetryInfoSchema)).toHaveLength(1);
    await way.mend();
    expect(await outcomesOf(client.importEvents, [eventRecord("a"), eventRecord("b")])).toEqual([
      "UNCHANGED",
      "CREATED",
    ]);
    await frail.close();
    await way.sever();
  });

  it("loses nothing when two imports of the same file run at once", async () => {
    const file = Array.from({ length: 300 }, (_, i) => eventRecord(`e${i}`, { genres: ["x"] }));
    const both = await Promise.all([calendar.outcomes(...file), calendar.outcomes(...file.toReversed())]);
    expect(new Set(both.flat())).toEqual(new Set(["CREATED", "UNCHANGED"]));
    const { events } = await calendar.client.listEvents({ filter: { genres: ["x"] }, pageSize: 100 });
    expect(events).toHaveLength(100);
    expect(await calendar.store.counter()).toMatchObject({ position: expect.any(Number) });
  });
});
