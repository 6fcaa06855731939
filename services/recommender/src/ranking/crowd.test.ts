import { createRandom } from "@craic/numerics/random.js";
import { World } from "../../../../tests/fixtures/live-world.js";
import { DAY_MS, exampleEvent, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import type { FeedbackKind } from "../feedback/feedback.js";
import { Crowd } from "./crowd.js";

const HALF_LIFE_MS = 7 * DAY_MS;
const genres = ["techno", "jazz", "folk"];
const kinds: readonly FeedbackKind[] = ["save", "click", "unsave", "hide", "unhide"];

/** Twelve events, some over, each of one genre and at one of three venues. */
const twelve = () =>
  Array.from({ length: 12 }, (_, i) =>
    exampleEvent(i, {
      genres: [genres[i % 3]!],
      organiser: `organiser ${i % 2}`,
      endMs: nowMs + (i - 4) * DAY_MS,
      startMs: nowMs + (i - 4.2) * DAY_MS,
    }),
  );

/** The formulas of crowd.ts, from the pairs as they are. */
function plainCrowd({ state }: World, atMs: number) {
  const { catalogue, behaviour } = state;
  const likes = new Array<number>(catalogue.events.size).fill(0);
  for (let user = 0; user < behaviour.users.size; user++) {
    for (let event = 0; event < likes.length; event++) {
      const slot = behaviour.find(user, event);
      if (slot < 0) continue;
      const { value, sinceMs } = behaviour.likingAt(slot);
      likes[event]! += value * 2 ** ((sinceMs - atMs) / HALF_LIFE_MS);
    }
  }
  const liked = likes.filter((sum) => sum > 0);
  const kappa = Math.max(1, liked.reduce((a, b) => a + b, 0) / Math.max(1, liked.length));
  const share = (x: number) => x / (x + kappa);
  const features = Array.from({ length: catalogue.features.size }, (_, f) => {
    let withFeature = 0;
    let events = 0;
    for (let event = 0; event < likes.length; event++) {
      const begin = catalogue.featuresOf.offsets[event]!;
      const own = catalogue.featuresOf.columns.feature.subarray(
        begin,
        begin + catalogue.featuresOf.lengths[event]!,
      );
      if (!own.includes(f)) continue;
      withFeature += likes[event]!;
      events += 2 ** (-Math.max(0, atMs - catalogue.endMs[event]!) / HALF_LIFE_MS);
    }
    return share(withFeature / (events + 2));
  });
  return { events: likes.map(share), features };
}

function expectPlain(world: World, crowd: Crowd, atMs: number): void {
  const plain = plainCrowd(world, atMs);
  const taste = crowd.eventTaste(atMs);
  const tasteOf = (event: number) => taste.of(event);
  plain.events.forEach((expected, event) => {
    expect(tasteOf(event)).toBeCloseTo(expected, 9);
  });
  const tastes = crowd.featureTastes(atMs);
  plain.features.forEach((expected, feature) => {
    expect(tastes[feature]).toBeCloseTo(expected, 6);
  });
}

function actAtRandom(world: World, acts: number, seed: number): void {
  const random = createRandom(seed);
  for (let i = 0; i < acts; i++) {
    const kind = kinds[Math.floor(random() ** 2 * kinds.length)]!;
    world.act(Math.floor(random() * 9), kind, Math.floor(random() * 12), nowMs - random() * 30 * DAY_MS);
  }
}

describe("Crowd", () => {
  it("follows the formulas when it is made from what is there", () => {
    const world = new World(twelve());
    actAtRandom(world, 300, 1);
    expectPlain(world, world.state.crowd(HALF_LIFE_MS, nowMs), nowMs);
  });

  it("follows the formulas act by act", () => {
    const world = new World(twelve());
    const crowd = world.state.crowd(HALF_LIFE_MS, nowMs);
    for (let round = 0; round < 20; round++) {
      actAtRandom(world, 15, round);
      expectPlain(world, crowd, nowMs);
    }
  });

  it("follows the formulas when events come in, change their features, or are heard of after being liked", () => {
    const world = new World(twelve().slice(0, 6));
    const crowd = world.state.crowd(HALF_LIFE_MS, nowMs);
    actAtRandom(world, 200, 3); // half of it about events that nobody has told of
    for (const event of twelve()) world.state.applyEvent({ ...event, genres: [genres[2]!], venueId: "" });
    expectPlain(world, crowd, nowMs);
  });

  it("ages: hours, days and months later it is what it would be if made then", () => {
    const world = new World(twelve());
    const crowd = world.state.crowd(HALF_LIFE_MS, nowMs);
    actAtRandom(world, 200, 5);
    for (const days of [0.01, 0.5, 3, 200]) {
      const atMs = nowMs + days * DAY_MS;
      expectPlain(world, new Crowd(world.state.catalogue, world.state.behaviour, HALF_LIFE_MS, atMs), atMs);
    }
    for (const days of [0.5, 3, 200]) expectPlain(world, crowd, nowMs + days * DAY_MS);
  });

  it("halves a like in its half-life", () => {
    const world = new World(twelve()).act(1, "save", 5, nowMs);
    const crowd = world.state.crowd(HALF_LIFE_MS, nowMs);
    const event = world.event(5);
    expect(crowd.eventTaste(nowMs).of(event)).toBeCloseTo(1 / 2, 9);
    expect(crowd.eventTaste(nowMs + HALF_LIFE_MS).of(event)).toBeCloseTo(0.5 / 1.5, 9);
  });

  it("says nothing of anything before anybody has liked anything", () => {
    const world = new World(twelve());
    const crowd = world.state.crowd(HALF_LIFE_MS, nowMs);
    expect(Math.max(...crowd.featureTastes(nowMs))).toBe(0);
    expect(crowd.eventTaste(nowMs).of(world.event(3))).toBe(0);
  });

  it("forgets a like that is taken back", () => {
    const world = new World(twelve());
    const crowd = world.state.crowd(HALF_LIFE_MS, nowMs);
    world.act(1, "save", 5).act(1, "unsave", 5);
    expect(crowd.eventTaste(nowMs).of(world.event(5))).toBe(0);
    expect(Math.max(...crowd.featureTastes(nowMs))).toBeLessThan(1e-12);
  });
});
