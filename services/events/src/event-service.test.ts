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

describe("ListEvents", () => {
  it("lists the soonest start first", async () => {
    await have({
      late: { startTime: "2026-06-21T21:00:00Z" },
      early: { startTime: "2026-06-21T18:00:00Z" },
      middle: {},
    });
    expect(await list()).toEqual(["early", "middle", "late"]);
  });

  it("lists what goes on now, and leaves out what ends exactly now or has ended", async () => {
    await have({
      on: { startTime: "2026-06-20T20:00:00Z", endTime: "2026-06-20T22:00:00.001Z" },
      over: { startTime: "2026-06-20T20:00:00Z", endTime: "2026-06-20T22:00:00Z" },
    });
    expect(await list()).toEqual(["on"]);
  });

  it("lists an event of 120 days until its last moment", async () => {
    await have({ long: { startTime: "2026-02-20T22:00:01Z", endTime: "2026-06-20T22:00:01Z" } });
    expect(await list()).toEqual(["long"]);
  });

  it("looks into the past when ending_after is earlier, and further ahead when it is later", async () => {
    await have({ past: { startTime: "2020-01-01T20:00:00Z", endTime: "2020-01-01T22:00:00Z" }, next: {} });
    expect(await list({ endingAfter: timestampFromDate(new Date("2020-01-01T21:00:00Z")) })).toEqual([
      "past",
      "next",
    ]);
    expect(await list({ endingAfter: timestampFromDate(new Date("2020-01-01T22:00:00Z")) })).toEqual([
      "next",
    ]);
    expect(await list({ endingAfter: timestampFromDate(new Date("2027-01-01T00:00:00Z")) })).toEqual([]);
  });

  it("leaves out what starts at starting_before or later", async () => {
    await have({ early: { startTime: "2026-06-21T18:59:59Z" }, exactly: {} });
    expect(await list({ startingBefore: timestampFromDate(new Date("2026-06-21T19:00:00Z")) })).toEqual([
      "early",
    ]);
  });

  it("leaves out what is cancelled or postponed", async () => {
    await have({
      on: { status: "EVENT_STATUS_SCHEDULED" },
      cancelled: { status: "EVENT_STATUS_CANCELLED" },
      postponed: { status: "EVENT_STATUS_POSTPONED" },
    });
    expect(await list()).toEqual(["on"]);
  });

  it("narrows by city, venue, DJ and genre, and by all of them together", async () => {
    const venue = { name: "test", externalId: "whelans" };
    const dj = { name: "test", externalId: "sunil" };
    await have({
      a: {
        cityId: "1",
        venue,
        djs: [{ name: "test", externalId: "other" }, dj],
        genres: ["Techno", "House"],
      },
      b: { cityId: "2", venue, genres: ["jazz"] },
      c: { cityId: "1", djs: [dj], genres: ["techno"] },
    });
    const venueId = importedId("venue", venue);
    const djId = importedId("dj", dj);
    expect((await list({ cityId: "1" })).sort()).toEqual(["a", "c"]);
    expect((await list({ venueId })).sort()).toEqual(["a", "b"]);
    expect((await list({ djId })).sort()).toEqual(["a", "c"]);
    expect((await list({ genres: ["JAZZ", "house"] })).sort()).toEqual(["a", "b"]);
    expect(await list({ cityId: "1", venueId, djId, genres: ["techno"] })).toEqual(["a"]);
    expect(await list({ cityId: "2", djId })).toEqual([]);
  });

  it("finds each word of a query at the beginning of a word of title, description, organiser or genres", async () => {
    await have({
      a: {
        title: "Sinéad's Céilí",
        description: "Bring your FIDDLE",
        organiser: "Craic & Co",
        genres: ["trad folk"],
      },
      b: { title: "100% Techno_Night" },
    });
    for (const query of ["sinead", "CEILI", "fidd", "craic", "folk", "sin cei fid", "", "?!"]) {
      expect({ query, found: (await list({ query })).includes("a") }).toEqual({ query, found: true });
    }
    for (const query of ["iddle", "sinead techno", "sinead%iddle"]) {
      expect({ query, found: await list({ query }) }).toEqual({ query, found: [] });
    }
    expect(await list({ query: "100%" })).toEqual(["b"]);
    expect(await list({ query: "night" })).toEqual(["b"]);
  });

  it.each([1, 2, 3, 5, 6])(
    "pages of %d lose nothing, repeat nothing and never end in an empty page",
    async (pageSize) => {
      await have({
        a: {},
        b: {},
        c: {},
        d: { startTime: "2026-06-21T18:00:00Z" },
        e: { startTime: "2026-06-21T20:00:00Z" },
      });
      const together = ["a", "b", "c"].sort((x, y) => (eventIdOf(x) < eventIdOf(y) ? -1 : 1));
      const pages: unknown[][] = [];
      let pageToken = "";
      do {
        const page = await calendar.client.listEvents({ pageSize, pageToken });
        pages.push(page.events.map(({ source }) => source?.externalId));
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
      expect(pages.flat()).toEqual(["d", ...together, "e"]);
      expect(pages).toHaveLength(Math.ceil(5 / pageSize));
    },
  );

  it("goes on where a page ended when events are added in between", async () => {
    await have({ b: { startTime: "2026-06-21T18:00:00Z" }, d: {} });
    const first = await calendar.client.listEvents({ pageSize: 1 });
    await have({ a: { startTime: "2026-06-21T17:00:00Z" }, c: { startTime: "2026-06-21T18:30:00Z" } });
    const { events } = await calendar.client.listEvents({ pageSize: 5, pageToken: first.nextPageToken });
    expect(events.map(({ source }) => source?.externalId)).toEqual(["c", "d"]);
  });

  it("reads page_size 0 as 25 and more than 100 as 100", async () => {
    await have(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`e${i}`, {}])));
    expect((await calendar.client.listEvents({})).events).toHaveLength(25);
    expect((await calendar.client.listEvents({ pageSize: 101 })).events).toHaveLength(100);
  });

  it("is INVALID_ARGUMENT for a page token of other filters, but not of the same in other words", async () => {
    await have({ a: { genres: ["x", "y"] }, b: { genres: ["x"] } });
    const filter = { cityId: "2964574", genres: ["x", "y"], query: "event" };
    const { nextPageToken: pageToken } = await calendar.client.listEvents({ filter, pageSize: 1 });
    const same = { ...filter, genres: ["Y", "X"], query: " EVENT" };
    expect((await calendar.client.listEvents({ filter: same, pageToken })).events).toHaveLength(1);
    for (const changes of [
      { cityId: "1" },
      { genres: ["x"] },
      { query: "a" },
      { endingAfter: timestampFromDate(NOW) },
    ]) {
      await expect(
        calendar.client.listEvents({ filter: { ...filter, ...changes }, pageToken }),
      ).rejects.toMatchObject({
        code: Code.InvalidArgument,
        rawMessage: expect.stringMatching(/^page_token: /),
      });
    }
  });

  it.each(["x", "!!", "bm90IG91cnM"])("is INVALID_ARGUMENT for page token %j", async (pageToken) => {
    await expect(calendar.client.listEvents({ pageToken })).rejects.toMatchObject({
      code: Code.InvalidArgument,
      rawMessage: "page_token: is not one of ours",
    });
  });
});

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
