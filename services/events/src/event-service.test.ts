import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { EventStatus } from "@craic/proto/craic/events/v1/event_pb.js";
import { importedId } from "@craic/runtime/imported-id.js";
import {
  type Calendar,
  eventIdOf,
  eventRecord,
  NOW,
  openCalendar,
} from "../../../tests/fixtures/calendar.js";
import { importRecords } from "../../../tests/fixtures/import-records.js";
import { createTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.js";

let database: TestDatabase;
let calendar: Calendar;
beforeAll(async () => {
  database = await createTestDatabase("events");
});
beforeEach(async () => {
  calendar = await openCalendar(database);
});
afterEach(() => calendar.feed.close());
afterAll(() => database.close());

/** Records of events by external id, each with what differs from eventRecord(). */
const have = async (events: Record<string, object>) => {
  const records = Object.entries(events).map(([externalId, changes]) => eventRecord(externalId, changes));
  for (const { problems } of await importRecords(calendar.client.importEvents, records))
    expect(problems).toEqual([]);
};

/** External ids of the events that a filter lets through, in order. */
const list = async (filter: Parameters<Calendar["client"]["listEvents"]>[0]["filter"] = {}) => {
  const { events } = await calendar.client.listEvents({ filter });
  return events.map(({ source }) => source?.externalId);
};

describe("GetEvent", () => {
  it("returns all that was imported", async () => {
    await have({
      full: {
        source: { name: "test", externalId: "full", attribution: "© Test" },
        title: " Night Out ",
        description: "Doors at eight.\nNo re-entry.",
        venue: { name: "places", externalId: "p1" },
        djs: [
          { name: "people", externalId: "b" },
          { name: "people", externalId: "a" },
          { name: "people", externalId: "b" },
        ],
        genres: ["Techno", " house", "TECHNO"],
        minPriceCents: "1250",
        currency: "EUR",
        url: "https://example.org/night?a=b",
        originalStartTime: "1990-06-21T19:00:00Z",
        organiser: "Craic & Co",
      },
    });
    const { event } = await calendar.client.getEvent({ eventId: eventIdOf("full") });
    expect(event).toMatchObject({
      eventId: eventIdOf("full"),
      title: "Night Out",
      description: "Doors at eight.\nNo re-entry.",
      startTime: timestampFromDate(new Date("2026-06-21T19:00:00Z")),
      endTime: timestampFromDate(new Date("2026-06-21T23:00:00Z")),
      timeZone: "Europe/Dublin",
      cityId: "2964574",
      venueId: importedId("venue", { name: "places", externalId: "p1" }),
      djIds: ["b", "a"].map((externalId) => importedId("dj", { name: "people", externalId })),
      genres: ["techno", "house"],
      minPriceCents: 1250n,
      currency: "EUR",
      url: "https://example.org/night?a=b",
      status: EventStatus.SCHEDULED,
      source: { name: "test", externalId: "full", attribution: "© Test" },
      sample: true,
      originalStartTime: timestampFromDate(new Date("1990-06-21T19:00:00Z")),
      organiser: "Craic & Co",
      updateTime: timestampFromDate(NOW),
    });
  });

  it("leaves unset what is not known, and tells a free event from one without a price", async () => {
    await have({ unknown: { currency: "EUR" }, free: { minPriceCents: 0, currency: "EUR" } });
    const { event: unknown } = await calendar.client.getEvent({ eventId: eventIdOf("unknown") });
    expect(unknown).toMatchObject({
      venueId: "",
      djIds: [],
      genres: [],
      currency: "",
      url: "",
      sample: false,
    });
    expect(unknown?.minPriceCents).toBeUndefined();
    expect(unknown?.originalStartTime).toBeUndefined();
    const { event: free } = await calendar.client.getEvent({ eventId: eventIdOf("free") });
    expect(free).toMatchObject({ minPriceCents: 0n, currency: "EUR" });
  });

  it("returns an event whatever its status", async () => {
    await have({ a: { status: "EVENT_STATUS_POSTPONED" } });
    const { event } = await calendar.client.getEvent({ eventId: eventIdOf("a") });
    expect(event?.status).toBe(EventStatus.POSTPONED);
  });

  it("is NOT_FOUND for an id that is not known", async () => {
    await expect(calendar.client.getEvent({ eventId: eventIdOf("none") })).rejects.toMatchObject({
      code: Code.NotFound,
      rawMessage: `no event "${eventIdOf("none")}"`,
    });
  });
});

describe("BatchGetEvents", () => {
  it("returns each event once, in the order of first mention, without those that are not known", async () => {
    await have({ a: {}, b: { status: "EVENT_STATUS_CANCELLED" }, c: {} });
    const eventIds = ["c", "none", "a", "c", "b"].map(eventIdOf);
    const { events } = await calendar.client.batchGetEvents({ eventIds });
    expect(events.map(({ source }) => source?.externalId)).toEqual(["c", "a", "b"]);
  });
});

describe("ListGenres and CountEventsByCity", () => {
  const genres = async (cityId = "") =>
    (await calendar.client.listGenres({ cityId })).genres.map(
      ({ genre, eventsAhead }) => `${genre} ${eventsAhead}`,
    );
  const cities = async () =>
    (await calendar.client.countEventsByCity({})).cities.map(
      ({ cityId, eventsAhead }) => `${cityId} ${eventsAhead}`,
    );

  it("count scheduled events ahead, the most first, ties by name", async () => {
    await have({
      a: { cityId: "2", genres: ["techno", "ambient"] },
      b: { cityId: "2", genres: ["techno"] },
      c: { cityId: "3", genres: ["jazz"] },
      d: { cityId: "1", genres: ["house"] },
      over: {
        cityId: "9",
        genres: ["swing"],
        startTime: "2026-06-20T20:00:00Z",
        endTime: "2026-06-20T22:00:00Z",
      },
      off: { cityId: "9", genres: ["swing"], status: "EVENT_STATUS_CANCELLED" },
    });
    expect(await genres()).toEqual(["techno 2", "ambient 1", "house 1", "jazz 1"]);
    expect(await genres("2")).toEqual(["techno 2", "ambient 1"]);
    expect(await cities()).toEqual(["2 2", "1 1", "3 1"]);
  });

  it("know of an import and of a cancellation at once", async () => {
    expect(await cities()).toEqual([]);
    expect(await genres()).toEqual([]);
    await have({ a: { genres: ["jazz"] } });
    expect(await cities()).toEqual(["2964574 1"]);
    expect(await genres()).toEqual(["jazz 1"]);
    await calendar.client.cancelEvent({ eventId: eventIdOf("a") });
    expect(await cities()).toEqual([]);
    expect(await genres()).toEqual([]);
  });

  it("leave out an event that has ended a few seconds ago", async () => {
    await have({
      a: { startTime: "2026-06-20T20:00:00Z", endTime: "2026-06-20T22:00:01Z", genres: ["jazz"] },
    });
    expect(await genres()).toEqual(["jazz 1"]);
    calendar.now = new Date("2026-06-20T22:00:04Z");
    expect(await genres()).toEqual([]);
  });
});

describe("CancelEvent", () => {
  it("takes an event off every list and answers with it", async () => {
    await have({ a: {} });
    calendar.now = new Date("2026-06-20T23:00:00Z");
    const { event } = await calendar.client.cancelEvent({ eventId: eventIdOf("a") });
    expect(event).toMatchObject({
      status: EventStatus.CANCELLED,
      updateTime: timestampFromDate(calendar.now),
    });
    expect(await list()).toEqual([]);
  });

  it("is OK and changes nothing if the event was cancelled already", async () => {
    await have({ a: {} });
    const { event: first } = await calendar.client.cancelEvent({ eventId: eventIdOf("a") });
    const before = await calendar.store.counter();
    calendar.now = new Date("2026-06-20T23:00:00Z");
    const { event: again } = await calendar.client.cancelEvent({ eventId: eventIdOf("a") });
    expect(again).toEqual(first);
    expect(await calendar.store.counter()).toEqual(before);
  });

  it("holds against every later import of the event", async () => {
    await have({ a: {} });
    await calendar.client.cancelEvent({ eventId: eventIdOf("a") });
    await have({ a: {} });
    await have({ a: { title: "Is it on?" } });
    await have({ a: { title: "Still on!", status: "EVENT_STATUS_SCHEDULED" } });
    expect(await list()).toEqual([]);
    const { event } = await calendar.client.getEvent({ eventId: eventIdOf("a") });
    expect(event).toMatchObject({ title: "Still on!", status: EventStatus.CANCELLED });
  });

  it("is NOT_FOUND for an id that is not known, and counts no change", async () => {
    const before = await calendar.store.counter();
    await expect(calendar.client.cancelEvent({ eventId: eventIdOf("none") })).rejects.toMatchObject({
      code: Code.NotFound,
    });
    expect(await calendar.store.counter()).toEqual(before);
  });
});
