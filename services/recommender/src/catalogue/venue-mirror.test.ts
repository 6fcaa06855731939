import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import { createLogger } from "@craic/runtime/log.js";
import { World } from "../../../../tests/fixtures/live-world.js";
import { exampleEvent, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { createTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.js";
import { VenueMirror } from "./venue-mirror.js";
import { createMysqlVenueStore } from "./venue-store.mysql.js";

const HOUR_MS = 3_600_000;
const dublin = { latitude: 53.34, longitude: -6.26 };

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase("recommender");
});
afterEach(() => database.close());

/** A mirror of venues 1, 2 …, each of an event of that number, and a service that knows where some of them are. */
function setUp(events: readonly number[]) {
  const { state } = new World(events.map((event) => exampleEvent(event, { venueId: uuid(0x900 + event) })));
  const service = {
    isDown: false,
    asked: [] as number[],
    positions: new Map<number, typeof dublin | undefined>(),
  };
  const transport = createRouterTransport((router) => {
    router.service(VenueService, {
      batchGetVenues: ({ venueIds }) => {
        if (service.isDown) throw new ConnectError("down", Code.Unavailable);
        service.asked.push(venueIds.length);
        const numbers = venueIds.map((id) => Number.parseInt(id.slice(-12), 16) - 0x900);
        const known = numbers.filter((number) => service.positions.has(number));
        return {
          venues: known.map((number) => ({
            venueId: uuid(0x900 + number),
            cityId: "dublin-ie",
            ...service.positions.get(number),
          })),
        };
      },
    });
  });
  const clock = { ms: 0 };
  const store = createMysqlVenueStore(database);
  const now = () => new Date(clock.ms);
  const mirror = new VenueMirror({
    transport,
    store,
    state,
    now,
    log: createLogger("silent", "recommender"),
  });
  const near = (event: number) => {
    const { features, places } = state.catalogue;
    const { venues } = places.near(features.find({ kind: "venue", key: uuid(0x900 + event) }));
    return Array.from(
      venues,
      (venue) => Number.parseInt(features.featureAt(venue).key.slice(-12), 16) - 0x900,
    );
  };
  return { state, service, clock, mirror, near };
}

describe("VenueMirror", () => {
  it("learns where the venues of events are, those of new events too, and asks for each once an hour", async () => {
    const { state, service, clock, mirror, near } = setUp([1, 2, 3]);
    for (const event of [1, 2, 4]) service.positions.set(event, dublin);
    service.positions.set(3, undefined);
    await mirror.look();
    await mirror.look();
    expect([near(1), near(3), service.asked]).toEqual([[1, 2], [], [3]]);
    state.applyEvent(exampleEvent(4, { venueId: uuid(0x904) }));
    await mirror.look();
    expect([near(1), service.asked]).toEqual([
      [1, 2, 4],
      [3, 1],
    ]);
    service.positions.set(3, dublin).set(2, { ...dublin, latitude: 40 });
    clock.ms += HOUR_MS;
    await mirror.look();
    expect([near(1), service.asked]).toEqual([
      [1, 3, 4],
      [3, 1, 4],
    ]);
  });

  it("asks for hundreds at a time", async () => {
    const { service, mirror } = setUp(Array.from({ length: 1_203 }, (_, i) => i + 1));
    await mirror.look();
    expect(service.asked).toEqual([500, 500, 203]);
  });

  it("starts from what it knew, without the service, and forgets a place that is not known any more", async () => {
    const before = setUp([1, 2, 3]);
    for (const event of [1, 2, 3]) before.service.positions.set(event, dublin);
    await before.mirror.look();
    before.service.positions.set(2, undefined);
    before.clock.ms += HOUR_MS;
    await before.mirror.look();
    expect(before.near(1)).toEqual([1, 3]);
    const after = setUp([1, 2, 3]);
    after.service.isDown = true;
    await after.mirror.load();
    expect(after.near(1)).toEqual([1, 3]);
  });

  it("asks again for what it could not learn", async () => {
    const { service, mirror, near } = setUp([1]);
    service.positions.set(1, dublin);
    service.isDown = true;
    await expect(mirror.look()).rejects.toThrow("down");
    service.isDown = false;
    await mirror.look();
    expect(near(1)).toEqual([1]);
  });

  it("counts as a change of the city, after which no list ranked there holds, only where a place is news", async () => {
    const { state, service, clock, mirror } = setUp([1]);
    service.positions.set(1, dublin);
    const change = () => state.changes.cityChange(state.catalogue.findCity("dublin-ie"));
    const before = change();
    await mirror.look();
    const placed = change();
    expect(placed).toBeGreaterThan(before);
    clock.ms += HOUR_MS;
    await mirror.look();
    expect([change(), service.asked]).toEqual([placed, [1, 1]]);
  });
});
