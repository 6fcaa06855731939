import { World } from "../../../../tests/fixtures/live-world.js";
import { exampleEvent, nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import type { Event } from "../catalogue/event.js";
import { Rarities } from "./rarities.js";
import { similarEvents } from "./similar-events.js";

const venue = uuid(0x777);
const artist = uuid(0x888);

const bare = (number: number, changes: Partial<Event>) =>
  exampleEvent(number, { genres: [], djIds: [], venueId: "", organiser: "", ...changes });

function ask(world: World, to: number, { user = -1, cityId = "", limit = 50 } = {}) {
  const { state } = world;
  const rarities = new Rarities(state.catalogue, new Map());
  return similarEvents(state, rarities, world.event(to), user, cityId, limit, nowMs).map((similar) => ({
    ...similar,
    event: world.ids([similar.event])[0]!,
  }));
}

describe("similarEvents()", () => {
  it("is the cosine of the features, weighted by their rarity", () => {
    const world = new World([
      bare(1, { genres: ["techno"], venueId: venue }),
      bare(2, { genres: ["techno"], venueId: venue }),
      bare(3, { genres: ["techno"], djIds: [artist] }),
      bare(4, { genres: ["jazz"] }),
    ]);
    const rarity = (df: number) => Math.log1p(4 / df) / Math.log1p(4);
    const [techno, place, dj] = [rarity(3) ** 2, rarity(2) ** 2, rarity(1) ** 2];
    const similar = ask(world, 1);
    expect(similar.map(({ event }) => event)).toEqual([2, 3]);
    expect(similar[0]!.similarity).toBeCloseTo(1, 6);
    expect(similar[1]!.similarity).toBeCloseTo(techno / Math.sqrt((techno + place) * (techno + dj)), 6);
  });

  it("says what is shared, the rarest first, and what part of the similarity it is", () => {
    const world = new World([
      bare(1, { genres: ["techno"], venueId: venue, djIds: [artist] }),
      bare(2, { genres: ["techno"], venueId: venue, djIds: [artist] }),
      bare(3, { genres: ["techno"], venueId: venue }),
      bare(4, { genres: ["techno"] }),
    ]);
    const { shared } = ask(world, 1)[0]!;
    expect(shared.map(({ feature }) => feature)).toEqual([
      { kind: "artist", key: artist },
      { kind: "venue", key: venue },
      { kind: "genre", key: "techno" },
    ]);
    expect(shared.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(1, 9);
  });

  it("leaves out what is over, cancelled, postponed, hidden, elsewhere, or has nothing in common but the day", () => {
    const same = { genres: ["techno"] };
    const world = new World([
      bare(1, same),
      bare(2, { ...same, endMs: nowMs }),
      bare(3, { ...same, status: "cancelled" }),
      bare(4, { ...same, status: "postponed" }),
      bare(5, same),
      bare(6, { ...same, cityId: "berlin-de" }),
      bare(7, { genres: ["jazz"] }),
      bare(8, same),
    ]).act(1, "hide", 5);
    expect(ask(world, 1, { user: world.user(1) }).map(({ event }) => event)).toEqual([8]);
    expect(ask(world, 1).map(({ event }) => event)).toEqual([5, 8]);
  });

  it("looks in another city when asked to, from an event that may be over", () => {
    const world = new World([
      bare(1, { genres: ["techno"], endMs: nowMs - 1 }),
      bare(2, { genres: ["techno"], cityId: "berlin-de" }),
    ]);
    expect(ask(world, 1, { cityId: "berlin-de" }).map(({ event }) => event)).toEqual([2]);
    expect(ask(world, 1, { cityId: "nowhere" })).toEqual([]);
  });

  it("gives the soonest of equally similar ones, and no more than asked for", () => {
    const later = exampleEvent(0).startMs + 1;
    const world = new World([
      bare(1, { genres: ["techno"] }),
      bare(2, { genres: ["techno"], startMs: later }),
      bare(3, { genres: ["techno"] }),
      bare(4, { genres: ["techno"] }),
    ]);
    expect(ask(world, 1, { limit: 2 }).map(({ event }) => event)).toEqual([3, 4]);
  });
});
