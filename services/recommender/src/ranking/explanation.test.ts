import { World } from "../../../../tests/fixtures/live-world.js";
import { DAY_MS, exampleEvent, nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { audibleWeights } from "../../../../tests/fixtures/recommender-bed.js";
import type { Reason, ReasonKind } from "./explanation.js";
import { Ranker } from "./ranker.js";
import { popularityModel, type RankingModel, weightsOf } from "./ranking-model.js";
import { noPreferences, type Preferences } from "./taste.js";

const vicar = uuid(0x900);
const artist = uuid(0x901);

const bare = { genres: [], djIds: [], venueId: "", organiser: "" };

/** Event 9 shares its genre with 1 and 2, its artist with 3, its venue with 4 and 5, its organiser with 6. */
const newWorld = () =>
  new World([
    exampleEvent(1, { ...bare, genres: ["jazz"] }),
    exampleEvent(2, { ...bare, genres: ["jazz"] }),
    exampleEvent(3, { ...bare, djIds: [artist] }),
    exampleEvent(4, { ...bare, venueId: vicar }),
    exampleEvent(5, { ...bare, venueId: vicar }),
    exampleEvent(6, { ...bare, organiser: "Hidden Agenda" }),
    exampleEvent(7, { ...bare, genres: ["folk"] }),
    exampleEvent(9, { genres: ["jazz"], djIds: [artist], venueId: vicar, organiser: "Hidden Agenda" }),
  ]);

interface Asked {
  readonly user?: number;
  readonly preferences?: Preferences;
  readonly model?: Pick<RankingModel, "weights" | "vectors">;
}

function ask(
  world: World,
  { user = 1, preferences = noPreferences, model = { weights: audibleWeights } }: Asked = {},
) {
  const ranker = new Ranker(world.state, { ...popularityModel, version: "1.0.0", ...model });
  const event = world.event(9);
  return ranker.forPerson({ user: world.user(user), preferences }, "blend", nowMs, (session) => ({
    score: session.scoreOf(event),
    reasons: session.explain(event),
  }));
}

const only = ({ reasons }: { reasons: Reason[] }, kind: ReasonKind) =>
  reasons.find((reason) => reason.kind === kind);

/** Which of the person's own events each reason of their own rests on. */
const cases: [ReasonKind, number[]][] = [
  ["genre", [1, 2]],
  ["artist", [3]],
  ["venue", [4, 5]],
  ["organiser", [6]],
];

describe("explain()", () => {
  it.each(cases)(
    "rests the reason %s on the person's own events that share it, and on no other",
    (kind, evidence) => {
      const world = newWorld().act(1, "save", 7);
      for (const event of evidence) world.act(1, "save", event, nowMs - event * DAY_MS);
      const reason = only(ask(world), kind)!;
      expect(world.ids(reason.evidence)).toEqual(evidence); // the most recently saved first
      expect([reason.liked, reason.saved]).toEqual([evidence.length, evidence.length]);
    },
  );

  it.each(cases)(
    "loses the reason %s, and some of the score, when its evidence is taken away",
    (kind, evidence) => {
      const world = newWorld().act(1, "save", 7);
      for (const event of evidence) world.act(1, "save", event);
      let { score, reasons } = ask(world);
      for (const taken of only({ reasons }, kind)!.evidence) {
        const contribution = only({ reasons }, kind)!.contribution;
        world.act(1, "unsave", world.ids([taken])[0]!, nowMs);
        const after = ask(world);
        expect(after.score).toBeLessThan(score);
        expect(only(after, kind)?.contribution ?? 0).toBeLessThan(contribution);
        ({ score, reasons } = after);
      }
      expect(only({ reasons }, kind)).toBeUndefined();
    },
  );

  describe("what is related to a taste", () => {
    const vectors = {
      factors: 2,
      byName: new Map([
        ["genre:jazz", Float32Array.of(1, 0.2)],
        ["genre:folk", Float32Array.of(0.8, 0.6)],
        ["organiser:Hidden Agenda", Float32Array.of(-1, 0)],
      ]),
    };
    const model = { weights: weightsOf({ "vectors.genre": 2, "own.organiser": 0.1, soon: 0.2 }), vectors };
    const folk = (world: World) => world.act(1, "save", 7);

    it("rests on those of the person's likes that speak for it", () => {
      const world = folk(newWorld()).act(1, "save", 6);
      const reason = only(ask(world, { model }), "relatedTaste")!;
      expect(reason.about).toEqual([{ kind: "genre", key: "jazz" }]);
      expect(world.ids(reason.evidence)).toEqual([7]);
    });

    it("is lost, and some of the score, when these are taken away", () => {
      const world = folk(newWorld()).act(1, "save", 1).act(1, "save", 2);
      let { score, reasons } = ask(world, { model });
      for (let reason = only({ reasons }, "relatedTaste"); reason !== undefined; ) {
        world.act(1, "unsave", world.ids(reason.evidence)[0]!, nowMs);
        const after = ask(world, { model });
        expect(after.score).toBeLessThan(score);
        ({ score, reasons } = after);
        reason = only(after, "relatedTaste");
      }
      expect(world.state.behaviour.savedBy(world.user(1))).toEqual([]);
    });

    it("says nothing for an event by that event alone", () => {
      const opened = ask(newWorld().act(1, "click", 9), { model });
      expect(only(opened, "relatedTaste")).toBeUndefined();
    });
  });

  describe("what is liked together", () => {
    const model = { weights: weightsOf({ "neighbours.together": 2, "own.organiser": 1, soon: 0.02 }) };
    /** Two people who saved 1 and 2, and one of them 3, saved 9 too; 7 has nothing to do with it. */
    const newCompany = () => {
      const world = newWorld().act(4, "save", 7);
      for (const event of [1, 2, 9]) for (const user of [2, 3]) world.act(user, "save", event);
      return world.act(2, "save", 3);
    };

    it("rests on those of the person's likes that are liked by who likes the event", () => {
      const world = newCompany().act(1, "save", 1).act(1, "click", 2).act(1, "save", 7);
      const reason = only(ask(world, { model }), "together")!;
      expect(world.ids(reason.evidence).toSorted()).toEqual([1, 2]);
      expect(reason).toMatchObject({ about: [], liked: 2, saved: 1 });
    });

    it("is lost, and some of the score, when these are taken away", () => {
      const world = newCompany().act(1, "save", 1).act(1, "save", 2).act(1, "save", 3);
      let { score, reasons } = ask(world, { model });
      for (let reason = only({ reasons }, "together"); reason !== undefined; ) {
        expect(reason.evidence.length).toBeGreaterThan(0);
        world.act(1, "unsave", world.ids(reason.evidence)[0]!, nowMs);
        const after = ask(world, { model });
        expect(after.score).toBeLessThan(score);
        ({ score, reasons } = after);
        reason = only(after, "together");
      }
      expect(world.state.behaviour.savedBy(world.user(1))).toEqual([]);
    });

    it("is lost, and some of the score, when those who like both do so no longer", () => {
      const world = newCompany().act(1, "save", 1);
      const before = ask(world, { model });
      expect(only(before, "together")).toBeDefined();
      const withoutOne = ask(world.act(2, "unsave", 9, nowMs), { model });
      expect(withoutOne.score).toBeLessThan(before.score);
      const withoutBoth = ask(world.act(3, "unsave", 9, nowMs), { model });
      expect(withoutBoth.score).toBeLessThan(withoutOne.score);
      expect(only(withoutBoth, "together")).toBeUndefined();
    });

    it("says nothing by the person's own liking of both", () => {
      const world = newWorld().act(1, "save", 1).act(1, "click", 9);
      expect(only(ask(world, { model }), "together")).toBeUndefined();
    });
  });

  describe("what is near", () => {
    const model = { weights: weightsOf({ "own.near": 2, "own.organiser": 1, soon: 0.02 }) };
    const venueOf = (event: number) => uuid(0x500 + event);
    /** Events at venues so many hundred metres north of that of event 9. */
    const newStreet = () => {
      const hundreds = new Map([
        [9, 0],
        [1, 2],
        [2, 5],
        [3, 30],
        [4, 80],
      ]);
      const world = new World(
        [...hundreds.keys()].map((event) => exampleEvent(event, { ...bare, venueId: venueOf(event) })),
      );
      for (const [event, distance] of hundreds) {
        const position = { latitude: 53.34 + distance * 0.0009, longitude: -6.26 };
        world.state.applyVenue({ venueId: venueOf(event), cityId: "dublin-ie", position });
      }
      return world;
    };

    it("rests on the person's own events that were nearer than most, and names the venue", () => {
      const world = newStreet();
      for (const event of [1, 2, 3, 4]) world.act(1, "save", event, nowMs - event * DAY_MS);
      const reason = only(ask(world, { model }), "near")!;
      expect(world.ids(reason.evidence)).toEqual([1, 2]);
      expect(reason).toMatchObject({ about: [{ kind: "venue", key: venueOf(9) }], liked: 2, saved: 2 });
    });

    it("is lost, and some of the score, when these are taken away", () => {
      const world = newStreet();
      for (const event of [1, 2, 3, 4]) world.act(1, "save", event);
      let { score, reasons } = ask(world, { model });
      for (let reason = only({ reasons }, "near"); reason !== undefined; ) {
        world.act(1, "unsave", world.ids(reason.evidence)[0]!, nowMs);
        const after = ask(world, { model });
        expect(after.score).toBeLessThan(score);
        ({ score, reasons } = after);
        reason = only(after, "near");
      }
      expect(world.ids(world.state.behaviour.savedBy(world.user(1)).map(({ event }) => event))).toEqual([4]);
    });

    it("says nothing by the event itself, nor where nobody knows the places", () => {
      expect(only(ask(newStreet().act(1, "click", 9), { model }), "near")).toBeUndefined();
      const nowhere = newWorld().act(1, "save", 4);
      expect(only(ask(nowhere, { model }), "near")).toBeUndefined();
    });
  });

  it("rests popularity and what was asked for on nothing of the person's own", () => {
    const vectors = { factors: 1, byName: new Map([["genre:jazz", Float32Array.of(1)]]) };
    const weights = weightsOf({ "crowd.genre": 1, "own.genre": 1, "vectors.genre": 0.1 });
    const world = newWorld().act(1, "click", 1).act(2, "save", 9).act(3, "save", 9);
    const preferences = { genres: ["jazz"], djIds: [] };
    const { reasons } = ask(world, { preferences, model: { weights, vectors } });
    for (const kind of ["popular", "preferredGenre"] as const) {
      expect(only({ reasons }, kind)).toMatchObject({ evidence: [], liked: 0 });
    }
  });

  it("puts what is the person's own first where it tells enough, however popular an event is", () => {
    const world = newWorld();
    for (let user = 2; user < 60; user++) world.act(user, "save", 9);
    const model = { weights: weightsOf({ "own.genre": 2, "crowd.event": 1, soon: 0.01 }) };
    const { reasons } = ask(world.act(1, "save", 1), { model });
    expect(reasons.map(({ kind }) => kind)).toEqual(["genre", "popular"]);
    expect(reasons[0]!.contribution).toBeLessThan(reasons[1]!.contribution);
    const weak = { weights: weightsOf({ "own.genre": 0.3, "crowd.event": 1 }) };
    expect(ask(world, { model: weak }).reasons[0]!.kind).toBe("popular");
  });

  it("takes an event that was opened for no evidence of itself", () => {
    const opened = ask(newWorld().act(1, "save", 7).act(1, "click", 9));
    const openedByAnother = ask(newWorld().act(1, "save", 7).act(2, "click", 9));
    expect(opened.score).toBeCloseTo(openedByAnother.score, 9);
    expect(opened.reasons.filter(({ liked }) => liked > 0)).toEqual([]);
    const both = newWorld().act(1, "save", 1).act(1, "click", 9);
    expect(both.ids(only(ask(both), "genre")!.evidence)).toEqual([1]);
  });

  it("loses what similar people say, and some of the score, when they or their company are taken away", () => {
    const together = () =>
      newWorld().act(1, "save", 7).act(2, "save", 7).act(2, "save", 9).act(3, "click", 7).act(3, "click", 9);
    const before = ask(together());
    const reason = only(before, "similarPeople")!;
    expect(reason).toMatchObject({ people: 2, peopleSaved: 1 });
    const world = together();
    expect(world.ids(reason.evidence)).toEqual([7]);
    const withoutOne = ask(world.act(2, "unsave", 9, nowMs));
    expect(withoutOne.score).toBeLessThan(before.score);
    expect(only(withoutOne, "similarPeople")).toMatchObject({ people: 1, peopleSaved: 0 });
    const withoutCompany = ask(world.act(1, "unsave", 7, nowMs));
    expect(withoutCompany.score).toBeLessThan(withoutOne.score);
    expect(only(withoutCompany, "similarPeople")).toBeUndefined();
  });

  it("loses popularity, and some of the score, when people take their likes back", () => {
    const world = newWorld().act(2, "save", 9).act(3, "save", 9);
    const before = ask(world);
    expect(only(before, "popular")).toMatchObject({ about: [] });
    const after = ask(world.act(2, "unsave", 9, nowMs).act(3, "unsave", 9, nowMs));
    expect(after.score).toBeLessThan(before.score);
    expect(only(after, "popular")).toBeUndefined();
  });

  it("says what was asked for only while it is asked for", () => {
    const preferences = { genres: ["jazz"], djIds: [artist] };
    const asking = ask(newWorld(), { preferences });
    expect(only(asking, "preferredGenre")).toMatchObject({
      about: [{ kind: "genre", key: "jazz" }],
      evidence: [],
    });
    expect(only(asking, "preferredArtist")).toMatchObject({ about: [{ kind: "artist", key: artist }] });
    const notAsking = ask(newWorld());
    expect(notAsking.score).toBeLessThan(asking.score);
    expect(notAsking.reasons.map(({ kind }) => kind)).toEqual(["soon"]);
  });

  it("leaves out what makes up less than a tenth", () => {
    const world = newWorld().act(2, "click", 9, nowMs - 60 * DAY_MS);
    for (const event of [3, 4, 5]) world.act(1, "save", event);
    expect(ask(world).reasons.map(({ kind }) => kind)).toEqual(["venue", "artist"]);
  });

  it("gives the weightiest first, at most three, their shares below one in all", () => {
    const world = newWorld();
    for (const event of [1, 2, 3, 4, 5, 6]) world.act(1, "save", event);
    for (const user of [2, 3, 4]) world.act(user, "save", 9).act(user, "save", 1);
    const shares = ask(world).reasons.map(({ contribution }) => contribution);
    expect(shares).toHaveLength(3);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(shares.reduce((a, b) => a + b, 0)).toBeLessThan(1);
  });

  it("puts all that one kind of thing says into one reason, about the weightiest of them", () => {
    const world = new World([
      exampleEvent(1, { ...bare, genres: ["jazz", "soul"] }),
      exampleEvent(2, { ...bare, genres: ["jazz"] }),
      exampleEvent(3, { ...bare, genres: ["funk"] }),
      exampleEvent(9, { ...bare, genres: ["funk", "soul", "jazz", "folk"] }),
    ]);
    for (const event of [1, 2]) world.act(1, "save", event, nowMs - event * DAY_MS);
    world.act(1, "click", 3, nowMs - 3 * DAY_MS);
    const { reasons } = ask(world);
    expect(reasons.filter(({ kind }) => kind === "genre")).toHaveLength(1);
    const reason = only({ reasons }, "genre")!;
    expect(reason.about.map(({ key }) => key)).toEqual(["jazz", "soul"]);
    expect(world.ids(reason.evidence)).toEqual([1, 2, 3]);
    expect([reason.liked, reason.saved]).toEqual([3, 2]);
  });

  it("names at most three events of many", () => {
    const many = Array.from({ length: 8 }, (_, i) => exampleEvent(20 + i, { ...bare, venueId: vicar }));
    const world = new World([...many, exampleEvent(9, { ...bare, venueId: vicar })]);
    for (let i = 0; i < 8; i++) world.act(1, "save", 20 + i, nowMs - i * DAY_MS);
    const reason = only(ask(world), "venue")!;
    expect(world.ids(reason.evidence)).toEqual([20, 21, 22]);
    expect(reason.saved).toBe(8);
  });

  it("has one reason even where nothing speaks for an event", () => {
    const world = newWorld();
    const silent = { ...popularityModel, version: "1.0.0", weights: audibleWeights.map(() => 0) };
    const reasons = new Ranker(world.state, silent).forPerson(
      { user: -1, preferences: noPreferences },
      "blend",
      nowMs,
      (session) => session.explain(world.event(9)),
    );
    expect(reasons).toMatchObject([{ kind: "soon", contribution: 0 }]);
  });
});
