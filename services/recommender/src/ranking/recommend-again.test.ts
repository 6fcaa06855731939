import { createRandom } from "@craic/numerics/random.js";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import {
  Algorithm,
  ReasonKind,
  type RecommendedItem,
} from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import { person } from "../../../../tests/fixtures/live-world.js";
import {
  DAY_MS,
  genres,
  HOUR_MS,
  nowMs,
  uuid,
  variedEvent,
  variety,
} from "../../../../tests/fixtures/recommendable-events.js";
import { MINUTE_MS, type RecommenderBed } from "../../../../tests/fixtures/recommender-bed.js";
import { recommenderBeds } from "../../../../tests/fixtures/recommender-beds.js";

const { SAVE, UNSAVE, HIDE, UNHIDE, CLICK, IMPRESSION } = FeedbackKind;
const dublin = { cityId: "dublin-ie" };

const beds = recommenderBeds();
let bed: RecommenderBed;

async function open(count = 60): Promise<void> {
  bed = beds.open(variety(count));
  await bed.useModel();
}

/** How many of these calls were answered by a list that was there. */
async function hits(calls: () => Promise<unknown>): Promise<number> {
  const before = bed.lists.counts.hits;
  await calls();
  return bed.lists.counts.hits - before;
}

describe("a recommendation that is asked for again", () => {
  it("is answered by the list that was ranked, as a recommendation of its own with pages of its own", async () => {
    await open();
    await bed.act(1, SAVE, 1, 2);
    const first = await bed.as(1).recommend(dublin);
    bed.clockMs += HOUR_MS;
    const second = await bed.as(1).recommend(dublin);
    expect(bed.lists.counts).toEqual({ hits: 1, misses: 1 });
    expect(second).toMatchObject({
      items: first.items,
      modelVersion: first.modelVersion,
      algorithm: first.algorithm,
    });
    expect(second.recommendationId).not.toBe(first.recommendationId);
    const [third, fourth] = await Promise.all(
      [first, second].map(({ nextPageToken }) =>
        bed.as(1).recommend({ ...dublin, pageToken: nextPageToken }),
      ),
    );
    expect(third!.recommendationId).toBe(first.recommendationId);
    expect(fourth!.recommendationId).toBe(second.recommendationId);
    expect(fourth!.items.map(({ eventId, position }) => [eventId, position])).toEqual(
      third!.items.map(({ eventId, position }) => [eventId, position]),
    );
    expect(third!.items[0]!.position).toBe(21);
  });

  it("is answered for a shorter page, and ranked anew for one that is longer than any was", async () => {
    await open();
    const whole = await bed.recommended(bed.nobody, { limit: 20 });
    expect(await hits(() => bed.recommended(bed.nobody, { limit: 5 }))).toBe(1);
    expect(await bed.recommended(bed.nobody, { limit: 5 })).toEqual(whole.slice(0, 5));
    expect(await hits(() => bed.recommended(bed.nobody, { limit: 40 }))).toBe(0);
    expect(await hits(() => bed.recommended(bed.nobody, { limit: 40 }))).toBe(1);
  });

  it("ends where the list ends", async () => {
    await open(5);
    for (const wanted of [0, 1]) {
      const asking = async () => {
        const { items, nextPageToken } = await bed.nobody.recommend({ ...dublin, limit: 5 });
        expect([items.length, nextPageToken]).toEqual([5, ""]);
      };
      expect(await hits(asking)).toBe(wanted);
    }
    expect(await hits(() => bed.nobody.recommend({ ...dublin, limit: 20 }))).toBe(1);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["by somebody else", () => bed.recommended(bed.as(2))],
    ["for another city", () => bed.as(1).recommend({ cityId: "berlin-de" })],
    ["with another algorithm", () => bed.recommended(bed.as(1), { algorithm: Algorithm.CONTENT })],
    [
      "from a later instant on",
      () => bed.recommended(bed.as(1), { endingAfter: { seconds: 1_800_000_000n } }),
    ],
    ["for another window", () => bed.recommended(bed.as(1), { startingBefore: { seconds: 1_800_000_000n } })],
  ])("is ranked anew %s", async (_, again) => {
    await open();
    await bed.act(1, SAVE, 1);
    await bed.recommended(bed.as(1));
    expect(await hits(again)).toBe(0);
    expect(await hits(() => bed.recommended(bed.as(1)))).toBe(1);
  });

  it("is ranked anew once the person has asked for something else", async () => {
    await open();
    await bed.recommended(bed.as(1));
    bed.preferences.set(person(1), { genres: ["jazz"] });
    const { items } = await bed.as(1).recommend(dublin);
    expect(items[0]!.reasons[0]!.kind).toBe(ReasonKind.PREFERRED_GENRE);
    bed.preferences.set(person(1), { genres: ["jazz"], djIds: [uuid(0x200_007)] });
    expect((await bed.as(1).recommend(dublin)).items[0]!.eventId).toBe(uuid(7));
    expect(bed.lists.counts.hits).toBe(0);
  });

  it("is ranked anew after a reload", async () => {
    await open();
    await bed.recommended(bed.as(1));
    await bed.useModel("1.1.0");
    expect((await bed.as(1).recommend(dublin)).modelVersion).toBe("1.1.0");
    expect(bed.lists.counts.hits).toBe(0);
  });

  it("is answered by its own model's list once a rollback has brought that back", async () => {
    await open();
    const before = await bed.recommended(bed.as(1));
    await bed.useModel("1.1.0");
    await bed.as(1).recommend(dublin);
    await bed.model.load("1.0.0");
    const { items, modelVersion } = await bed.as(1).recommend(dublin);
    expect([modelVersion, items.map(({ eventId }) => eventId)]).toEqual(["1.0.0", before.map(uuid)]);
    expect(bed.lists.counts.hits).toBe(1);
  });

  it.each([
    ["save", SAVE],
    ["hide", HIDE],
    ["click", CLICK],
  ])("counts a %s at once, whichever replica took it", async (kind, message) => {
    await open();
    const before = await bed.recommended(bed.as(1));
    await bed.act(1, message, before[1]!);
    const after = await bed.recommended(bed.as(1));
    expect(after).not.toEqual(before);
    expect(after.includes(before[1]!)).toBe(kind === "click");
    // As the follower applies what another replica has stored.
    const { state } = bed.world;
    state.applyFeedback(bed.world.user(1), bed.world.event(after[0]!), "hide", bed.clockMs);
    expect(await bed.recommended(bed.as(1))).not.toContain(after[0]);
  });

  it("does not show an event that has ended since, and begins at the top all the same", async () => {
    await open();
    const first = await bed.as(1).recommend(dublin);
    expect(first.items[0]!.eventId).toBe(uuid(1));
    bed.clockMs = nowMs + DAY_MS + 5 * HOUR_MS;
    const { items } = await bed.as(1).recommend({ ...dublin, limit: 3 });
    expect(items.map(({ eventId, position }) => [eventId, position])).toEqual([
      [uuid(2), 1],
      [uuid(3), 2],
      [uuid(4), 3],
    ]);
  });

  it.each([
    ["has an end where the rest of the list has ended", 30, 0],
    ["goes on where the rest of the list has ended and there is more than was ranked", 70, 10],
  ])("%s", async (_, tomorrow, later) => {
    const at = (number: number, days: number, genre: string) =>
      variedEvent(number, {
        genres: [genre],
        startMs: nowMs + days * DAY_MS,
        endMs: nowMs + days * DAY_MS + HOUR_MS,
      });
    const events = [
      ...Array.from({ length: 13 }, (_each, i) => at(i + 1, 20 + i, "jazz")),
      ...Array.from({ length: tomorrow }, (_each, i) => at(100 + i, 1 + (i % 10), "techno")),
      ...Array.from({ length: later }, (_each, i) => at(300 + i, 60 + i, "techno")),
    ];
    bed = beds.open(events, { answersMs: 30 * DAY_MS });
    await bed.useModel();
    await bed.act(1, SAVE, 11, 12, 13);
    const ask = () => bed.as(1).recommend({ ...dublin, limit: 10 });
    const first = await ask();
    const jazz = first.items.map(({ eventId }) => Number.parseInt(eventId.slice(-12), 16));
    expect(jazz.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    bed.clockMs += 12 * DAY_MS;
    const { items, nextPageToken } = await ask();
    expect(bed.lists.counts.hits).toBe(later > 0 ? 0 : 1);
    expect(items).toHaveLength(10);
    expect(nextPageToken !== "").toBe(later > 0);
    if (later > 0) {
      expect(await bed.recommended(bed.as(1), { limit: 20, pageToken: nextPageToken })).toHaveLength(later);
    }
  });

  it("is never ranked by the list again where that is turned off", async () => {
    bed = beds.open([variedEvent(1)], { answersMs: 0 });
    await bed.useModel();
    await bed.recommended(bed.nobody);
    expect(await hits(() => bed.recommended(bed.nobody))).toBe(0);
  });
});

/** The same item, but for what a few milliseconds do to scores and shares. */
const nearly = ({ score, reasons, ...item }: RecommendedItem) => ({
  ...item,
  score: expect.closeTo(score, 6),
  reasons: reasons.map(({ contribution, ...reason }) => ({
    ...reason,
    contribution: expect.closeTo(contribution, 6),
  })),
});

describe("whatever happens between two recommendations", () => {
  it.each([1, 2, 3, 4])(
    "the second is what it would have been without any list kept (seed %i)",
    async (seed) => {
      await open(30);
      const plain = beds.open([], { answersMs: 0, world: bed.world });
      await plain.useModel();
      const random = createRandom(seed);
      const any = (count: number) => 1 + Math.floor(random() * count);
      const saved = new Map<string, boolean>();
      const hidden = new Map<string, boolean>();
      const unfit = new Map<number, boolean>();
      for (let step = 0; step < 150; step++) {
        const [user, number] = [any(3), any(30)];
        const pair = `${user} ${number}`;
        const dice = random();
        if (dice < 0.5) {
          const client =
            user === 3 ? ([bed.nobody, plain.nobody] as const) : ([bed.as(user), plain.as(user)] as const);
          const [kept, anew] = await Promise.all(client.map((each) => each.recommend(dublin)));
          expect(kept!.items).toEqual(anew!.items.map(nearly));
          for (const { eventId } of kept!.items) {
            const shown = Number.parseInt(eventId.slice(-12), 16);
            const reasonsAgainst = [
              unfit.get(shown) && "cancelled or elsewhere",
              user < 3 && saved.get(`${user} ${shown}`) && "saved",
              user < 3 && hidden.get(`${user} ${shown}`) && "hidden",
            ];
            expect({ shown, against: reasonsAgainst.filter(Boolean) }).toEqual({ shown, against: [] });
          }
          continue;
        }
        bed.clockMs += 1;
        plain.clockMs = bed.clockMs;
        if (dice < 0.6) {
          const on = random() < 0.7;
          await bed.act(user, on ? SAVE : UNSAVE, number);
          saved.set(pair, on);
        } else if (dice < 0.7) {
          const on = random() < 0.7;
          await bed.act(user, on ? HIDE : UNHIDE, number);
          hidden.set(pair, on);
        } else if (dice < 0.8) {
          await bed.act(user, random() < 0.3 ? CLICK : IMPRESSION, number);
        } else if (dice < 0.98) {
          const status = (["scheduled", "cancelled", "postponed"] as const)[any(3) - 1]!;
          const cityId = random() < 0.8 ? "dublin-ie" : "berlin-de";
          bed.world.state.applyEvent(variedEvent(number, { status, cityId, genres: [genres[any(5) - 1]!] }));
          unfit.set(number, status !== "scheduled" || cityId !== "dublin-ie");
        } else {
          await bed.useModel(`1.${step + 1}.0`);
          await plain.useModel(`1.${step + 1}.0`);
        }
      }
      expect(bed.lists.counts.hits).toBeGreaterThan(10);
      expect(plain.lists.counts.hits).toBe(0);
    },
  );

  it("what has ended is never shown, however the clock moves", async () => {
    await open(40);
    const random = createRandom(7);
    for (let step = 0; step < 100; step++) {
      bed.clockMs += random() * 3 * HOUR_MS + (step % 10 === 0 ? DAY_MS : MINUTE_MS);
      const numbers = await bed.recommended(bed.nobody);
      for (const number of numbers) expect(variedEvent(number).endMs).toBeGreaterThan(bed.clockMs);
    }
    expect(bed.lists.counts.hits).toBeGreaterThan(20);
  });
});
