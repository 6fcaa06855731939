import { createRateLimiter } from "./rate-limiter.js";

function setUp({ perSecond = 2, burst = 3, maxBuckets = 100 } = {}) {
  let nowMs = 1_000_000;
  const limiter = createRateLimiter({ perSecond, burst, maxBuckets, now: () => new Date(nowMs) });
  return {
    take: (client = "a", times = 1) => Array.from({ length: times }, () => limiter.take(client)),
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("RateLimiter", () => {
  it("lets a burst through and then says how long to wait for the next token", () => {
    const { take } = setUp();
    expect(take("a", 4)).toEqual([0, 0, 0, 500]);
  });

  it("fills the bucket at its rate and never past its brim", () => {
    const { take, advance } = setUp();
    take("a", 3);
    advance(250);
    expect(take()).toEqual([250]);
    advance(250);
    expect(take()).toEqual([0]);
    advance(60_000);
    expect(take("a", 4)).toEqual([0, 0, 0, 500]);
  });

  it("gives each client a bucket of its own", () => {
    const { take } = setUp();
    take("a", 4);
    expect(take("b")).toEqual([0]);
  });

  it("limits nothing at a rate of 0", () => {
    expect(setUp({ perSecond: 0, burst: 0 }).take("a", 1_000)).toEqual(Array(1_000).fill(0));
  });

  it("takes nothing away when the clock is set back", () => {
    const { take, advance } = setUp();
    take("a", 1);
    advance(-60_000);
    expect(take("a", 3)).toEqual([0, 0, 500]);
  });

  it("forgets the client that has been quiet longest when there are too many", () => {
    const { take } = setUp({ maxBuckets: 2 });
    take("a", 3);
    take("b", 3);
    take("a"); // now b has been quiet longest
    take("c");
    expect(take("a")).toEqual([500]);
    expect(take("b")).toEqual([0]);
  });
});
