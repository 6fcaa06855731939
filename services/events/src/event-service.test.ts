import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { EventStatus } from "@craic/proto/craic/events/v1/event_pb.js";
import { importedId } from "@craic/runtime/imported-id.js";
import { calendarForEachTest, eventIdOf, NOW } from "../../../tests/fixtures/calendar.js";

const calendar = calendarForEachTest();

describe("GetEvent", () => {
  it("returns all that was imported", async () => {
    await calendar.have({
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
    const event = await calendar.get("full");
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
    await calendar.have({ unknown: { currency: "EUR" }, free: { minPriceCents: 0, currency: "EUR" } });
    const unknown = await calendar.get("unknown");
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
    const free = await calendar.get("free");
    expect(free).toMatchObject({ minPriceCents: 0n, currency: "EUR" });
  });

  it("returns an event whatever its status", async () => {
    await calendar.have({ a: { status: "EVENT_STATUS_POSTPONED" } });
    const event = await calendar.get("a");
    expect(event?.status).toBe(EventStatus.POSTPONED);
  });

  it("is NOT_FOUND for an id that is not known", async () => {
    await expect(calendar.get("none")).rejects.toMatchObject({
      code: Code.NotFound,
      rawMessage: `no event "${eventIdOf("none")}"`,
    });
  });
});

describe("BatchGetEvents", () => {
  it("returns each event once, in the order of first mention, without those that are not known", async () => {
    await calendar.have({ a: {}, b: { status: "EVENT_STATUS_CANCELLED" }, c: {} });
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
    await calendar.have({
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
    await calendar.have({ a: { genres: ["jazz"] } });
    expect(await cities()).toEqual(["2964574 1"]);
    expect(await genres()).toEqual(["jazz 1"]);
    await calendar.cancel("a");
    expect(await cities()).toEqual([]);
    expect(await genres()).toEqual([]);
  });

  it("leave out an event that has ended a few seconds ago", async () => {
    await calendar.have({
      a: { startTime: "2026-06-20T20:00:00Z", endTime: "2026-06-20T22:00:01Z", genres: ["jazz"] },
    });
    expect(await genres()).toEqual(["jazz 1"]);
    calendar.now = new Date("2026-06-20T22:00:04Z");
    expect(await genres()).toEqual([]);
  });
});

describe("CancelEvent", () => {
  it("takes an event off every list and answers with it", async () => {
    await calendar.have({ a: {} });
    calendar.now = new Date("2026-06-20T23:00:00Z");
    const event = await calendar.cancel("a");
    expect(event).toMatchObject({
      status: EventStatus.CANCELLED,
      updateTime: timestampFromDate(calendar.now),
    });
    expect(await calendar.list()).toEqual([]);
  });

  it("is OK and changes nothing if the event was cancelled already", async () => {
    await calendar.have({ a: {} });
    const first = await calendar.cancel("a");
    const before = await calendar.store.counter();
    calendar.now = new Date("2026-06-20T23:00:00Z");
    const again = await calendar.cancel("a");
    expect(again).toEqual(first);
    expect(await calendar.store.counter()).toEqual(before);
  });

  it("holds against every later import of the event", async () => {
    await calendar.have({ a: {} });
    await calendar.cancel("a");
    await calendar.have({ a: {} });
    await calendar.have({ a: { title: "Is it on?" } });
    await calendar.have({ a: { title: "Still on!", status: "EVENT_STATUS_SCHEDULED" } });
    expect(await calendar.list()).toEqual([]);
    const event = await calendar.get("a");
    expect(event).toMatchObject({ title: "Still on!", status: EventStatus.CANCELLED });
  });

  it("is NOT_FOUND for an id that is not known, and counts no change", async () => {
    const before = await calendar.store.counter();
    await expect(calendar.cancel("none")).rejects.toMatchObject({ code: Code.NotFound });
    expect(await calendar.store.counter()).toEqual(before);
  });
});
