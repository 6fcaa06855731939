import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { Algorithm, ReasonKind } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import { ErrorInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { person } from "../../../../tests/fixtures/live-world.js";
import {
  DAY_MS,
  exampleEvent,
  genres,
  HOUR_MS,
  nowMs,
  uuid,
  variety,
} from "../../../../tests/fixtures/recommendable-events.js";
import { MINUTE_MS, type RecommenderBed } from "../../../../tests/fixtures/recommender-bed.js";
import { recommenderBeds } from "../../../../tests/fixtures/recommender-beds.js";
import type { Event } from "../catalogue/event.js";
import { weightsOf } from "./ranking-model.js";

const { SAVE, UNSAVE, HIDE, UNHIDE, CLICK, IMPRESSION } = FeedbackKind;
const dublin = { cityId: "dublin-ie" };

const beds = recommenderBeds();
let bed: RecommenderBed;

/** A bed over these events, with a model unless told otherwise. */
async function open(
  events: readonly Event[],
  options: { model?: boolean; listBytes?: number; explorationShare?: number } = {},
) {
  bed = beds.open(events, options);
  if (options.model !== false) await bed.useModel();
  return bed;
}

describe("RecommenderService.Recommend", () => {
  it("gives nothing that is over, cancelled, postponed or elsewhere", async () => {
    await open([
      exampleEvent(1),
      exampleEvent(2, { startMs: nowMs - 3 * HOUR_MS, endMs: nowMs }),
      exampleEvent(3, { status: "cancelled" }),
      exampleEvent(4, { status: "postponed" }),
      exampleEvent(5, { cityId: "berlin-de" }),
      exampleEvent(6, { startMs: nowMs - 3 * HOUR_MS, endMs: nowMs + 1 }),
    ]);
    expect((await bed.recommended(bed.nobody)).toSorted()).toEqual([1, 6]);
  });

  it("counts a save in the very next request, and says why", async () => {
    await open(variety(20));
    const before = await bed.recommended(bed.as(1));
    await bed.act(1, SAVE, 2, 7);
    const { items } = await bed.as(1).recommend(dublin);
    const after = items.map(({ eventId }) => Number.parseInt(eventId.slice(-12), 16));
    expect(after).not.toEqual(before.filter((event) => event !== 2 && event !== 7));
    expect(after.slice(0, 2)).toEqual([12, 17]); // jazz, as those two are
    expect(items[0]!.reasons[0]).toMatchObject({
      kind: ReasonKind.GENRE,
      text: "Because you like jazz",
      genre: "jazz",
    });
    expect(items[0]!.reasons[0]!.evidenceEventIds.toSorted()).toEqual([uuid(2), uuid(7)]);
  });

  it("does not show what the person has saved until they take the save back", async () => {
    await open(variety(6));
    await bed.act(1, SAVE, 3);
    expect(await bed.recommended(bed.as(1))).not.toContain(3);
    expect(await bed.recommended(bed.as(2))).toContain(3);
    bed.clockMs += 1;
    await bed.act(1, UNSAVE, 3);
    expect(await bed.recommended(bed.as(1))).toContain(3);
  });

  it("never shows what the person has hidden, less of what is like it, and all again when they undo it", async () => {
    const resident = { djIds: [uuid(0x900)], venueId: uuid(0x901) };
    await open([exampleEvent(1, resident), exampleEvent(2, resident), exampleEvent(3)]);
    const scoreOf = async (event: number) => {
      const { items } = await bed.as(1).recommend(dublin);
      return items.find(({ eventId }) => eventId === uuid(event))?.score;
    };
    const before = (await scoreOf(2))!;
    await bed.act(1, HIDE, 1);
    expect(await scoreOf(1)).toBeUndefined();
    expect(await scoreOf(2)).toBeLessThan(0.9 * before);
    bed.clockMs += 1;
    await bed.act(1, UNHIDE, 1);
    expect(await bed.recommended(bed.as(1))).toEqual(expect.arrayContaining([1, 2, 3]));
    expect(await bed.recommended(bed.as(2))).toHaveLength(3);
  });

  it("lets an event sink that was passed over on many visits, and not one that was opened", async () => {
    await open([1, 2, 3].map((number) => exampleEvent(number)));
    for (let visit = 0; visit < 8; visit++) {
      await bed.act(1, IMPRESSION, 1, 2);
      bed.clockMs += 2 * HOUR_MS;
    }
    await bed.act(1, CLICK, 2);
    const { items } = await bed.as(1).recommend(dublin);
    const scores = new Map(items.map(({ eventId, score }) => [eventId, score]));
    expect(scores.get(uuid(1))! / scores.get(uuid(3))!).toBeCloseTo(0.9 ** 5, 2);
    expect(scores.get(uuid(2))).toBeGreaterThan(scores.get(uuid(3))!);
  });

  it("tells of people who like the same, and how many saved it", async () => {
    await open(variety(10));
    for (const user of [2, 3, 4]) await bed.act(user, SAVE, 1, 8);
    await bed.act(1, SAVE, 1);
    const { items } = await bed.as(1).recommend({ ...dublin, algorithm: Algorithm.COLLABORATIVE });
    expect(items[0]).toMatchObject({ eventId: uuid(8), position: 1 });
    expect(items[0]!.reasons[0]).toMatchObject({
      kind: ReasonKind.SIMILAR_PEOPLE,
      text: "3 people who like what you like saved this",
      people: 3,
      evidenceEventIds: [uuid(1)],
    });
  });

  it("ranks for nobody in particular by what many like, and says so", async () => {
    await open(variety(10));
    for (const user of [2, 3, 4]) await bed.act(user, SAVE, 9);
    const { items, algorithm } = await bed.nobody.recommend(dublin);
    expect(algorithm).toBe(Algorithm.POPULARITY);
    expect(items[0]).toMatchObject({
      eventId: uuid(9),
      reasons: [{ kind: ReasonKind.POPULAR, text: "Popular here lately" }],
    });
  });

  it("gives the soonest first where nobody has liked anything, with a reason for each", async () => {
    await open(variety(5));
    const { items } = await bed.nobody.recommend(dublin);
    expect(items.map(({ eventId }) => eventId)).toEqual([1, 2, 3, 4, 5].map(uuid));
    for (const { reasons } of items) {
      expect(reasons).toMatchObject([{ kind: ReasonKind.SOON, text: "Coming up", contribution: 1 }]);
    }
  });

  it("begins with what a new person asked for and shifts to what they do", async () => {
    await open(variety(150));
    bed.preferences.set(person(1), { genres: ["folk"] });
    const firstGenres = async () =>
      (await bed.recommended(bed.as(1), { limit: 5 })).map((event) => genres[(event - 1) % 5]);
    const { items } = await bed.as(1).recommend(dublin);
    expect(items[0]!.reasons[0]).toMatchObject({
      kind: ReasonKind.PREFERRED_GENRE,
      text: "You asked for folk",
      genre: "folk",
    });
    const shares: number[] = [(await firstGenres()).filter((genre) => genre === "folk").length];
    for (const saves of [[1], [6, 11], [16, 21, 26], [31, 36, 41]]) {
      await bed.act(1, SAVE, ...saves); // techno, all of them
      shares.push((await firstGenres()).filter((genre) => genre === "folk").length);
    }
    expect(shares[0]).toBe(5);
    expect(shares.at(-1)).toBe(0);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  });

  it.each(["down", "slow"] as const)(
    "goes without preferences and names while others are %s",
    async (how) => {
      await open(variety(10).map((event) => ({ ...event, venueId: uuid(0x900) })));
      for (const service of ["auth", "venues", "djs"] as const) bed.state[service] = how;
      await bed.act(1, SAVE, 1, 2);
      const { items } = await bed.as(1).recommend(dublin);
      expect(items).toHaveLength(8);
      expect(items.flatMap(({ reasons }) => reasons.map(({ text }) => text))).toContain(
        "You saved 2 events at this venue",
      );
    },
  );

  it("names venues and artists in its reasons, asking for each name once", async () => {
    const [venueId, artist] = [uuid(0x900), uuid(0x901)];
    await open([1, 2, 3].map((number) => exampleEvent(number, { venueId, djIds: [artist] })));
    bed.venueNames.set(venueId, "Vicar Street");
    bed.artistNames.set(artist, "Sunil Sharpe");
    await bed.act(1, SAVE, 1);
    const texts = async () => (await bed.as(1).recommend(dublin)).items[0]!.reasons.map(({ text }) => text);
    expect(await texts()).toEqual(
      expect.arrayContaining(["You saved an event at Vicar Street", "You saved an event with Sunil Sharpe"]),
    );
    await texts();
    expect(bed.asked.filter((service) => service === "venues")).toHaveLength(1);
    expect(bed.asked.filter((service) => service === "djs")).toHaveLength(1);
  });

  it("says that a person looked at events when they saved none", async () => {
    const venueId = uuid(0x900);
    await open([1, 2, 3].map((number) => exampleEvent(number, { venueId })));
    bed.venueNames.set(venueId, "Vicar Street");
    await bed.act(1, CLICK, 1, 2);
    const { items } = await bed.as(1).recommend(dublin);
    const third = items.find(({ eventId }) => eventId === uuid(3))!;
    expect(third.reasons.map(({ text }) => text)).toContain("You looked at 2 events at Vicar Street");
  });

  it("keeps to the window that was asked for", async () => {
    await open(variety(10));
    const window = (after: number, before: number) => ({
      endingAfter: timestampFromMs(nowMs + after * DAY_MS),
      startingBefore: timestampFromMs(nowMs + before * DAY_MS),
    });
    expect((await bed.recommended(bed.nobody, window(3.5, 7))).toSorted()).toEqual([4, 5, 6]);
    expect(await bed.recommended(bed.nobody, window(7, 3))).toEqual([]);
    expect(await bed.recommended(bed.nobody, { endingAfter: timestampFromMs(0) })).toHaveLength(10);
  });

  it.each([
    [0, 20],
    [1, 1],
    [100, 100],
    [101, 100],
  ])("reads a limit of %i as %i", async (limit, given) => {
    await open(variety(120));
    expect(await bed.recommended(bed.nobody, { limit })).toHaveLength(given);
  });

  it("gives nothing in a city that nobody has heard of", async () => {
    await open(variety(3));
    const answer = await bed.nobody.recommend({ cityId: "atlantis" });
    expect([answer.items, answer.nextPageToken]).toEqual([[], ""]);
  });

  it("falls back on popularity, and says so, where an algorithm has nothing to go by", async () => {
    await open(variety(5));
    await bed.act(2, SAVE, 1);
    for (const algorithm of [Algorithm.COLLABORATIVE, Algorithm.CONTENT, Algorithm.BLEND]) {
      expect((await bed.as(1).recommend({ ...dublin, algorithm })).algorithm).toBe(Algorithm.POPULARITY);
    }
    await bed.act(1, SAVE, 1);
    for (const algorithm of [Algorithm.COLLABORATIVE, Algorithm.CONTENT, Algorithm.BLEND]) {
      expect((await bed.as(1).recommend({ ...dublin, algorithm })).algorithm).toBe(algorithm);
    }
    expect((await bed.as(1).recommend(dublin)).algorithm).toBe(Algorithm.BLEND);
  });

  it("ranks by popularity without a model, and says so", async () => {
    await open(variety(5), { model: false });
    await bed.act(1, SAVE, 1);
    const answer = await bed.as(1).recommend({ ...dublin, algorithm: Algorithm.CONTENT });
    expect(answer).toMatchObject({ modelVersion: "popularity", algorithm: Algorithm.POPULARITY });
    await bed.useModel();
    expect((await bed.as(1).recommend(dublin)).modelVersion).toBe("1.0.0");
  });

  it("does not let anybody ask for another person, unless they are an administrator", async () => {
    await open(variety(5));
    await bed.act(1, SAVE, 1);
    const asked = bed.as(2).recommend({ ...dublin, userId: person(1) });
    await expect(asked).rejects.toMatchObject({ code: Code.PermissionDenied });
    expect(await bed.recommended(bed.as(2, "admin"), { userId: person(1) })).not.toContain(1);
  });

  it("answers the same twice", async () => {
    await open(variety(40));
    await bed.act(1, SAVE, 1, 6, 12);
    await bed.act(2, SAVE, 1, 20, 21);
    const [first, second] = [await bed.as(1).recommend(dublin), await bed.as(1).recommend(dublin)];
    expect(second.items).toEqual(first.items);
    expect(second.recommendationId).not.toBe(first.recommendationId);
  });
});

describe("later pages of a recommendation", () => {
  /** All pages, each of `limit`. */
  async function pages(
    limit: number,
    user = 1,
  ): Promise<{ events: number[]; positions: number[]; scores: number[] }> {
    const all = { events: [] as number[], positions: [] as number[], scores: [] as number[] };
    const ids = new Set<string>();
    let pageToken = "";
    do {
      const page = await bed.as(user).recommend({ ...dublin, limit, pageToken });
      ids.add(page.recommendationId);
      for (const { eventId, position, score } of page.items) {
        all.events.push(Number.parseInt(eventId.slice(-12), 16));
        all.positions.push(position);
        all.scores.push(score);
      }
      pageToken = page.nextPageToken;
      expect(pageToken === "" || page.items.length === limit).toBe(true);
    } while (pageToken !== "");
    expect(ids.size).toBe(1);
    return all;
  }

  it.each([1, 7, 50, 100])("hold every event once, best first, %i at a time", async (limit) => {
    await open(variety(230));
    await bed.act(1, SAVE, 1, 2);
    const { events, positions, scores } = await pages(limit);
    expect(events.toSorted((a, b) => a - b)).toEqual(
      variety(230)
        .map((_, i) => i + 1)
        .slice(2),
    );
    expect(positions).toEqual(events.map((_, i) => i + 1));
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it("end without an empty page when the last one is full", async () => {
    await open(variety(100));
    const first = await bed.nobody.recommend({ ...dublin, limit: 50 });
    const second = await bed.nobody.recommend({ ...dublin, limit: 50, pageToken: first.nextPageToken });
    expect([second.items.length, second.nextPageToken]).toEqual([50, ""]);
  });

  it("are the same when asked for again", async () => {
    await open(variety(60));
    const { nextPageToken: pageToken } = await bed.as(1).recommend(dublin);
    const again = [1, 2].map(() => bed.as(1).recommend({ ...dublin, pageToken }));
    const [second, third] = await Promise.all(again);
    expect(third!.items.map(({ eventId }) => eventId)).toEqual(second!.items.map(({ eventId }) => eventId));
  });

  it("leave out what was hidden, saved, cancelled, moved or is over since the first", async () => {
    await open(variety(60));
    const first = await bed.as(1).recommend({ ...dublin, limit: 5 });
    const rest = (await bed.recommended(bed.as(1), { limit: 100 })).slice(5);
    const [hidden, saved, cancelled, moved] = rest as [number, number, number, number];
    await bed.act(1, HIDE, hidden);
    await bed.act(1, SAVE, saved);
    const { state } = bed.world;
    state.applyEvent({ ...variety(60)[cancelled - 1]!, status: "cancelled" });
    state.applyEvent({ ...variety(60)[moved - 1]!, cityId: "berlin-de" });
    const second = await bed.recommended(bed.as(1), { limit: 100, pageToken: first.nextPageToken });
    const expected = rest.filter((event) => ![hidden, saved, cancelled, moved].includes(event));
    expect(second).toEqual(expected);
    bed.clockMs += 10 * MINUTE_MS;
    state.applyEvent({ ...variety(60)[expected[0]! - 1]!, endMs: bed.clockMs });
    const third = await bed.recommended(bed.as(1), { limit: 100, pageToken: first.nextPageToken });
    expect(third).toEqual(expected.slice(1));
  });

  it("belong to the person and the city of the first", async () => {
    await open(variety(60));
    const { nextPageToken: pageToken } = await bed.as(1).recommend(dublin);
    const refused = { code: Code.InvalidArgument, message: expect.stringContaining("page_token") };
    await expect(bed.as(2).recommend({ ...dublin, pageToken })).rejects.toMatchObject(refused);
    await expect(bed.nobody.recommend({ ...dublin, pageToken })).rejects.toMatchObject(refused);
    await expect(bed.as(1).recommend({ cityId: "berlin-de", pageToken })).rejects.toMatchObject(refused);
  });

  it.each(["x", "AAAA", "e30", `${"A".repeat(8)}WyJhIl0`])(
    "are INVALID_ARGUMENT for page_token %j",
    async (pageToken) => {
      await open(variety(3));
      const refused = { code: Code.InvalidArgument };
      await expect(bed.nobody.recommend({ ...dublin, pageToken })).rejects.toMatchObject(refused);
    },
  );

  it("are gone after a quarter of an hour, which the error says", async () => {
    await open(variety(60));
    const { nextPageToken: pageToken } = await bed.as(1).recommend(dublin);
    bed.clockMs += 15 * MINUTE_MS - 1;
    expect(await bed.recommended(bed.as(1), { pageToken })).toHaveLength(20);
    bed.clockMs += 1;
    const error = await bed
      .as(1)
      .recommend({ ...dublin, pageToken })
      .catch((reason) => reason);
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: "RECOMMENDATION_EXPIRED", domain: "craic" },
    ]);
  });

  it("are ranked and explained by the model that ranks by now, and say so", async () => {
    await open(variety(90));
    const first = await bed.as(1).recommend(dublin);
    await bed.useModel("1.1.0", { weights: weightsOf({ "crowd.event": 1 }) });
    const pageToken = first.nextPageToken;
    const second = await bed.as(1).recommend({ ...dublin, pageToken, limit: 30 });
    expect([second.modelVersion, second.items.length]).toEqual(["1.1.0", 30]);
    expect(second.items[0]!.position).toBe(21);
    const rest = await bed.as(1).recommend({ ...dublin, pageToken: second.nextPageToken, limit: 100 });
    const shown = [first, second, rest].flatMap(({ items }) => items.map(({ eventId }) => eventId));
    expect(new Set(shown).size).toBe(90);
    expect(shown).toHaveLength(90);
    // To this model nights differ by nothing but how soon they are.
    const later = [second, rest].flatMap(({ items }) => items.map(({ score }) => score));
    expect(new Set(later)).toEqual(new Set([0]));
    expect((await bed.as(1).recommend(dublin)).modelVersion).toBe("1.1.0");
  });

  it("leave the list of the model before no answer to the question it was ranked for", async () => {
    await open(variety(90));
    const first = await bed.as(1).recommend(dublin);
    await bed.useModel("1.1.0", { weights: weightsOf({ "crowd.event": 1 }) });
    await bed.as(1).recommend({ ...dublin, pageToken: first.nextPageToken });
    await bed.model.load("1.0.0");
    const again = await bed.as(1).recommend(dublin);
    expect([again.modelVersion, again.items]).toEqual(["1.0.0", first.items]);
  });
});

describe("How a recommendation is arranged", () => {
  /** Six nights at one venue that the person loves, and six elsewhere. */
  const nights = Array.from({ length: 12 }, (_, i) => {
    const startMs = nowMs + (i + 1) * DAY_MS;
    const venue = i < 6 ? { venueId: uuid(0x901) } : {};
    return exampleEvent(i + 1, { ...venue, startMs, endMs: startMs + 5 * HOUR_MS });
  });
  const ownVenue = (events: number[]) => events.slice(0, 6).filter((event) => event <= 6).length;

  it("is more varied the further the dial is turned, and by score alone at 0", async () => {
    const past = { startMs: nowMs - 30 * HOUR_MS, endMs: nowMs - 20 * HOUR_MS, venueId: uuid(0x901) };
    await open([...nights, exampleEvent(20, past)]);
    await bed.act(1, SAVE, 20);
    const found = [];
    for (const diversity of [0, 0.3, 1]) {
      found.push(ownVenue(await bed.recommended(bed.as(1), { diversity })));
    }
    expect(found[0]).toBe(6);
    expect(found).toEqual(found.toSorted((a, b) => b - a));
    expect(found[2]).toBeLessThan(6);
    const { items } = await bed.as(1).recommend({ ...dublin, diversity: 0 });
    const scores = items.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it("puts the nearer of two like events first", async () => {
    const inDays = (days: number) => ({
      ...{ startMs: nowMs + days * DAY_MS, endMs: nowMs + days * DAY_MS + HOUR_MS },
      ...{ genres: ["jazz"], djIds: [], venueId: "", organiser: "" },
    });
    await open([exampleEvent(1, inDays(300)), exampleEvent(2, inDays(10)), exampleEvent(3, inDays(100))]);
    expect(await bed.recommended(bed.nobody)).toEqual([2, 3, 1]);
  });

  it("gives places below the third to events that few have seen, and says so", async () => {
    await open(variety(40), { explorationShare: 0.5 });
    for (let user = 100; user < 120; user++) {
      await bed.act(user, IMPRESSION, ...Array.from({ length: 20 }, (_, i) => i + 1));
    }
    const { items } = await bed.as(1).recommend(dublin);
    const isNew = items.map(({ reasons }) => reasons[0]!.kind === ReasonKind.NEW);
    expect(isNew.slice(0, 3)).toEqual([false, false, false]);
    const found = items.filter((_, i) => isNew[i]);
    expect(found.length).toBeGreaterThan(0);
    for (const { eventId, reasons } of found) {
      expect(Number.parseInt(eventId.slice(-12), 16)).toBeGreaterThan(20);
      expect(reasons[0]).toMatchObject({ text: "Hardly anybody has seen this yet", contribution: 0 });
      expect(reasons.length).toBeGreaterThan(1);
    }
  });

  it("shows nothing as new once enough people have seen it, or where no share is kept", async () => {
    const kinds = async () => {
      const { items } = await bed.as(1).recommend({ ...dublin, limit: 100 });
      return items.flatMap(({ reasons }) => reasons.map(({ kind }) => kind));
    };
    const all = Array.from({ length: 40 }, (_, i) => i + 1);
    await open(variety(40), { explorationShare: 0.5 });
    for (let user = 100; user < 119; user++) await bed.act(user, IMPRESSION, ...all);
    expect(await kinds()).toContain(ReasonKind.NEW);
    await bed.act(119, IMPRESSION, ...all);
    bed.clockMs += 7 * HOUR_MS;
    expect(await kinds()).not.toContain(ReasonKind.NEW);
    await open(variety(40));
    expect(await kinds()).not.toContain(ReasonKind.NEW);
  });

  it("has every event once over all its pages, those that were moved up included", async () => {
    await open(variety(75), { explorationShare: 0.5 });
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await bed.as(1).recommend({ ...dublin, pageToken });
      seen.push(...page.items.map(({ eventId }) => eventId));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect([seen.length, new Set(seen).size]).toEqual([75, 75]);
  });
});
