import type { ItemDetails } from "../data-set.js";
import { EventTraits } from "./event-traits.js";
import { learnEventVectors } from "./event-vectors.js";

const event = (organiser: string): ItemDetails => ({
  title: "",
  tags: [],
  event: { startMs: 0, organiser, town: "", region: "", country: "", location: undefined },
});

/** People 0 to 9 go to the events of a and b, 10 to 19 to those of c; event 3 is another of b's, 4 one of c's. */
const traits = new EventTraits([event("a"), event("b"), event("c"), event("b"), event("c"), event("")]);
const rows = Array.from({ length: 20 }, (_, user) =>
  (user < 10 ? [0, 1] : [2]).map((item) => [user, item]),
).flat();
const attended = {
  count: rows.length,
  users: Uint32Array.from(rows, ([user]) => user!),
  items: Uint32Array.from(rows, ([, item]) => item!),
  values: new Float32Array(rows.length).fill(1),
  timesMs: new Float64Array(rows.length),
};

describe("learnEventVectors", () => {
  const learned = learnEventVectors(traits, 20, attended, { seed: 1, threads: 1 });
  const cosine = async (a: number, b: number) => {
    const vectors = await learned;
    return vectors.of(a).reduce((sum, value, f) => sum + value * vectors.of(b)[f]!, 0);
  };

  it("points events that nobody has been to the way of those whose people they share", async () => {
    expect(await cosine(3, 0)).toBeGreaterThan(0.8);
    expect(await cosine(4, 2)).toBeCloseTo(1, 5);
    expect(await cosine(4, 0)).toBeLessThan(0.3);
  });

  it("gives no direction to an event of which nothing is known", async () => {
    expect(await cosine(5, 0)).toBe(0);
    expect(await cosine(5, 5)).toBe(0);
  });

  it("learns the same from the same", async () => {
    const again = await learnEventVectors(traits, 20, attended, { seed: 1, threads: 2 });
    expect(again.of(0)).toEqual((await learned).of(0));
  });

  it("makes do without any attendance", async () => {
    const none = { ...attended, count: 0 };
    const vectors = await learnEventVectors(traits, 20, none, { seed: 1, threads: 1 });
    expect([...vectors.of(0)].every(Number.isFinite)).toBe(true);
  });
});
