import { World } from "../../../../tests/fixtures/live-world.js";
import { DAY_MS, exampleEvent, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { defaultParameters, weightsOf } from "./ranking-model.js";
import { Rarities } from "./rarities.js";
import { Scoring } from "./scoring.js";
import type { Speaker } from "./summands.js";

const LIKES = 40;
/** About what is learned from the simulated audience. */
const weights = weightsOf({ "own.genre": 6, "crowd.event": 0.9, "crowd.genre": 1.5, soon: 0.3 });
const bare = { djIds: [], venueId: "", organiser: "" };
const genres = ["jazz", "folk", "techno", "soul"];

/** What each voice says for a jazz night, by how many jazz events the person has saved: 0, 1, 2 … */
function sharesByLikes(): Record<Speaker, number>[] {
  const world = new World([
    exampleEvent(0, { ...bare, genres: ["jazz"] }),
    ...Array.from({ length: LIKES + 200 }, (_, i) =>
      exampleEvent(i + 1, { ...bare, genres: [i < LIKES ? "jazz" : genres[i % 4]!] }),
    ),
  ]);
  world.act(2, "save", 0).act(3, "click", 0);
  for (let i = 1; i <= 40; i++) world.act(2 + (i % 9), "save", LIKES + i);
  const { state } = world;
  const user = world.user(1);
  const scoring = new Scoring(state, defaultParameters, new Rarities(state.catalogue, new Map()));
  return Array.from({ length: LIKES + 1 }, (_, likes) => {
    if (likes > 0) world.act(1, "save", likes, nowMs - (LIKES - likes) * 0.1 * DAY_MS);
    scoring.begin({ user, preferences: { genres: ["jazz"], djIds: [] } }, nowMs);
    scoring.weigh(weights);
    const amounts = {
      own: 0,
      preferred: 0,
      neighbours: 0,
      crowd: 0,
      vectors: 0,
      together: 0,
      near: 0,
      soon: 0,
    };
    const summands = scoring.summandsOf(world.event(0));
    for (let i = 0; i < summands.count; i++) amounts[summands.from[i]!] += summands.amounts[i]!;
    const total = scoring.scoreOf(world.event(0));
    scoring.end();
    for (const from of Object.keys(amounts) as Speaker[]) amounts[from] /= total;
    return amounts;
  });
}

describe("Somebody new", () => {
  const shares = sharesByLikes();
  const notTheirs = shares.map(({ preferred, crowd, soon }) => preferred + crowd + soon);

  it("is ranked for by what they asked for and by what everybody likes", () => {
    expect(notTheirs[0]).toBeCloseTo(1, 9);
    expect(shares[0]!.preferred).toBeGreaterThan(0.2);
    expect(shares[0]!.crowd).toBeGreaterThan(0.2);
  });

  it("is ranked for by their own behaviour more with every event they like", () => {
    for (let likes = 1; likes <= LIKES; likes++) {
      expect(shares[likes]!.own).toBeGreaterThan(shares[likes - 1]!.own);
      expect(shares[likes]!.preferred).toBeLessThan(shares[likes - 1]!.preferred);
      expect(notTheirs[likes]).toBeLessThan(notTheirs[likes - 1]!);
    }
    expect(shares[LIKES]!.preferred).toBeLessThan(0.05);
    expect(shares[LIKES]!.own).toBeGreaterThan(0.5);
  });

  it("sees no jump on the way: no single like moves a quarter of the score, and later ones move less", () => {
    const steps = shares.slice(1).map(({ own }, i) => own - shares[i]!.own);
    expect(Math.max(...steps)).toBeLessThan(0.25);
    expect(steps).toEqual(steps.toSorted((a, b) => b - a));
  });
});
