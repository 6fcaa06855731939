import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import { createLogger } from "@craic/runtime/log.js";
import { uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { createFindNames } from "./names.js";

const HOUR_MS = 3_600_000;

function setUp() {
  const others = { isDown: false, suffix: "", asked: [] as string[][] };
  const clock = { ms: 0 };
  const transport = createRouterTransport(({ service }) => {
    service(VenueService, {
      batchGetVenues: ({ venueIds }) => {
        others.asked.push(venueIds);
        if (others.isDown) throw new ConnectError("down", Code.Unavailable);
        const known = venueIds.filter((id) => id !== uuid(404));
        return {
          venues: known.map((venueId) => ({ venueId, name: `venue ${venueId.slice(-2)}${others.suffix}` })),
        };
      },
    });
    service(DjService, {
      batchGetDjs: ({ djIds }) => ({ djs: djIds.map((djId) => ({ djId, name: "DJ" })) }),
    });
  });
  const find = createFindNames(transport, () => new Date(clock.ms), createLogger("silent", "recommender"));
  const venues = async (...numbers: number[]) => {
    const features = numbers.map((number) => ({ kind: "venue", key: uuid(number) }) as const);
    const names = await find(features, () => ({ timeoutMs: 1_000 }));
    return numbers.map((number) => names.venues.get(uuid(number)));
  };
  return { others, clock, find, venues };
}

describe("createFindNames()", () => {
  it("finds names of venues and artists, each asked for once", async () => {
    const { others, venues, find } = setUp();
    expect(await venues(1, 2, 1)).toEqual(["venue 01", "venue 02", "venue 01"]);
    expect(await venues(2, 3)).toEqual(["venue 02", "venue 03"]);
    expect(others.asked).toEqual([[uuid(1), uuid(2)], [uuid(3)]]);
    expect((await find([{ kind: "artist", key: uuid(9) }], () => ({}))).artists.get(uuid(9))).toBe("DJ");
  });

  it("asks nobody when there is nothing to name", async () => {
    const { others, venues } = setUp();
    expect(await venues()).toEqual([]);
    expect(others.asked).toEqual([]);
  });

  it("remembers that a venue is not known, and looks again after an hour", async () => {
    const { others, venues, clock } = setUp();
    expect(await venues(404)).toEqual([undefined]);
    await venues(404);
    expect(others.asked).toHaveLength(1);
    clock.ms = HOUR_MS;
    others.suffix = ", renamed";
    await venues(404, 1);
    clock.ms = 2 * HOUR_MS;
    others.suffix = ", again";
    expect(await venues(1)).toEqual(["venue 01, again"]);
  });

  it("leaves a service that fails alone for some seconds, and keeps to the names it has", async () => {
    const { others, venues, clock } = setUp();
    await venues(1);
    others.isDown = true;
    clock.ms = HOUR_MS;
    expect(await venues(1, 2)).toEqual(["venue 01", undefined]);
    expect(await venues(1, 2)).toEqual(["venue 01", undefined]);
    expect(others.asked).toHaveLength(2);
    others.isDown = false;
    clock.ms += 5_000;
    expect(await venues(1, 2)).toEqual(["venue 01", "venue 02"]);
  });

  it("keeps no more than five thousand names", async () => {
    const { others, venues } = setUp();
    for (let i = 0; i < 12; i++) await venues(...Array.from({ length: 500 }, (_, j) => 1_000 + 500 * i + j));
    others.asked.length = 0;
    await venues(1_000, 6_999);
    expect(others.asked).toEqual([[uuid(1_000)]]);
  });
});
