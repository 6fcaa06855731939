import { Code, ConnectError, createRouterTransport, type ServiceImpl } from "@connectrpc/connect";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { load } from "./load.js";

const EVENT = "0192f0c1-2345-7890-8abc-def012345678";

/** A gateway, and a clock that only pauses move on. */
function bed(own: Partial<ServiceImpl<typeof FeedService>> = {}) {
  let nowMs = 0;
  const asked: string[] = [];
  const dueMs: number[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(FeedService, {
      listCities: () => ({ cities: [{ city: { cityId: "dublin" } }, { city: { cityId: "cork" } }] }),
      getFeed({ cityId }) {
        asked.push(cityId);
        dueMs.push(nowMs);
        return { items: [{ event: { eventId: EVENT } }] };
      },
      getEventPage({ eventId }) {
        asked.push(eventId);
        dueMs.push(nowMs);
        return {};
      },
      ...own,
    });
  });
  const pause = async (ms: number) => {
    // Calls before are answered first, as they are where time passes by itself.
    await new Promise((resolve) => setImmediate(resolve));
    nowMs += ms;
  };
  const world = { transport, clock: () => nowMs, pause, random: () => 0.75 };
  return { world, asked, dueMs };
}

describe("load", () => {
  it("is as many calls as were asked for, evenly over the time", async () => {
    const { world, dueMs } = bed();
    const { calls, failed } = await load({ ...world, callsPerSecond: 4, seconds: 2 });
    expect(calls).toBe(8);
    expect(failed).toEqual({});
    expect(dueMs).toEqual([0, 250, 500, 750, 1000, 1250, 1500, 1750]);
  });

  it("reads feeds of the cities with events, and opens every fourth time an event that a feed had", async () => {
    const { world, asked } = bed();
    await load({ ...world, callsPerSecond: 4, seconds: 2 });
    expect(asked).toEqual(["cork", "cork", "cork", EVENT, "cork", "cork", "cork", EVENT]);
  });

  it("counts an answer's delay from when the call was due, though it was made late", async () => {
    const { world } = bed();
    const late = { ...world, pause: (ms: number) => world.pause(ms + 40) };
    const figures = await load({ ...late, callsPerSecond: 1, seconds: 2 });
    expect(figures).toMatchObject({ p50Ms: 0, p95Ms: 40, p99Ms: 40 });
  });

  it("goes on when calls fail, and counts them by their code", async () => {
    let number = 0;
    const { world } = bed({
      getFeed() {
        if (number++ % 2 === 0) throw new ConnectError("not now", Code.Unavailable);
        return { items: [] };
      },
    });
    const { calls, failed } = await load({ ...world, callsPerSecond: 10, seconds: 1 });
    expect(calls).toBe(10);
    expect(failed).toEqual({ Unavailable: 5 });
  });

  it("does not begin where no city has events", async () => {
    const { world } = bed({ listCities: () => ({ cities: [] }) });
    await expect(load({ ...world, callsPerSecond: 1, seconds: 1 })).rejects.toMatchObject({
      code: Code.FailedPrecondition,
    });
  });
});
