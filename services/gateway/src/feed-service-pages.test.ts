import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import type { ListEventsRequest } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { RetryInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { CITY, exampleEvent, NOW, uuid } from "../../../tests/fixtures/fake-mesh.js";
import {
  createFeedBed,
  type FeedBed,
  failure,
  idsOf,
  manyEvents,
  numbers,
  signedIn,
  unfit,
  uuids,
} from "../../../tests/fixtures/feed-bed.js";

describe("without the events", () => {
  it.each<[string, (client: FeedBed["client"]) => Promise<unknown>]>([
    ["GetFeed", (client) => client.getFeed({ cityId: CITY })],
    ["SearchEvents", (client) => client.searchEvents({})],
    ["GetEventPage", (client) => client.getEventPage({ eventId: uuid(1) })],
    ["ListSaved", (client) => client.listSaved({}, signedIn)],
    ["ListCities", (client) => client.listCities({})],
  ])("%s is UNAVAILABLE with RetryInfo", async (_, call) => {
    const { mesh, client } = createFeedBed(exampleEvent(1));
    mesh.saved = [uuid(1)];
    mesh.away.set("events", "broken");
    const error = await failure(call(client));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.findDetails(RetryInfoSchema)).toMatchObject([{ retryDelay: { seconds: 1n } }]);
  });
});

describe("FeedService.SearchEvents", () => {
  it("is the events ahead that match, soonest first, with their parts", async () => {
    const { mesh, client } = createFeedBed(
      exampleEvent(3),
      exampleEvent(1),
      exampleEvent(2, { cityId: "elsewhere" }),
    );
    mesh.saved = [uuid(3)];
    const filter = { cityId: CITY, query: "techno", genres: ["techno"] };
    const { items, degraded } = await client.searchEvents({ filter }, signedIn);
    expect(idsOf(items)).toEqual(uuids(1, 3));
    expect(items[1]).toMatchObject({
      saved: true,
      venue: { venueId: uuid(0x103) },
      position: 0,
      reasons: [],
    });
    expect(degraded).toEqual([]);
    expect(mesh.callsOf("ListEvents")[0]?.request).toMatchObject({ filter, pageSize: 20 });
  });

  it("is all events ahead without a filter", async () => {
    const { client } = createFeedBed(exampleEvent(1), exampleEvent(2, { cityId: "elsewhere" }));
    expect(idsOf((await client.searchEvents({})).items)).toEqual(uuids(1, 2));
  });

  it("leaves out what the caller has hidden and fills the page", async () => {
    const { mesh, client } = createFeedBed(...manyEvents(5));
    mesh.hidden.add(uuid(2));
    const first = await client.searchEvents({ pageSize: 2 }, signedIn);
    expect(idsOf(first.items)).toEqual(uuids(1, 3));
    const second = await client.searchEvents({ pageSize: 2, pageToken: first.nextPageToken }, signedIn);
    expect(idsOf(second.items)).toEqual(uuids(4, 5));
  });

  it("looks ahead even when asked from an instant in the past, on every page", async () => {
    const { mesh, clock, client } = createFeedBed(
      exampleEvent(1, { endTime: timestampFromDate(NOW) }),
      ...manyEvents(4).slice(1),
    );
    const filter = { endingAfter: timestampFromDate(new Date(NOW.getTime() - 60_000)) };
    const first = await client.searchEvents({ filter, pageSize: 2 });
    expect(idsOf(first.items)).toEqual(uuids(2, 3));
    clock.now = new Date(NOW.getTime() - 120_000);
    await client.searchEvents({ filter, pageSize: 2, pageToken: first.nextPageToken });
    const requests = mesh.callsOf("ListEvents").map(({ request }) => request as ListEventsRequest);
    expect(requests.map((request) => request.filter?.endingAfter)).toEqual([undefined, undefined]);
  });

  it("keeps to an instant ahead on all pages, though it passes between two of them", async () => {
    const { mesh, clock, client } = createFeedBed(...manyEvents(3));
    const filter = { endingAfter: timestampFromDate(new Date(NOW.getTime() + 1_000)) };
    const first = await client.searchEvents({ filter, pageSize: 2 });
    clock.now = new Date(NOW.getTime() + 2_000);
    const second = await client.searchEvents({ filter, pageSize: 2, pageToken: first.nextPageToken });
    expect(idsOf(second.items)).toEqual(uuids(3));
    expect(mesh.callsOf("ListEvents")[1]?.request).toMatchObject({ filter });
  });

  it("is INVALID_ARGUMENT for a page token of another list", async () => {
    const error = await failure(createFeedBed().client.searchEvents({ pageToken: "soonest.2" }));
    expect(error.code).toBe(Code.InvalidArgument);
  });

  it("shows all that match, and says so, when what was hidden cannot be known", async () => {
    const { mesh, client } = createFeedBed(...manyEvents(2));
    mesh.hidden.add(uuid(2));
    mesh.away.set("recommender", "refusing");
    const { items, degraded } = await client.searchEvents({}, signedIn);
    expect(idsOf(items)).toEqual(uuids(1, 2));
    expect(degraded).toEqual(["recommender"]);
  });
});

describe("FeedService.GetEventPage", () => {
  it("is the event with its parts and city, and what resembles it with reasons", async () => {
    const { mesh, client } = createFeedBed(...manyEvents(3));
    mesh.saved = [uuid(2)];
    const page = await client.getEventPage({ eventId: uuid(2) }, signedIn);
    expect(page.item).toMatchObject({
      event: { eventId: uuid(2) },
      venue: { venueId: uuid(0x102) },
      djs: [{ djId: uuid(0x302) }, { djId: uuid(0x202) }],
      saved: true,
      position: 0,
      reasons: [],
    });
    expect(page.city).toMatchObject({ name: "Dublin" });
    expect(idsOf(page.similar)).toEqual(uuids(1, 3));
    expect(page.similar[0]).toMatchObject({
      position: 0,
      score: 1,
      reasons: [{ text: `because of ${uuid(1)}` }],
    });
    expect(page.degraded).toEqual([]);
  });

  it.each(unfit)(
    "shows an event that %s when it is asked for, and never as one that resembles another",
    async (_, event) => {
      const { client } = createFeedBed(exampleEvent(1), event, exampleEvent(2));
      expect((await client.getEventPage({ eventId: uuid(9) })).item?.event?.eventId).toBe(uuid(9));
      expect(idsOf((await client.getEventPage({ eventId: uuid(1) })).similar)).toEqual(uuids(2));
    },
  );

  it("shows a hidden event as such when it is asked for", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1), exampleEvent(2));
    mesh.hidden.add(uuid(1));
    expect((await client.getEventPage({ eventId: uuid(1) }, signedIn)).item).toMatchObject({ hidden: true });
    expect((await client.getEventPage({ eventId: uuid(2) }, signedIn)).similar).toEqual([]);
  });

  it("shows 6 similar events at most, also where some of the nearest are over", async () => {
    const over = numbers(3, 2).map((number) => exampleEvent(number, { endTime: timestampFromDate(NOW) }));
    const { client } = createFeedBed(
      exampleEvent(1),
      ...over,
      ...numbers(10, 5).map((number) => exampleEvent(number)),
    );
    expect(idsOf((await client.getEventPage({ eventId: uuid(1) })).similar)).toEqual(
      uuids(5, 6, 7, 8, 9, 10),
    );
  });

  it("shows 6 similar events where more resemble it", async () => {
    const { client } = createFeedBed(...manyEvents(12));
    expect(idsOf((await client.getEventPage({ eventId: uuid(1) })).similar)).toEqual(uuids(2, 3, 4, 5, 6, 7));
  });

  it("is NOT_FOUND if there is no such event", async () => {
    const error = await failure(createFeedBed(exampleEvent(1)).client.getEventPage({ eventId: uuid(2) }));
    expect(error.code).toBe(Code.NotFound);
  });

  it("shows an event that the recommender has not heard of yet, resembling nothing", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1), exampleEvent(2));
    mesh.ranked = [uuid(2)];
    const { item, similar, degraded } = await client.getEventPage({ eventId: uuid(1) });
    expect(item?.event?.eventId).toBe(uuid(1));
    expect([similar, degraded]).toEqual([[], []]);
  });

  it.each([
    ["recommender", ["recommender"], [], "Dublin"],
    ["venues", ["venues"], uuids(2), undefined],
  ])("shows the event without %s", async (away, degraded, similar, city) => {
    const { mesh, client } = createFeedBed(exampleEvent(1), exampleEvent(2));
    mesh.away.set(away, "refusing");
    const answer = await client.getEventPage({ eventId: uuid(1) }, signedIn);
    expect(answer.item?.event?.eventId).toBe(uuid(1));
    expect([answer.degraded, idsOf(answer.similar), answer.city?.name]).toEqual([degraded, similar, city]);
  });

  it("shows the event alone when the events go away before those that resemble it are read", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1), exampleEvent(2));
    const get = mesh.events.get.bind(mesh.events);
    mesh.events.get = (id) => {
      mesh.away.set("events", "refusing");
      return get(id);
    };
    const { item, similar, degraded } = await client.getEventPage({ eventId: uuid(1) });
    expect(item?.event?.eventId).toBe(uuid(1));
    expect([similar, degraded]).toEqual([[], ["events"]]);
  });
});

describe("FeedService.ListSaved", () => {
  it("is what the caller has saved, newest save first, those that are over or off included", async () => {
    const { mesh, client } = createFeedBed(
      exampleEvent(1),
      ...unfit.map(([, event], i) => ({ ...event, eventId: uuid(20 + i) })),
    );
    mesh.saved = uuids(22, 1, 21, 20);
    mesh.hidden.add(uuid(1));
    const { items, degraded } = await client.listSaved({}, signedIn);
    expect(idsOf(items)).toEqual(mesh.saved);
    expect(items[1]).toMatchObject({ saved: true, hidden: true, venue: { venueId: uuid(0x101) } });
    expect(degraded).toEqual([]);
  });

  it.each([
    [0, 20],
    [5, 5],
    [1_000, 100],
  ])("reads a page_size of %i as %i, and pages on", async (pageSize, length) => {
    const { mesh, client } = createFeedBed(...manyEvents(110));
    mesh.saved = [...mesh.ranked];
    const first = await client.listSaved({ pageSize }, signedIn);
    expect(first.items).toHaveLength(length);
    const second = await client.listSaved({ pageSize: 2, pageToken: first.nextPageToken }, signedIn);
    expect(idsOf(second.items)).toEqual(uuids(length + 1, length + 2));
  });

  it("is UNAVAILABLE with RetryInfo without the recommender, which knows what was saved", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1));
    mesh.away.set("recommender", "refusing");
    const error = await failure(client.listSaved({}, signedIn));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.findDetails(RetryInfoSchema)).toHaveLength(1);
  });
});

describe("FeedService.ListCities", () => {
  it("is the cities that have events ahead, the one with most first", async () => {
    const { mesh, client } = createFeedBed(
      exampleEvent(1, { cityId: "cork" }),
      exampleEvent(2),
      exampleEvent(3),
    );
    mesh.cities.set("cork", { ...mesh.cities.get(CITY)!, cityId: "cork", name: "Cork" });
    mesh.cities.set("quiet", { ...mesh.cities.get(CITY)!, cityId: "quiet" });
    expect((await client.listCities({})).cities).toMatchObject([
      { city: { name: "Dublin" }, eventsAhead: 2 },
      { city: { name: "Cork" }, eventsAhead: 1 },
    ]);
  });

  it("is UNAVAILABLE with RetryInfo while the cities' names cannot be had", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1));
    mesh.away.set("venues", "refusing");
    const error = await failure(client.listCities({}));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.findDetails(RetryInfoSchema)).toHaveLength(1);
  });
});
