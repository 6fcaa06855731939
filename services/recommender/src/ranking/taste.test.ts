import { World } from "../../../../tests/fixtures/live-world.js";
import { DAY_MS, exampleEvent, nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import type { Feature } from "../catalogue/event-features.js";
import { defaultParameters } from "./ranking-model.js";
import { noPreferences, type Preferences, Taste } from "./taste.js";

const { priorLikes: c, preferenceLikes: m, neighbourShrinkage } = defaultParameters;
const vicar = uuid(0x777);

/** Techno at Vicar Street twice, jazz elsewhere, and something unlike all of them. */
const newWorld = () =>
  new World([
    exampleEvent(1, { venueId: vicar }),
    exampleEvent(2, { venueId: vicar }),
    exampleEvent(3, { genres: ["jazz"] }),
    exampleEvent(4, { genres: ["folk"] }),
  ]);

function read(world: World, user: number, preferences: Preferences = noPreferences, atMs = nowMs): Taste {
  const taste = new Taste(world.state);
  taste.read({ user: user === 0 ? -1 : world.user(user), preferences }, defaultParameters, atMs);
  return taste;
}

const at = (world: World, vector: { values: Float64Array }, kind: Feature["kind"], key: string) =>
  vector.values[world.state.catalogue.features.find({ kind, key })];

describe("Taste.own", () => {
  it("is the share of likes with a feature, with likes of nothing added", () => {
    const world = newWorld().act(1, "save", 1, nowMs).act(1, "save", 2, nowMs).act(1, "click", 3, nowMs);
    const { own } = read(world, 1);
    expect(at(world, own, "venue", vicar)).toBeCloseTo(2 / (2.25 + c), 12);
    expect(at(world, own, "genre", "techno")).toBeCloseTo(2 / (2.25 + c), 12);
    expect(at(world, own, "genre", "jazz")).toBeCloseTo(0.25 / (2.25 + c), 12);
    expect(at(world, own, "genre", "folk")).toBe(0);
  });

  it("grows with each piece of evidence for a feature", () => {
    const world = newWorld().act(1, "save", 3);
    const jazzOnly = at(world, read(world, 1).own, "genre", "techno")!;
    const once = at(world, read(world.act(1, "save", 1), 1).own, "genre", "techno")!;
    const twice = at(world, read(world.act(1, "save", 2), 1).own, "genre", "techno")!;
    expect([jazzOnly < once, once < twice]).toEqual([true, true]);
  });

  it("fades: a like of a half-life ago counts half", () => {
    const halfLifeMs = defaultParameters.tasteHalfLifeDays * DAY_MS;
    const world = newWorld().act(1, "save", 1, nowMs - halfLifeMs);
    expect(at(world, read(world, 1).own, "venue", vicar)).toBeCloseTo(0.5 / (0.5 + c), 12);
  });
});

describe("Taste.preferred", () => {
  const likesJazz = { genres: ["Jazz"], djIds: [] };

  it("gives way to behaviour as it accumulates: m / (n + c)", () => {
    const world = newWorld();
    expect(at(world, read(world, 0, likesJazz).preferred, "genre", "jazz")).toBeCloseTo(m / c, 12);
    world.act(1, "save", 1, nowMs).act(1, "save", 2, nowMs);
    expect(at(world, read(world, 1, likesJazz).preferred, "genre", "jazz")).toBeCloseTo(m / (2 + c), 12);
  });

  it("takes genres in any case, artists by id, and passes over what no event has", () => {
    const world = newWorld();
    const artist = uuid(0x200_001);
    const { preferred } = read(world, 0, { genres: ["JAZZ", "jazz", "polka"], djIds: [artist, uuid(5)] });
    expect(preferred.count).toBe(2);
    expect(at(world, preferred, "artist", artist)).toBeCloseTo(m / c, 12);
  });
});

describe("Taste.neighbours", () => {
  it("are the people who like the same, and speak in proportion to how alike they are", () => {
    const world = newWorld();
    world.act(1, "save", 1);
    world.act(2, "save", 1).act(2, "save", 3);
    world.act(3, "save", 4);
    const taste = read(world, 1);
    const similarity = 1 / (Math.sqrt(1 * 2) + neighbourShrinkage);
    expect([...taste.people.rows]).toEqual([world.user(2)]);
    expect(taste.people.similarities[0]).toBeCloseTo(similarity, 12);
    expect(taste.neighbourEvents.values[world.event(3)]).toBeCloseTo(similarity / (similarity + 1), 12);
    const jazz = (similarity * (1 / (2 + c))) / (similarity + 1);
    expect(at(world, taste.neighbours, "genre", "jazz")).toBeCloseTo(jazz, 12);
    expect(at(world, taste.neighbours, "genre", "folk")).toBe(0);
  });

  it("are nobody for somebody who likes nothing", () => {
    const world = newWorld().act(2, "save", 1).act(1, "hide", 1);
    const { people, neighbours } = read(world, 1);
    expect([people.rows.length, neighbours.count]).toEqual([0, 0]);
  });
});

describe("Taste.dislike", () => {
  it("comes from hidden events, most from their artists, and not from what is liked as often", () => {
    const world = newWorld().act(1, "hide", 1);
    const { dislike } = read(world, 1);
    expect(at(world, dislike, "artist", uuid(0x200_001))).toBeCloseTo(0.6 / 3, 12);
    expect(at(world, dislike, "venue", vicar)).toBeCloseTo(0.3 / 3, 12);
    expect(at(world, dislike, "genre", "techno")).toBeCloseTo(0.2 / 3, 12);
    expect(at(world, dislike, "weekday", "Sun")).toBe(0);
    world.act(1, "save", 2, nowMs);
    expect(at(world, read(world, 1).dislike, "venue", vicar)).toBe(0);
  });

  it("is gone once the event is unhidden", () => {
    const world = newWorld().act(1, "hide", 1).act(1, "unhide", 1);
    expect(read(world, 1).dislike.count).toBe(0);
  });
});

describe("Taste.passedOver", () => {
  it("is on how many visits an event was on the screen and nothing came of it", () => {
    const world = newWorld().act(1, "impression", 1).act(1, "impression", 2, nowMs).act(1, "click", 2, nowMs);
    world.act(1, "impression", 1, nowMs);
    const { passedOver } = read(world, 1);
    expect(world.ids(passedOver.touched.subarray(0, passedOver.count))).toEqual([1]);
    expect(passedOver.values[world.event(1)]).toBe(2);
  });
});

describe("Taste.clear()", () => {
  it("leaves nothing of one person for the next", () => {
    const world = newWorld().act(1, "save", 1).act(1, "hide", 4).act(2, "save", 1).act(2, "save", 3);
    world.act(1, "impression", 2);
    const taste = read(world, 1, { genres: ["jazz"], djIds: [] });
    expect(taste.handled[world.event(1)]).toBe(1);
    taste.clear();
    taste.read({ user: -1, preferences: noPreferences }, defaultParameters, nowMs);
    const vectors = [
      taste.own,
      taste.preferred,
      taste.neighbours,
      taste.dislike,
      taste.neighbourEvents,
      taste.passedOver,
    ];
    expect(vectors.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0]);
    for (const { values } of vectors) expect(values.every((value) => value === 0)).toBe(true);
    expect(taste.handled.every((mark) => mark === 0)).toBe(true);
    expect(taste.likedCount).toBe(0);
  });
});
