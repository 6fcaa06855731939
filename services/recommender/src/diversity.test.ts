import { createRandom } from "@craic/numerics/random.js";
import { World } from "../../../tests/fixtures/live-world.js";
import { exampleEvent, uuid } from "../../../tests/fixtures/recommendable-events.js";
import { Diversifier } from "./diversity.js";

/** Forty events of one orchestra in its hall, twenty of others; the orchestra's are the better ones. */
const world = new World(
  Array.from({ length: 60 }, (_, i) =>
    i < 40 ? exampleEvent(i, { djIds: [uuid(1)], venueId: uuid(2), organiser: "" }) : exampleEvent(i),
  ),
);
const { catalogue } = world.state;
const events = Uint32Array.from({ length: 60 }, (_, i) => i);
const random = createRandom(3);
const scores = Float64Array.from(events, (i) => (i < 40 ? 0.6 : 0.4) + 0.3 * random());

/** The rule as it is said, trying all that is left each time. */
function plainPicks(strength: number, wanted: number): number[] {
  const picked: number[] = [];
  while (picked.length < wanted) {
    const orchestra = picked.filter((event) => event < 40).length;
    const adjusted = (event: number) => scores[event]! / (1 + strength * (event < 40 ? orchestra : 0));
    const left = [...events].filter((event) => !picked.includes(event));
    picked.push(left.reduce((best, event) => (adjusted(event) > adjusted(best) ? event : best)));
  }
  return picked;
}

describe("Diversifier", () => {
  it.each([0, 0.05, 0.12, 1])(
    "picks what trying everything each time picks, with a strength of %f",
    (strength) => {
      const picks = new Diversifier(catalogue, strength).pick(events, scores, 60, 60);
      expect(picks.map(({ event }) => event)).toEqual(plainPicks(strength, 60));
    },
  );

  it("does not let one orchestra fill the list", () => {
    const ofOrchestra = (strength: number) =>
      new Diversifier(catalogue, strength).pick(events, scores, 60, 15).filter(({ event }) => event < 40)
        .length;
    expect(ofOrchestra(0)).toBeGreaterThan(12);
    expect(ofOrchestra(0.12)).toBeLessThan(9);
  });

  it("gives scores that only fall", () => {
    const picked = new Diversifier(catalogue, 0.12).pick(events, scores, 60, 60).map(({ score }) => score);
    expect(picked).toEqual(picked.toSorted((a, b) => b - a));
  });

  it("goes on where a list ended as if it had not ended", () => {
    const whole = new Diversifier(catalogue, 0.12).pick(events, scores, 60, 40);
    const second = new Diversifier(catalogue, 0.12);
    for (const { event } of whole.slice(0, 25)) second.count(event);
    const left = events.filter((event) => !whole.slice(0, 25).some((pick) => pick.event === event));
    const leftScores = Float64Array.from(left, (event) => scores[event]!);
    expect(second.pick(left, leftScores, left.length, 15)).toEqual(whole.slice(25));
  });

  it("gives all there is when there is less than asked for", () => {
    expect(new Diversifier(catalogue, 0.12).pick(events, scores, 3, 10)).toHaveLength(3);
    expect(new Diversifier(catalogue, 0.12).pick(events, scores, 0, 10)).toEqual([]);
  });
});
