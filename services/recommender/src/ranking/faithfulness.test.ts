import { createRandom } from "@craic/numerics/random.js";
import { World } from "../../../../tests/fixtures/live-world.js";
import {
  DAY_MS,
  exampleEvent,
  HOUR_MS,
  nowMs,
  uuid,
} from "../../../../tests/fixtures/recommendable-events.js";
import { type ReasonKind, reasonKinds } from "./explanation.js";
import { Ranker } from "./ranker.js";
import { popularityModel, type RankingModel, weightsOf } from "./ranking-model.js";
import { noPreferences } from "./taste.js";

const EVENTS = 40;
const USERS = 20;
const ASKING = 4;
const genres = ["jazz", "soul", "folk", "techno", "opera"];

interface Deed {
  readonly user: number;
  readonly kind: "save" | "click";
  readonly event: number;
  readonly occurMs: number;
}

/**
 * What people did, more often than not with what has their favourite genre, and a model with any weights.
 *
 * @param others how loud other people are, 0 to 1
 */
function randomWorld(seed: number, others: number) {
  const random = createRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const events = Array.from({ length: EVENTS }, (_, i) => {
    const startMs = nowMs + (1 + below(20)) * DAY_MS;
    return exampleEvent(i + 1, {
      genres: [...new Set([genres[below(5)]!, genres[below(5)]!])],
      djIds: random() < 0.5 ? [uuid(0x900 + below(8))] : [],
      venueId: uuid(0x800 + below(6)),
      organiser: random() < 0.5 ? `Organiser ${below(4)}` : "",
      startMs,
      endMs: startMs + HOUR_MS,
    });
  });
  const deeds: Deed[] = [];
  for (let user = 1; user <= USERS; user++) {
    const favourite = genres[below(5)]!;
    for (const [i, event] of events.entries()) {
      if (random() > (event.genres.includes(favourite) ? 0.25 : 0.06)) continue;
      const kind = random() < 0.7 ? "save" : "click";
      deeds.push({ user, kind, event: i + 1, occurMs: nowMs - (1 + below(200)) * HOUR_MS });
    }
  }
  const weights = weightsOf({
    "own.genre": 2 * random(),
    "own.artist": 2 * random(),
    "own.venue": 2 * random(),
    "own.organiser": 2 * random(),
    "own.near": random(),
    "neighbours.genre": others * random(),
    "neighbours.venue": others * random(),
    "neighbours.event": others * random(),
    "neighbours.together": random(),
    "vectors.genre": random(),
    "vectors.venue": random(),
    "crowd.genre": 0.3 * others * random(),
    "crowd.event": 0.3 * others * random(),
    soon: 0.1,
  });
  const vector = () => Float32Array.from({ length: 4 }, () => 2 * random() - 1);
  const byName = new Map([
    ...genres.map((genre) => [`genre:${genre}`, vector()] as const),
    ...Array.from({ length: 6 }, (_, i) => [`venue:${uuid(0x800 + i)}`, vector()] as const),
  ]);
  return { events, deeds, model: { weights, vectors: { factors: 4, byName } } };
}

type RandomWorld = ReturnType<typeof randomWorld>;

function ask({ events, model }: RandomWorld, deeds: readonly Deed[], user: number, event: number) {
  const world = new World(events);
  for (let i = 0; i < 6; i++) {
    const position = { latitude: 53.34 + i * 0.01, longitude: -6.26 };
    world.state.applyVenue({ venueId: uuid(0x800 + i), cityId: "dublin-ie", position });
  }
  for (const { user, kind, event, occurMs } of deeds) world.act(user, kind, event, occurMs);
  const ranking: RankingModel = { ...popularityModel, version: "1.0.0", ...model };
  return new Ranker(world.state, ranking).forPerson(
    { user: world.user(user), preferences: noPreferences },
    "blend",
    nowMs,
    (session) => ({
      score: session.scoreOf(world.event(event)),
      reasons: session
        .explain(world.event(event))
        .map((reason) => ({ ...reason, evidence: world.ids(reason.evidence) })),
    }),
  );
}

/**
 * How the score changes when what a reason rests on is taken away, one event at a time, by kind of reason.
 *
 * @param others how loud other people are, 0 to 1
 */
function changesWithout(seeds: number, others: number): Map<ReasonKind, number[]> {
  const changes = new Map<ReasonKind, number[]>();
  for (let seed = 1; seed <= seeds; seed++) {
    const world = randomWorld(seed, others);
    for (let user = 1; user <= ASKING; user++) {
      const isOwn = (deed: Deed, event: number) => deed.user === user && deed.event === event;
      for (let event = 1; event <= EVENTS; event += 4) {
        if (world.deeds.some((deed) => isOwn(deed, event))) continue;
        const { score, reasons } = ask(world, world.deeds, user, event);
        for (const { kind, evidence } of reasons) {
          for (const taken of evidence) {
            const left = world.deeds.filter((deed) => !isOwn(deed, taken));
            const change = ask(world, left, user, event).score - score;
            changes.set(kind, [...(changes.get(kind) ?? []), change]);
          }
        }
      }
    }
  }
  return changes;
}

describe("the evidence of reasons, in worlds at random", () => {
  it("holds the score up: without any piece of it the score is less", () => {
    const changes = changesWithout(5, 0);
    const ofLikes: ReasonKind[] = [
      "genre",
      "artist",
      "venue",
      "organiser",
      "near",
      "relatedTaste",
      "together",
    ];
    expect([...changes.keys()].toSorted()).toEqual(ofLikes.toSorted());
    for (const [kind, each] of changes) {
      expect([kind, each.filter((change) => change >= 0)]).toEqual([kind, []]);
    }
  });

  it("does so where similar people speak too, but for the few where others become more similar without it", () => {
    const changes = changesWithout(5, 1);
    expect(changes.get("similarPeople")!.length).toBeGreaterThan(50);
    const all = reasonKinds.flatMap((kind) => changes.get(kind) ?? []);
    expect(all.filter((change) => change >= 0).length / all.length).toBeLessThan(0.03);
  });
});
