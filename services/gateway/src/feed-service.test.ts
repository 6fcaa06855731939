import { Code } from "@connectrpc/connect";
import type { FeedItem } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { CITY, exampleEvent, NOW, uuid } from "../../../tests/fixtures/fake-mesh.js";
import {
  createFeedBed,
  failure,
  idsOf,
  manyEvents,
  numbers,
  signedIn,
  unfit,
  uuids,
} from "../../../tests/fixtures/feed-bed.js";

const partsOf = (items: readonly FeedItem[]) =>
  items.map(({ venue, djs }) => [venue?.venueId, djs.map(({ djId }) => djId)]);

describe("FeedService.GetFeed", () => {
  it("joins what is recommended with the event, venue, artists and reasons", async () => {
    const { client } = createFeedBed(exampleEvent(2), exampleEvent(1));
    const feed = await client.getFeed({ cityId: CITY }, signedIn);
    expect(feed).toMatchObject({
      recommendationId: uuid(0xabc),
      modelVersion: "1.2.3",
      variant: "b",
      degraded: [],
      nextPageToken: "",
    });
    expect(feed.items).toMatchObject([
      {
        event: { eventId: uuid(2), title: "Event 2" },
        venue: { venueId: uuid(0x102) },
        djs: [{ djId: uuid(0x302) }, { djId: uuid(0x202) }],
        reasons: [{ text: `because of ${uuid(2)}` }],
        score: 1,
        position: 1,
        saved: false,
        hidden: false,
      },
      { event: { eventId: uuid(1) }, venue: { venueId: uuid(0x101) }, position: 2, score: 0.5 },
    ]);
  });

  it.each(unfit)("never holds an event that %s, whatever the recommender says", async (_, event) => {
    const { client } = createFeedBed(exampleEvent(1), event, exampleEvent(2));
    const { items } = await client.getFeed({ cityId: CITY });
    expect(items.map((item) => [item.event?.eventId, item.position])).toEqual([
      [uuid(1), 1],
      [uuid(2), 3],
    ]);
  });

  it("never holds an event that is elsewhere or that nobody knows", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(2, { cityId: "elsewhere" }), exampleEvent(3));
    mesh.ranked.push(uuid(99));
    expect(idsOf((await client.getFeed({ cityId: CITY }, signedIn)).items)).toEqual(uuids(3));
  });

  it("holds only events that start before the instant asked for", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1), exampleEvent(2));
    const startingBefore = exampleEvent(2).startTime;
    expect(idsOf((await client.getFeed({ cityId: CITY, startingBefore })).items)).toEqual(uuids(1));
    expect(mesh.callsOf("Recommend")[0]?.request).toMatchObject({ startingBefore });
  });

  it.each([
    [0, 20],
    [7, 7],
    [100, 100],
    [101, 100],
  ])("reads a page_size of %i as %i", async (pageSize, length) => {
    const { client } = createFeedBed(...manyEvents(130));
    expect((await client.getFeed({ cityId: CITY, pageSize })).items).toHaveLength(length);
  });

  it("pages through a recommendation without loss or repeat", async () => {
    const { client } = createFeedBed(...manyEvents(5));
    const first = await client.getFeed({ cityId: CITY, pageSize: 2 });
    const second = await client.getFeed({ cityId: CITY, pageSize: 2, pageToken: first.nextPageToken });
    const third = await client.getFeed({ cityId: CITY, pageSize: 2, pageToken: second.nextPageToken });
    expect([first, second, third].map(({ items }) => idsOf(items))).toEqual([
      uuids(1, 2),
      uuids(3, 4),
      uuids(5),
    ]);
    expect(third.nextPageToken).toBe("");
  });

  it("fills a page that something was dropped from with what comes next", async () => {
    const { mesh, client } = createFeedBed(...manyEvents(6));
    for (const number of [2, 4]) mesh.events.delete(uuid(number));
    const first = await client.getFeed({ cityId: CITY, pageSize: 3 }, signedIn);
    expect(idsOf(first.items)).toEqual(uuids(1, 3, 5));
    const second = await client.getFeed(
      { cityId: CITY, pageSize: 3, pageToken: first.nextPageToken },
      signedIn,
    );
    expect(idsOf(second.items)).toEqual(uuids(6));
  });

  it("gives up filling after a few reads, and the page token leads on", async () => {
    const { mesh, client } = createFeedBed(...manyEvents(40));
    for (const number of numbers(38)) mesh.events.delete(uuid(number));
    const page = await client.getFeed({ cityId: CITY, pageSize: 10 }, signedIn);
    expect(page.items).toHaveLength(0);
    expect(mesh.callsOf("Recommend")).toHaveLength(3);
    const next = await client.getFeed(
      { cityId: CITY, pageSize: 10, pageToken: page.nextPageToken },
      signedIn,
    );
    expect(idsOf(next.items)).toEqual(uuids(39, 40));
  });

  it("shows what there is when the recommender goes away while the page is being filled", async () => {
    const { mesh, client } = createFeedBed(...manyEvents(4));
    mesh.events.delete(uuid(2));
    const get = mesh.events.get.bind(mesh.events);
    mesh.events.get = (id) => {
      mesh.away.set("Recommend", "refusing");
      return get(id);
    };
    const page = await client.getFeed({ cityId: CITY, pageSize: 2 }, signedIn);
    expect(idsOf(page.items)).toEqual(uuids(1));
    expect(page.degraded).toEqual(["recommender"]);
    mesh.away.clear();
    mesh.events.get = get;
    const next = await client.getFeed({ cityId: CITY, pageSize: 2, pageToken: page.nextPageToken }, signedIn);
    expect(idsOf(next.items)).toEqual(uuids(3, 4));
  });

  it("shows what there is when the events go away while the page is being filled", async () => {
    const { mesh, client } = createFeedBed(...manyEvents(4));
    mesh.events.delete(uuid(2));
    const get = mesh.events.get.bind(mesh.events);
    mesh.events.get = (id) => {
      mesh.away.set("BatchGetEvents", "refusing");
      return get(id);
    };
    const page = await client.getFeed({ cityId: CITY, pageSize: 2 }, signedIn);
    expect(idsOf(page.items)).toEqual(uuids(1));
    expect(page.degraded).toEqual(["events"]);
  });

  it.each(["x", "recommended", "recommended.", "saved.1", ".1"])(
    "is INVALID_ARGUMENT for the page token %j",
    async (pageToken) => {
      const error = await failure(createFeedBed(exampleEvent(1)).client.getFeed({ cityId: CITY, pageToken }));
      expect(error.code).toBe(Code.InvalidArgument);
      expect(error.message).toContain("page_token");
    },
  );

  it("passes on that a recommendation is no longer held", async () => {
    const { client } = createFeedBed(exampleEvent(1));
    const error = await failure(client.getFeed({ cityId: CITY, pageToken: "recommended.expired" }));
    expect(error.code).toBe(Code.NotFound);
  });

  it("asks for no states: nothing that the caller has saved or hidden is recommended", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1));
    const { items, degraded } = await client.getFeed({ cityId: CITY }, signedIn);
    expect(items).toMatchObject([{ saved: false, hidden: false }]);
    expect(degraded).toEqual([]);
    expect(mesh.callsOf("BatchGetEventStates")).toHaveLength(0);
  });

  it("calls the other services under the caller's identity and request id", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1));
    await client.getFeed({ cityId: CITY }, signedIn);
    const methods = ["Recommend", "BatchGetEvents", "BatchGetVenues", "BatchGetDjs"];
    expect(mesh.calls.map(({ method }) => method).sort()).toEqual(methods.sort());
    for (const { headers } of mesh.calls) {
      expect(headers.get("authorization")).toBe("Bearer user-1");
      expect(headers.get("x-request-id")).toBe("request-1");
    }
  });

  it("cancels what it asked for when the caller gives up", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1));
    mesh.away.set("Recommend", "silent");
    const caller = new AbortController();
    const call = failure(client.getFeed({ cityId: CITY }, { signal: caller.signal }));
    await new Promise(setImmediate);
    expect(mesh.callsOf("Recommend")).toHaveLength(1);
    caller.abort();
    expect((await call).code).toBe(Code.Canceled);
    expect(mesh.callsOf("ListEvents")).toHaveLength(0);
  });

  it("holds venues and artists for half a minute, and events not at all", async () => {
    const { mesh, clock, client } = createFeedBed(exampleEvent(1));
    await client.getFeed({ cityId: CITY });
    clock.now = new Date(NOW.getTime() + 29_999);
    await client.getFeed({ cityId: CITY });
    expect(mesh.callsOf("BatchGetVenues")).toHaveLength(1);
    expect(mesh.callsOf("BatchGetDjs")).toHaveLength(1);
    expect(mesh.callsOf("BatchGetEvents")).toHaveLength(2);
    clock.now = new Date(NOW.getTime() + 30_000);
    await client.getFeed({ cityId: CITY });
    expect(mesh.callsOf("BatchGetVenues")).toHaveLength(2);
  });
});

describe("FeedService.GetFeed without the recommender", () => {
  it.each(["refusing", "broken"] as const)("is the soonest events, without reasons (%s)", async (away) => {
    const { mesh, client } = createFeedBed(
      exampleEvent(3),
      exampleEvent(1),
      exampleEvent(2, { cityId: "elsewhere" }),
    );
    mesh.away.set("recommender", away);
    const feed = await client.getFeed({ cityId: CITY }, signedIn);
    expect(feed).toMatchObject({ recommendationId: "", modelVersion: "", degraded: ["recommender"] });
    expect(idsOf(feed.items)).toEqual(uuids(1, 3));
    for (const item of feed.items) {
      expect(item).toMatchObject({ reasons: [], score: 0, position: 0 });
      expect(item.venue).toBeDefined();
    }
  });

  it("still leaves time for the events when the recommender says nothing at all", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1));
    mesh.away.set("recommender", "silent");
    const feed = await client.getFeed({ cityId: CITY }, { timeoutMs: 300 });
    expect(mesh.callsOf("Recommend")[0]?.timeoutMs).toBeLessThanOrEqual(180);
    expect(idsOf(feed.items)).toEqual(uuids(1));
    expect(feed.degraded).toEqual(["recommender"]);
  });

  it("leaves out what the caller has hidden while that can be known", async () => {
    const { mesh, client } = createFeedBed(...manyEvents(3));
    mesh.away.set("Recommend", "broken");
    mesh.hidden.add(uuid(1));
    expect(idsOf((await client.getFeed({ cityId: CITY }, signedIn)).items)).toEqual(uuids(2, 3));
  });

  it("goes on as it began on its later pages, even when the recommender is back", async () => {
    const { mesh, client } = createFeedBed(...manyEvents(4).reverse());
    mesh.away.set("recommender", "refusing");
    const first = await client.getFeed({ cityId: CITY, pageSize: 2 });
    mesh.away.clear();
    const second = await client.getFeed({ cityId: CITY, pageSize: 2, pageToken: first.nextPageToken });
    expect([idsOf(first.items), idsOf(second.items)]).toEqual([uuids(1, 2), uuids(3, 4)]);
    expect(second).toMatchObject({ recommendationId: "", degraded: ["recommender"], nextPageToken: "" });
  });
});

describe("a part that cannot be had", () => {
  it.each([
    ["venues", undefined, uuids(0x301, 0x201)],
    ["djs", uuid(0x101), []],
  ])("is left out and named: %s", async (service, venueId, djIds) => {
    const { mesh, client } = createFeedBed(exampleEvent(1));
    mesh.away.set(service, "refusing");
    const feed = await client.getFeed({ cityId: CITY }, signedIn);
    expect(feed.degraded).toEqual([service]);
    expect(feed.items).toMatchObject([{ event: { eventId: uuid(1) } }]);
    expect(partsOf(feed.items)).toEqual([[venueId, djIds]]);
  });

  it("is left out and named: what the caller did, which the recommender knows", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1));
    mesh.saved = [uuid(1)];
    mesh.away.set("BatchGetEventStates", "broken");
    const feed = await client.searchEvents({}, signedIn);
    expect(feed.degraded).toEqual(["recommender"]);
    expect(feed.items).toMatchObject([{ event: { eventId: uuid(1) }, saved: false }]);
  });

  it("is named where it is there, but out of memory: the events", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1));
    mesh.isStale = true;
    const feed = await client.getFeed({ cityId: CITY }, signedIn);
    expect(feed.degraded).toEqual(["events"]);
    expect(idsOf(feed.items)).toEqual(uuids(1));
  });

  it("is what it was before, for an hour: venues and artists", async () => {
    const { mesh, clock, client } = createFeedBed(exampleEvent(1));
    const { items } = await client.getFeed({ cityId: CITY });
    mesh.away.set("venues", "refusing").set("djs", "refusing");
    clock.now = new Date(NOW.getTime() + 3_600_000);
    const later = await client.getFeed({ cityId: CITY });
    expect(later.degraded).toEqual([]);
    expect(partsOf(later.items)).toEqual(partsOf(items));
  });

  it("is warned of once in a while, not with every answer", async () => {
    const { mesh, clock, client, warnings } = createFeedBed(exampleEvent(1));
    mesh.away.set("venues", "refusing").set("djs", "refusing");
    for (let i = 0; i < 3; i++) await client.getFeed({ cityId: CITY });
    expect(warnings).toMatchObject([
      { source: "venues", code: "Unavailable", msg: "answered without a part" },
      { source: "djs", code: "Unavailable" },
    ]);
    clock.now = new Date(NOW.getTime() + 10_000);
    await client.getFeed({ cityId: CITY });
    expect(warnings.slice(2)).toMatchObject([
      { source: "venues", suppressed: 2 },
      { source: "djs", suppressed: 2 },
    ]);
  });

  it("is asked for again the next time", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1));
    mesh.away.set("venues", "refusing");
    await client.getFeed({ cityId: CITY });
    mesh.away.clear();
    const { items, degraded } = await client.getFeed({ cityId: CITY });
    expect(degraded).toEqual([]);
    expect(items[0]?.venue).toBeDefined();
  });

  it("is no venue or artist that simply is not known", async () => {
    const { mesh, client } = createFeedBed(exampleEvent(1), exampleEvent(2, { venueId: "", djIds: [] }));
    mesh.venues.clear();
    mesh.djs.delete(uuid(0x301));
    const { items, degraded } = await client.getFeed({ cityId: CITY });
    expect(degraded).toEqual([]);
    expect(partsOf(items)).toEqual([
      [undefined, uuids(0x201)],
      [undefined, []],
    ]);
  });
});
