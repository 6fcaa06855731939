import { createRandom } from "@craic/numerics/random.js";
import { World } from "../../../../tests/fixtures/live-world.js";
import { DAY_MS, exampleEvent, nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import type { FeedbackKind } from "../feedback/feedback.js";
import { defaultParameters } from "./ranking-model.js";
import { Rarities } from "./rarities.js";
import { Scoring, weightsOfVoices } from "./scoring.js";
import { noPreferences, type Preferences } from "./taste.js";
import { termNames, termNumber } from "./terms.js";

const genres = ["techno", "jazz", "folk", "house", "soul"];

/** Sixty events with much in common, and people who did all sorts of things with them. */
function busyWorld(): World {
  const random = createRandom(12);
  const below = (n: number) => Math.floor(random() * n);
  const world = new World(
    Array.from({ length: 60 }, (_, i) =>
      exampleEvent(i, {
        genres: [...new Set([genres[below(5)]!, genres[below(5)]!])],
        venueId: uuid(0x700 + below(6)),
        djIds: [...new Set([uuid(0x800 + below(9)), uuid(0x800 + below(9)), uuid(0x800 + below(9))])],
        organiser: i % 7 === 0 ? "" : `organiser ${below(4)}`,
        startMs: nowMs + (below(60) - 10) * DAY_MS,
        endMs: nowMs + 60 * DAY_MS,
        minPriceCents: i % 3 === 0 ? undefined : 100 * below(80),
      }),
    ),
  );
  const kinds: readonly FeedbackKind[] = ["save", "save", "click", "hide", "impression"];
  for (let i = 0; i < 800; i++) {
    world.act(1 + below(40), kinds[below(5)]!, below(60), nowMs - random() * 40 * DAY_MS);
  }
  // Six venues within some four kilometres, but for one whose place nobody knows.
  for (let venue = 0; venue < 5; venue++) {
    const position = { latitude: 53.34 + 0.02 * random(), longitude: -6.26 + 0.06 * random() };
    world.state.applyVenue({ venueId: uuid(0x700 + venue), cityId: "dublin-ie", position });
  }
  return world;
}

const random = createRandom(1);
const weights = Float64Array.from(termNames, random);

/** Vectors for some of the features. */
const vectors = {
  factors: 4,
  byName: new Map(
    [...genres.slice(1).map((key) => `genre:${key}`), `venue:${uuid(0x701)}`, "organiser:organiser 2"].map(
      (name) => [name, Float32Array.from({ length: 4 }, () => random() - 0.4)],
    ),
  ),
};

function scoringFor(world: World, user: number, preferences: Preferences = noPreferences): Scoring {
  const { state } = world;
  const scoring = new Scoring(state, defaultParameters, new Rarities(state.catalogue, new Map()), vectors);
  scoring.begin({ user: user === 0 ? -1 : world.user(user), preferences }, nowMs);
  scoring.weigh(weights);
  return scoring;
}

describe("Scoring", () => {
  const world = busyWorld();
  const preferences = { genres: ["soul", "folk"], djIds: [uuid(0x803)] };
  const people = [0, 1, 2, 3, 17];

  /** The part of a score that dislikes and weariness leave. */
  const kept = ({ taste }: Scoring, event: number) => {
    const { featuresOf } = world.state.catalogue;
    const begin = featuresOf.offsets[event]!;
    const features = [...featuresOf.columns.feature.subarray(begin, begin + featuresOf.lengths[event]!)];
    const visits = Math.min(5, taste.passedOver.values[event]!);
    const unwearied = (1 - defaultParameters.weariness) ** visits;
    return features.reduce((product, f) => product * (1 - taste.dislike.values[f]!), unwearied);
  };

  it.each(people)(
    "scores an event for person %i as the weighted sum of its terms, less dislikes and weariness",
    (user) => {
      const scoring = scoringFor(world, user, preferences);
      const terms = new Float64Array(termNames.length);
      for (let event = 0; event < 60; event++) {
        scoring.termsOf(event, terms);
        const sum = terms.reduce((total, term, i) => total + weights[i]! * term, 0);
        expect(scoring.scoreOf(event)).toBeCloseTo(sum * kept(scoring, event), 9);
      }
    },
  );

  it.each(people)("scores all that is ahead for person %i as it scores each event", (user) => {
    const scoring = scoringFor(world, user, preferences);
    const table = world.state.ahead.of("dublin-ie", nowMs);
    const scores = new Float64Array(table.count);
    scoring.scoreEach(table, scores);
    expect(table.count).toBe(60);
    for (let i = 0; i < table.count; i++) {
      expect(scores[i]).toBeCloseTo(scoring.scoreOf(table.events[i]!), 12);
    }
  });

  it.each(people)("says for person %i what each part of a score is, and forgets nothing", (user) => {
    const scoring = scoringFor(world, user, preferences);
    for (let event = 0; event < 60; event++) {
      const { amounts, count } = scoring.summandsOf(event);
      const sum = amounts.slice(0, count).reduce((total, amount) => total + amount, 0);
      expect(sum * kept(scoring, event)).toBeCloseTo(scoring.scoreOf(event), 9);
    }
  });

  it("scores for several people at the same time as for one after the other, and takes turns in the same scratch", () => {
    const scoresOf = (scoring: Scoring) => Array.from({ length: 60 }, (_, event) => scoring.scoreOf(event));
    const alone = [1, 3].map((user) => {
      const scoring = scoringFor(world, user, preferences);
      const scores = scoresOf(scoring);
      const { taste } = scoring;
      scoring.end();
      return { scores, taste };
    });
    expect(alone[1]!.taste).toBe(alone[0]!.taste);
    const together = [1, 3].map((user) => scoringFor(world, user, preferences));
    expect(together[1]!.taste).not.toBe(together[0]!.taste);
    expect(together.map(scoresOf)).toEqual(alone.map(({ scores }) => scores));
    for (const scoring of together) scoring.end();
    expect(() => together[0]!.taste).toThrow("begin() comes first");
  });

  it("keeps every term between 0 and 2", () => {
    const terms = new Float64Array(termNames.length);
    for (const user of people) {
      const scoring = scoringFor(world, user, preferences);
      for (let event = 0; event < 60; event++) {
        scoring.termsOf(event, terms);
        expect(Math.min(...terms)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...terms)).toBeLessThan(2);
      }
    }
  });

  it("has nothing to go by for somebody unknown but the crowd and the calendar", () => {
    const scoring = scoringFor(world, 0);
    const terms = new Float64Array(termNames.length);
    scoring.termsOf(7, terms);
    const spoken = termNames.filter((_, i) => terms[i]! > 0);
    expect(spoken.every((name) => name.startsWith("crowd.") || name === "soon")).toBe(true);
    expect(spoken).toContain("soon");
  });

  it("lets only those voices speak that may, and always what is soon", () => {
    const onlyCrowd = weightsOfVoices(weights, ["crowd"]);
    expect(onlyCrowd[termNumber("crowd.venue")]).toBe(weights[termNumber("crowd.venue")]);
    expect(onlyCrowd[termNumber("crowd.event")]).toBe(weights[termNumber("crowd.event")]);
    expect(onlyCrowd[termNumber("soon")]).toBe(weights[termNumber("soon")]);
    expect(onlyCrowd[termNumber("own.venue")]).toBe(0);
    expect(onlyCrowd[termNumber("neighbours.event")]).toBe(0);
  });

  it("relates events to a person by vectors, and none to a stranger", () => {
    const terms = new Float64Array(termNames.length);
    const related = (user: number) => {
      const scoring = scoringFor(world, user);
      return Array.from({ length: 60 }, (_, event) => {
        scoring.termsOf(event, terms);
        return terms[termNumber("vectors.genre")]!;
      });
    };
    expect(Math.max(...related(1))).toBeGreaterThan(0);
    expect(Math.max(...related(0))).toBe(0);
  });

  it("reads what is liked together and what is near only for weights that count it", () => {
    const deaf = weights.slice();
    deaf[termNumber("neighbours.together")] = 0;
    deaf[termNumber("own.near")] = 0;
    const { state } = world;
    const scoring = new Scoring(state, defaultParameters, new Rarities(state.catalogue, new Map()), vectors);
    scoring.begin({ user: world.user(1), preferences }, nowMs);
    const searches = state.likedTogether.searches;
    scoring.weigh(deaf);
    for (let event = 0; event < 60; event++) {
      const { amounts, count } = scoring.summandsOf(event);
      const sum = amounts.slice(0, count).reduce((total, amount) => total + amount, 0);
      expect(sum * kept(scoring, event)).toBeCloseTo(scoring.scoreOf(event), 9);
    }
    expect([scoring.places.near.count, scoring.company.together.count]).toEqual([0, 0]);
    expect(state.likedTogether.searches).toBe(searches);
  });

  it("relates events by who likes both and by the way between their venues, for those who like anything", () => {
    const terms = new Float64Array(termNames.length);
    const most = (user: number, name: (typeof termNames)[number]) => {
      const scoring = scoringFor(world, user);
      return Math.max(
        ...Array.from({ length: 60 }, (_, event) => {
          scoring.termsOf(event, terms);
          return terms[termNumber(name)]!;
        }),
      );
    };
    for (const name of ["neighbours.together", "own.near"] as const) {
      expect(most(1, name)).toBeGreaterThan(0.05);
      expect(most(0, name)).toBe(0);
    }
  });

  it("scores the same after others were scored in between", () => {
    const { state } = world;
    const scoring = new Scoring(state, defaultParameters, new Rarities(state.catalogue, new Map()), vectors);
    const scoresFor = (user: number) => {
      scoring.begin({ user, preferences }, nowMs);
      scoring.weigh(weights);
      const scores = Array.from({ length: 60 }, (_, event) => scoring.scoreOf(event));
      scoring.end();
      return scores;
    };
    const first = scoresFor(3);
    for (const user of [1, 2, -1, 5]) scoresFor(user);
    expect(scoresFor(3)).toEqual(first);
  });
});
