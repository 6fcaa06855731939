import { type Recommendation, RecommendationShelf } from "./recommendation-shelf.js";

const TTL_MS = 1_000;

function newShelf(maxBytes = 1_000_000) {
  const clock = { ms: 0 };
  return { clock, shelf: new RecommendationShelf({ maxBytes, ttlMs: TTL_MS }, () => new Date(clock.ms)) };
}

const recommendation = (recommendationId: string, length = 10): Recommendation => ({
  recommendationId,
  userId: "",
  scope: { cityId: "dublin-ie", endingAfterMs: 0, startingBeforeMs: Number.POSITIVE_INFINITY },
  algorithm: "blend",
  modelVersion: "1.0.0",
  events: new Array<number>(length).fill(1),
  scores: new Array<number>(length).fill(1),
  isComplete: true,
});

describe("RecommendationShelf", () => {
  it("finds what was put on it until its time is over, however often it was looked at", () => {
    const { shelf, clock } = newShelf();
    const held = recommendation("a");
    shelf.put(held);
    clock.ms = TTL_MS - 1;
    expect(shelf.find("a")).toBe(held);
    shelf.put(held);
    clock.ms = TTL_MS;
    expect(shelf.find("a")).toBeUndefined();
    expect(shelf.bytes).toBe(0);
  });

  it("does not find what was never put on it", () => {
    expect(newShelf().shelf.find("a")).toBeUndefined();
  });

  it("drops the one that nobody has looked at for longest when there are too many bytes", () => {
    const { shelf } = newShelf(3_000);
    for (const id of ["a", "b", "c"]) shelf.put(recommendation(id));
    shelf.find("a");
    shelf.put(recommendation("d"));
    expect(["a", "b", "c", "d"].filter((id) => shelf.find(id) !== undefined)).toEqual(["a", "c", "d"]);
  });

  it("never holds more bytes than it may, though lists grow", () => {
    const { shelf } = newShelf(20_000);
    for (let i = 0; i < 500; i++) {
      const grows = recommendation(`${i}`, i % 50);
      shelf.put(grows);
      grows.events.push(...new Array<number>(40).fill(2));
      grows.scores.push(...new Array<number>(40).fill(2));
      shelf.put(grows);
      expect(shelf.bytes).toBeLessThanOrEqual(20_000);
    }
    expect(shelf.find("499")).toBeDefined();
  });

  it("does not hold one that is too large by itself", () => {
    const { shelf } = newShelf(1_000);
    shelf.put(recommendation("a", 1_000));
    expect([shelf.find("a"), shelf.bytes]).toEqual([undefined, 0]);
  });
});
