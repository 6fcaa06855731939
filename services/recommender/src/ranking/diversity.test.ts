import { createRandom } from "@craic/numerics/random.js";
import { World } from "../../../../tests/fixtures/live-world.js";
import {
  DAY_MS,
  exampleEvent,
  HOUR_MS,
  nowMs,
  uuid,
} from "../../../../tests/fixtures/recommendable-events.js";
import { Diversifier, MOST_OF_DAY, type Picked, WINDOW } from "./diversity.js";

const orchestra = { djIds: [uuid(1)], venueId: uuid(2), organiser: "" };

/** Forty events of one orchestra in its hall, twenty of others, each on a day of its own. */
const world = new World(
  Array.from({ length: 60 }, (_, i) => exampleEvent(i, { ...on(i), ...(i < 40 && orchestra) })),
);
const { catalogue } = world.state;
const events = Uint32Array.from({ length: 60 }, (_, i) => i);
const random = createRandom(3);
/** The orchestra's are the better ones. */
const scores = Float64Array.from(events, (i) => (i < 40 ? 0.6 : 0.4) + 0.3 * random());

function on(day: number) {
  const startMs = nowMs + day * DAY_MS;
  return { startMs, endMs: startMs + 3 * HOUR_MS };
}

/** The rule as it is said, trying all that is left each time. */
function plainPicks(dial: number, wanted: number): number[] {
  const picked: number[] = [];
  const isOrchestra = (event: number) => event < 40;
  while (picked.length < wanted) {
    const inWindow = picked.slice(WINDOW * Math.floor(picked.length / WINDOW));
    const repetitions = picked.filter(isOrchestra).length;
    const adjusted = (event: number) => scores[event]! / (1 + (isOrchestra(event) ? repetitions : 0)) ** dial;
    const left = [...events].filter((event) => !picked.includes(event));
    const isFull = dial > 0 && inWindow.filter(isOrchestra).length >= 4;
    const others = left.filter((event) => !isFull || !isOrchestra(event));
    const allowed = others.length > 0 ? others : left;
    picked.push(allowed.reduce((best, event) => (adjusted(event) > adjusted(best) ? event : best)));
  }
  return picked;
}

/** The next of these, so many at most. */
function picksOf(diversifier: Diversifier, from: Uint32Array, by: Float64Array, wanted: number): Picked[] {
  diversifier.offer(from, by, from.length);
  const picks: Picked[] = [];
  for (let next: Picked | undefined; picks.length < wanted; picks.push(next)) {
    next = diversifier.next();
    if (next === undefined) break;
  }
  return picks;
}

const picksWith = (dial: number, wanted = 60) =>
  picksOf(new Diversifier(catalogue).begin(dial), events, scores, wanted);

describe("Diversifier", () => {
  it.each([0.05, 0.3, 0.7, 1])("picks what trying everything each time picks, with a dial of %f", (dial) => {
    expect(picksWith(dial).map(({ event }) => event)).toEqual(plainPicks(dial, 60));
  });

  it("leaves the order to the scores with a dial of 0", () => {
    const byScore = [...events].sort((a, b) => scores[b]! - scores[a]!);
    expect(picksWith(0).map(({ event }) => event)).toEqual(byScore);
    expect(picksWith(0).map(({ score }) => score)).toEqual(byScore.map((event) => scores[event]));
  });

  it("gives score up for variety the more the further the dial is turned", () => {
    const dials = [0, 0.1, 0.2, 0.4, 0.7, 1];
    const lists = dials.map((dial) => picksWith(dial, 12).map(({ event }) => event));
    const totals = lists.map((list) => list.reduce((sum, event) => sum + scores[event]!, 0));
    const venues = lists.map((list) => new Set(list.map((event) => (event < 40 ? "hall" : event))).size);
    expect(totals).toEqual(totals.toSorted((a, b) => b - a));
    expect(venues).toEqual(venues.toSorted((a, b) => a - b));
    expect(venues.at(-1)).toBeGreaterThan(venues[0]!);
    expect(totals.at(-1)).toBeLessThan(totals[0]!);
  });

  it("leaves nothing out", () => {
    expect(
      picksWith(0.3)
        .map(({ event }) => event)
        .toSorted((a, b) => a - b),
    ).toEqual([...events]);
  });

  it("goes on where a list ended as if it had not ended", () => {
    for (const end of [7, 20, 25]) {
      const whole = picksWith(0.12, 40);
      const second = new Diversifier(catalogue).begin(0.12);
      for (const { event } of whole.slice(0, end)) second.count(event);
      const left = events.filter((event) => !whole.slice(0, end).some((pick) => pick.event === event));
      const leftScores = Float64Array.from(left, (event) => scores[event]!);
      expect(picksOf(second, left, leftScores, 40 - end)).toEqual(whole.slice(end));
    }
  });

  it("gives all there is when there is less than asked for", () => {
    const few = (count: number) =>
      picksOf(new Diversifier(catalogue).begin(0.12), events.slice(0, count), scores, 10);
    expect(few(3)).toHaveLength(3);
    expect(few(0)).toEqual([]);
  });
});

describe("Diversifier's caps", () => {
  /** Picks the first `wanted` of these events, the first the best by far. */
  function picked(list: Parameters<typeof exampleEvent>[1][], wanted: number, dial = 0.01): number[] {
    const { catalogue } = new World(list.map((changes, i) => exampleEvent(i, changes))).state;
    const all = Uint32Array.from(list.keys());
    const falling = Float64Array.from(all, (i) => 2 ** -i);
    return picksOf(new Diversifier(catalogue).begin(dial), all, falling, wanted).map(({ event }) => event);
  }
  const firstOf = (list: number[], below: number) => list.filter((event) => event < below).length;

  it.each([
    ["venue", { venueId: uuid(5) }],
    ["artist", { djIds: [uuid(6), uuid(7)] }],
  ])("give one %s no more than 4 of the first 20 places, and of the next 20 again", (_name, same) => {
    const list = Array.from({ length: 60 }, (_, i) => ({ ...on(i), ...(i < 20 && same) }));
    const whole = picked(list, 40);
    expect(firstOf(whole.slice(0, 20), 20)).toBe(4);
    expect(firstOf(whole.slice(20), 20)).toBe(4);
    expect(firstOf(picked(list, 40, 0), 20)).toBe(20);
  });

  it("give one night no more than 8 of 20 places, what begins after midnight included", () => {
    const list = Array.from({ length: 60 }, (_, i) => {
      if (i >= 30) return on(i);
      const startMs = nowMs + (i % 2 === 0 ? 3 : 8) * HOUR_MS; // 22:00 and 03:00 in Dublin
      return { startMs, endMs: startMs + HOUR_MS };
    });
    expect(firstOf(picked(list, 20), 30)).toBe(MOST_OF_DAY);
  });

  it("share two nights out, as long as there are events on both", () => {
    const list = Array.from({ length: 60 }, (_, i) => on(i < 40 ? 1 : 2));
    const first = picked(list, 20, 0.0001);
    expect(firstOf(first.slice(0, 16), 40)).toBe(MOST_OF_DAY);
    expect(firstOf(first, 40)).toBe(12); // four places are left that neither may have, and somebody must
    expect(firstOf(picked(list, 60, 0.0001), 40)).toBe(40);
  });

  it("give way where there is nothing else", () => {
    const sameDay = Array.from({ length: 30 }, () => on(1));
    expect(picked(sameDay, 20)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    const sameVenue = Array.from({ length: 30 }, (_, i) => ({ ...on(i), venueId: uuid(5) }));
    expect(picked(sameVenue, 20, 0.0001)).toHaveLength(20);
  });
});
