import { World } from "../../../../tests/fixtures/live-world.js";
import {
  DAY_MS,
  exampleEvent,
  HOUR_MS,
  nowMs,
  uuid,
} from "../../../../tests/fixtures/recommendable-events.js";
import { Diversifier, MOST_OF_DAY, type Picked, WINDOW } from "./diversity.js";
import { explore, FIRST_PLACE } from "./exploration.js";

/** Events 0 … 99 with falling scores. */
const ranked: Picked[] = Array.from({ length: 100 }, (_, event) => ({ event, score: 1 / (event + 1) }));
const page = ranked.slice(0, 60);
const unknown = ranked.filter(({ event }) => event % 2 === 1);
const { catalogue } = new World(ranked.map(({ event }) => exampleEvent(event))).state;

/** Gives these in their order. */
function inOrder(picks: readonly Picked[]): Diversifier {
  const diversifier = new Diversifier(catalogue).begin(0);
  const events = Uint32Array.from(picks, ({ event }) => event);
  diversifier.offer(
    events,
    Float64Array.from(picks, ({ score }) => score),
    events.length,
  );
  return diversifier;
}

const seeds = Array.from({ length: 200 }, (_, i) => 77 * i);
const listFor = (seed: number, share = 0.1) => explore(inOrder(ranked), 0, 60, unknown, { share, seed });
const explored = (list: ReturnType<typeof explore>) => list.filter(({ isExplored }) => isExplored);

describe("explore()", () => {
  it("gives about the share of the places to events that few have seen, and to no others", () => {
    const found = seeds.flatMap((seed) => explored(listFor(seed)));
    const places = seeds.length * (60 - FIRST_PLACE + 1);
    expect(found.length / places).toBeGreaterThan(0.08);
    expect(found.length / places).toBeLessThan(0.12);
    expect(found.every(({ event }) => event % 2 === 1)).toBe(true);
  });

  it("leaves the first three places alone", () => {
    for (const seed of seeds) {
      expect(listFor(seed, 1).slice(0, FIRST_PLACE - 1)).toEqual(page.slice(0, FIRST_PLACE - 1));
    }
  });

  it("keeps all others in their order, and no event twice", () => {
    for (const seed of seeds) {
      const events = listFor(seed).map(({ event }) => event);
      const others = listFor(seed).filter(({ isExplored }) => !isExplored);
      expect(new Set(events).size).toBe(60);
      expect(others.map(({ event }) => event)).toEqual(
        others.map(({ event }) => event).toSorted((a, b) => a - b),
      );
    }
  });

  it("gives the same list for the same seed, and others for others", () => {
    expect(listFor(5)).toEqual(listFor(5));
    const lists = new Set(seeds.map((seed) => JSON.stringify(explored(listFor(seed)))));
    expect(lists.size).toBeGreaterThan(150);
  });

  it("prefers what would be liked more, and gives everything a chance", () => {
    const times = new Map<number, number>();
    for (let seed = 0; seed < 5_000; seed++) {
      const list = explore(inOrder(ranked), 0, 4, unknown.slice(1), { share: 1, seed });
      const event = explored(list)[0]!.event;
      times.set(event, (times.get(event) ?? 0) + 1);
    }
    expect(times.size).toBe(49);
    expect(times.get(5)!).toBeGreaterThan(2 * times.get(51)!);
  });

  it("moves up what is in the list already when that is all there is", () => {
    const list = explore(inOrder(ranked.slice(0, 10)), 0, 60, unknown.slice(0, 5), { share: 0.5, seed: 3 });
    expect(list.map(({ event }) => event).toSorted((a, b) => a - b)).toEqual([...Array(10).keys()]);
    expect(explored(list).length).toBeGreaterThan(0);
  });

  it("does nothing where everything is known, and with a share of 0", () => {
    expect(explore(inOrder(ranked), 0, 60, [], { share: 1, seed: 1 })).toEqual(page);
    expect(listFor(4, 0)).toEqual(page);
  });

  it("explores from its first place on in a later part of the list", () => {
    const list = explore(inOrder(ranked), 60, 60, ranked.slice(60), { share: 1, seed: 9 });
    expect(list[0]).toMatchObject({ isExplored: true });
  });

  it("keeps to what one venue, artist or night may have of twenty places", () => {
    const count = 120;
    const listed = Array.from({ length: count }, (_, i) => {
      const startMs = nowMs + (1 + (i % 7)) * DAY_MS;
      const of = { venueId: uuid(0x700 + (i % 10)), djIds: [uuid(0x800 + (i % 12))] };
      return { ...of, startMs, endMs: startMs + HOUR_MS };
    });
    const world = new World(listed.map((changes, i) => exampleEvent(i, changes)));
    const events = Uint32Array.from(listed.keys());
    const scores = Float64Array.from(events, (i) => 1 / (1 + i));
    const candidates = Array.from(events, (event) => ({ event, score: scores[event]! }));
    for (const seed of seeds) {
      const diversifier = new Diversifier(world.state.catalogue).begin(0.3);
      diversifier.offer(events, scores, count);
      const list = explore(diversifier, 0, 60, candidates, { share: 0.2, seed });
      expect(explored(list).length).toBeGreaterThan(0);
      for (let begin = 0; begin < 60; begin += WINDOW) {
        const window = list.slice(begin, begin + WINDOW).map(({ event }) => listed[event]!);
        expect(mostAlike(window.map(({ venueId }) => venueId))).toBeLessThanOrEqual(4);
        expect(mostAlike(window.map(({ djIds }) => djIds[0]!))).toBeLessThanOrEqual(4);
        expect(mostAlike(window.map(({ startMs }) => startMs))).toBeLessThanOrEqual(MOST_OF_DAY);
      }
    }
  });
});

/** How many of these are the same, of those that are so most often. */
function mostAlike(values: readonly (string | number)[]): number {
  return Math.max(...values.map((value) => values.filter((other) => other === value).length));
}
