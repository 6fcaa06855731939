import { createRandom } from "@craic/numerics/random.js";
import { World } from "../../../../tests/fixtures/live-world.js";
import { DAY_MS, exampleEvent, HOUR_MS, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import type { FeedbackKind } from "../feedback/feedback.js";
import { LikedTogether } from "./liked-together.js";

const EVENTS = 120;

/** Events over three weeks, the first third of them over by now. */
function newWorld(): World {
  return new World(
    Array.from({ length: EVENTS }, (_, i) => {
      const startMs = nowMs + (i / EVENTS - 1 / 3) * 21 * DAY_MS;
      return exampleEvent(i, { startMs, endMs: startMs + HOUR_MS });
    }),
  );
}

/** The companions of every event, as they were kept and as found anew. */
function compared({ state }: World, atMs: number) {
  const anew = new LikedTogether(state.catalogue, state.behaviour);
  return Array.from({ length: EVENTS }, (_, event) => {
    const { events, dots, squaredNorm } = state.likedTogether.companionsOf(event, atMs);
    const full = anew.companionsOf(event, atMs);
    return [
      { events, dots, squaredNorm },
      { events: full.events, dots: full.dots, squaredNorm: full.squaredNorm },
    ] as const;
  });
}

describe("LikedTogether", () => {
  it("finds what else is liked by who likes an event, those liked together most first", () => {
    const world = newWorld().act(1, "save", 50).act(2, "save", 50).act(3, "click", 50);
    world.act(1, "save", 60).act(2, "save", 60).act(3, "save", 61).act(1, "click", 62).act(4, "save", 63);
    const { events, dots, squaredNorm } = world.state.likedTogether.companionsOf(world.event(50), nowMs);
    expect(world.ids(events)).toEqual([60, 61, 62]);
    expect([...dots]).toEqual([2, 0.25, 0.25]);
    expect(squaredNorm).toBeCloseTo(2 + 0.25 ** 2, 12);
  });

  it("leaves out what is over, and takes it in again when it is put off", () => {
    const world = newWorld().act(1, "save", 50).act(1, "save", 3);
    const ids = () => world.ids(world.state.likedTogether.companionsOf(world.event(50), nowMs).events);
    expect(ids()).toEqual([]);
    world.state.applyEvent(exampleEvent(3, { startMs: nowMs + DAY_MS, endMs: nowMs + 2 * DAY_MS }));
    expect(ids()).toEqual([3]);
  });

  it("is, after any feedback, what finding all anew gives", () => {
    const random = createRandom(7);
    const below = (n: number) => Math.floor(random() ** 2 * n);
    const kinds: readonly FeedbackKind[] = [
      "save",
      "click",
      "save",
      "impression",
      "unsave",
      "hide",
      "unhide",
    ];
    const world = newWorld();
    for (let round = 0; round < 25; round++) {
      for (let i = 0; i < 50; i++) {
        world.act(1 + below(150), kinds[below(kinds.length)]!, Math.floor(random() * EVENTS), nowMs + i);
      }
      for (const [kept, full] of compared(world, nowMs + (round / 25) * 14 * DAY_MS))
        expect(kept).toEqual(full);
    }
  });

  it("finds anew only those that feedback can have changed", () => {
    const world = newWorld();
    for (let user = 1; user <= 30; user++) {
      for (let i = 0; i < 4; i++) world.act(user, "save", 40 + ((user * 7 + i * 11) % 80));
    }
    const { likedTogether } = world.state;
    compared(world, nowMs);
    const before = likedTogether.searches;
    world.act(31, "save", 41).act(31, "impression", 42).act(1, "save", 100, nowMs);
    compared(world, nowMs);
    // Event 41, event 100, and the four that person 1 had saved.
    expect(likedTogether.searches - before).toBe(6);
  });
});
