import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { Algorithm } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import { person } from "../../../../tests/fixtures/live-world.js";
import { DAY_MS, exampleEvent, nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { publishModel, type RecommenderBed } from "../../../../tests/fixtures/recommender-bed.js";
import { recommenderBeds } from "../../../../tests/fixtures/recommender-beds.js";
import { uuidv7At } from "../../../../tests/fixtures/uuid-v7.js";
import type { Origin } from "../traces/trace-store.js";
import { type Served, unassigned } from "./served.js";

const { SAVE, HIDE, CLICK, IMPRESSION } = FeedbackKind;
const BROWSER = uuid(0xb0b);

const beds = recommenderBeds();
let bed: RecommenderBed;

/** Thirty nights; what people like is techno, and person 1 house. */
beforeEach(async () => {
  const events = Array.from({ length: 30 }, (_, i) =>
    exampleEvent(i + 1, {
      genres: [i % 2 === 0 ? "techno" : "house"],
      startMs: nowMs + DAY_MS,
      endMs: nowMs + DAY_MS + 1,
    }),
  );
  bed = beds.open(events);
  await bed.useModel();
  for (const user of [2, 3, 4]) await bed.act(user, SAVE, 1, 3, 5);
  await bed.act(1, SAVE, 2);
});

const variant = (changes: Partial<Served>): Served => ({
  experimentId: "ranking",
  variant: "new",
  algorithm: "blend",
  channel: "control",
  ...changes,
});

const ask = (request: object = {}) => bed.as(1).recommend({ cityId: "dublin-ie", limit: 5, ...request });
const orderOf = (request: object = {}) => bed.recommended(bed.as(1), request);

describe("Recommend, for who takes part in an experiment", () => {
  it("ranks by the variant's algorithm, and says whose answer it is", async () => {
    bed.served = variant({ algorithm: "popularity", variant: "control" });
    const popular = await ask();
    expect([popular.experimentId, popular.variant, popular.algorithm]).toEqual([
      "ranking",
      "control",
      Algorithm.POPULARITY,
    ]);
    bed.served = variant({ algorithm: "content" });
    const content = await ask();
    expect([content.variant, content.algorithm]).toEqual(["new", Algorithm.CONTENT]);
    expect(content.items.map(({ eventId }) => eventId)).not.toEqual(
      popular.items.map(({ eventId }) => eventId),
    );
  });

  it("ranks with the treatment's model where the variant names that, and with control's where there is none", async () => {
    bed.served = variant({ channel: "treatment" });
    expect((await ask()).modelVersion).toBe("1.0.0");
    await publishModel(bed.models, "1.1.0");
    bed.model.put("treatment", await bed.model.prepare("1.1.0"));
    expect((await ask()).modelVersion).toBe("1.1.0");
    bed.served = unassigned;
    expect((await ask()).modelVersion).toBe("1.0.0");
  });

  it("shares no list between variants that rank alike", async () => {
    const hits = async (served: Served) => {
      bed.served = served;
      const before = bed.lists.counts.hits;
      await ask();
      return bed.lists.counts.hits - before;
    };
    expect(await hits(variant({ variant: "a" }))).toBe(0);
    expect(await hits(variant({ variant: "b" }))).toBe(0);
    expect(await hits(unassigned)).toBe(0);
    expect(await hits(variant({ experimentId: "another", variant: "a" }))).toBe(0);
    expect(await hits(variant({ variant: "a" }))).toBe(1);
  });

  it("goes on with the variant on later pages, though the experiment has ended", async () => {
    bed.served = variant({ algorithm: "popularity" });
    const whole = await orderOf({ limit: 10 });
    const first = await ask();
    bed.served = unassigned;
    const second = await ask({ pageToken: first.nextPageToken });
    expect([second.experimentId, second.variant, second.algorithm]).toEqual([
      "ranking",
      "new",
      Algorithm.POPULARITY,
    ]);
    const ids = [...first.items, ...second.items].map(({ eventId }) => eventId);
    expect(ids).toEqual(whole.map((number) => uuid(number)));
  });

  it("leaves out who chooses the algorithm", async () => {
    bed.served = variant({ algorithm: "popularity" });
    const { experimentId, algorithm } = await ask({ algorithm: Algorithm.CONTENT });
    expect([experimentId, algorithm]).toEqual(["", Algorithm.CONTENT]);
  });

  it("says to a browser, and to nobody else, that it is to go on under its id", async () => {
    const used = async (client: typeof bed.nobody, request: object) =>
      (await client.recommend({ cityId: "dublin-ie", ...request })).anonymousIdUsed;
    expect(await used(bed.nobody, { anonymousId: BROWSER })).toBe(true);
    expect(await used(bed.nobody, {})).toBe(false);
    expect(await used(bed.as(1), { anonymousId: BROWSER })).toBe(false);
    expect(await used(bed.nobody, { anonymousId: BROWSER, algorithm: Algorithm.CONTENT })).toBe(false);
  });

  it("tells the experiment of a variant that fails", async () => {
    bed.served = variant({});
    jest.spyOn(bed.model.ranker, "forPerson").mockImplementation(() => {
      throw new TypeError("a fault of the model's");
    });
    await expect(ask()).rejects.toMatchObject({ code: Code.Internal });
    expect(bed.failures).toEqual([bed.served]);
  });

  it("tells the experiment of a variant that takes too long", async () => {
    bed.served = variant({});
    const { ranker } = bed.model;
    const rank = ranker.forPerson.bind(ranker);
    jest.spyOn(ranker, "forPerson").mockImplementation((...asked) => {
      const deadlineMs = performance.now() + 60;
      while (performance.now() < deadlineMs); // as a model that takes its time does
      return rank(...asked);
    });
    // Whether the answer or the deadline is noticed first does not matter.
    await Promise.allSettled([bed.as(1).recommend({ cityId: "dublin-ie" }, { timeoutMs: 50 })]);
    expect(bed.failures).toEqual([bed.served]);
  });
});

describe("what a variant made", () => {
  const origins = () => {
    const found: Origin[] = [];
    bed.provenance.attribution.subscribe((origin) => found.push(origin));
    return found;
  };
  const see = (recommendationId: string, anonymousId = "") => {
    const feedback = { feedbackId: randomUUID(), eventId: uuid(3), kind: IMPRESSION, recommendationId };
    return (anonymousId === "" ? bed.as(1) : bed.nobody).recordFeedback({
      feedback: [feedback],
      anonymousId,
    });
  };

  it("is known by its impressions, with how long its first page took", async () => {
    bed.served = variant({});
    const found = origins();
    const { recommendationId, nextPageToken } = await ask();
    await ask({ pageToken: nextPageToken });
    await see(recommendationId);
    const serving = { experimentId: "ranking", cityId: "dublin-ie", isNew: false, latencyMs: 2 };
    expect(found).toEqual([{ modelVersion: "1.0.0", variant: "new", userId: person(1), serving }]);
  });

  it("is known elsewhere, too, from its trace", async () => {
    bed.served = variant({});
    const { recommendationId } = await ask();
    await bed.provenance.traces.write();
    const another = beds.open([exampleEvent(3)]);
    const found: Origin[] = [];
    another.provenance.attribution.subscribe((origin) => found.push(origin));
    const feedback = { feedbackId: randomUUID(), eventId: uuid(3), kind: IMPRESSION, recommendationId };
    await another.as(1).recordFeedback({ feedback: [feedback] });
    for (const _ of [1, 2]) await another.provenance.attribution.look();
    expect(found).toMatchObject([
      { variant: "new", userId: person(1), serving: { experimentId: "ranking", latencyMs: 2 } },
    ]);
  });

  it("is nothing of a recommendation that no experiment made", async () => {
    const found = origins();
    await see((await ask()).recommendationId);
    expect(found).toEqual([{ modelVersion: "1.0.0", variant: "", userId: person(1), serving: undefined }]);
  });

  it("is seen by a browser that nobody is signed in to, of which nothing is kept", async () => {
    bed.served = variant({});
    const found = origins();
    const { recommendationId } = await bed.nobody.recommend({ cityId: "dublin-ie", anonymousId: BROWSER });
    await bed.provenance.traces.write();
    expect(await see(recommendationId, BROWSER)).toMatchObject({ recorded: 1, duplicates: 0 });
    expect(found).toMatchObject([{ variant: "new", userId: "", serving: { isNew: true } }]);
    expect(bed.provenance.feedback.all()).toEqual([]);
    const { feedback } = await bed.as(9, "admin").getTrace({
      key: { case: "recommendationId", value: recommendationId },
    });
    expect(feedback).toEqual([]);
    expect(bed.told.at(-1)).toMatchObject({ userId: "", kind: "impression" });
  });
});

describe("RecordFeedback of who is not signed in", () => {
  const tell = (anonymousId: string, kind: FeedbackKind, changes: object = {}) => {
    const feedback = { feedbackId: randomUUID(), eventId: uuid(3), kind, recommendationId: uuidv7At(nowMs) };
    return bed.nobody.recordFeedback({ anonymousId, feedback: [{ ...feedback, ...changes }] });
  };

  it.each([SAVE, HIDE, FeedbackKind.UNSAVE, FeedbackKind.UNHIDE])(
    "is UNAUTHENTICATED for kind %s",
    async (kind) => {
      await expect(tell(BROWSER, kind)).rejects.toMatchObject({ code: Code.Unauthenticated });
    },
  );

  it("is UNAUTHENTICATED without a browser, and in a person's name", async () => {
    const refused = { code: Code.Unauthenticated };
    await expect(tell("", CLICK)).rejects.toMatchObject(refused);
    await expect(tell(BROWSER, CLICK, { userId: person(1) })).rejects.toMatchObject(refused);
  });

  it("takes a click, and is NOT_FOUND for an event that is not known", async () => {
    expect(await tell(BROWSER, CLICK)).toMatchObject({ recorded: 1 });
    await expect(tell(BROWSER, CLICK, { eventId: uuid(99) })).rejects.toMatchObject({ code: Code.NotFound });
  });
});
