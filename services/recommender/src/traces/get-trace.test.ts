import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { Algorithm } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import { person } from "../../../../tests/fixtures/live-world.js";
import { DAY_MS, exampleEvent, nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { RecommenderBed } from "../../../../tests/fixtures/recommender-bed.js";
import { createTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.js";
import { uuidv7At } from "../../../../tests/fixtures/uuid-v7.js";

const { SAVE, IMPRESSION } = FeedbackKind;

let database: TestDatabase;
let bed: RecommenderBed;

beforeAll(async () => {
  database = await createTestDatabase("recommender");
});
afterAll(() => database.close());
beforeEach(async () => {
  const events = Array.from({ length: 50 }, (_, i) =>
    exampleEvent(i + 1, { startMs: nowMs + (i + 1) * DAY_MS, endMs: nowMs + (i + 2) * DAY_MS }),
  );
  bed = new RecommenderBed(database, events);
  await bed.useModel();
});
afterEach(() => bed.close());

const asked = (requestId: string, pageToken = "") =>
  bed.as(1).recommend({ cityId: "dublin-ie", pageToken }, { headers: { "x-request-id": requestId } });

/** @param place 1 for the top of the page */
const eventOn = ({ items }: { readonly items: readonly { eventId: string }[] }, place: number) =>
  items[place - 1]!.eventId;

const traceOf = async (key: Parameters<typeof bed.nobody.getTrace>[0]["key"]) => {
  await bed.provenance.traces.write();
  return bed.as(9, "admin").getTrace({ key });
};

describe("RecommenderService.GetTrace", () => {
  it("tells of a request who was answered what, and what made it", async () => {
    await bed.act(1, SAVE, 3);
    const requestId = randomUUID();
    const answer = await asked(requestId);
    const { traces, feedback } = await traceOf({ case: "requestId", value: requestId });
    expect(traces).toMatchObject([
      {
        requestId,
        recommendationId: answer.recommendationId,
        userId: person(1),
        cityId: "dublin-ie",
        modelVersion: "1.0.0",
        dataSnapshotId: "feedback-to-12",
        pipelineGitSha: "unknown",
        imageDigest: "",
        variant: "",
        algorithm: Algorithm.BLEND,
        cached: false,
        createTime: { seconds: BigInt(nowMs / 1_000) },
      },
    ]);
    expect(traces[0]!.items).toEqual(answer.items);
    expect(answer.items[0]!.reasons.length).toBeGreaterThan(0);
    expect(traces[0]!.latency).toMatchObject({ seconds: 0n, nanos: 2_000_000 });
    expect(feedback).toEqual([]);
  });

  it("tells of a recommendation all pages, and the feedback that came of them and of no other", async () => {
    const first = await asked("request-of-page-1");
    const second = await asked("request-of-page-2", first.nextPageToken);
    const { recommendationId } = first;
    const other = await asked("another-request");
    const act = (kind: FeedbackKind, eventId: string, from: string, position: number) => ({
      feedbackId: randomUUID(),
      eventId,
      kind,
      recommendationId: from,
      position,
    });
    const feedback = [
      act(IMPRESSION, eventOn(first, 2), recommendationId, 2),
      act(SAVE, eventOn(second, 2), recommendationId, 22),
      act(SAVE, eventOn(other, 4), other.recommendationId, 4),
      act(SAVE, eventOn(first, 5), "", 0),
    ];
    await bed.as(1).recordFeedback({ feedback });
    const found = await traceOf({ case: "recommendationId", value: recommendationId });
    expect(found.traces.map(({ requestId }) => requestId)).toEqual([
      "request-of-page-1",
      "request-of-page-2",
    ]);
    expect(found.traces.map(({ items }) => items)).toEqual([first.items, second.items]);
    expect(found.feedback).toMatchObject(
      feedback.slice(0, 2).map((each) => ({ ...each, userId: person(1), occurTime: expect.anything() })),
    );
  });

  it("tells of no feedback by another person, nor on what was not shown", async () => {
    const shown = await asked("request-of-person-1");
    const { recommendationId } = shown;
    const save = (eventId: string) => ({ feedbackId: randomUUID(), eventId, kind: SAVE, recommendationId });
    const [hers, notShown] = [save(eventOn(shown, 1)), save(uuid(50))];
    await bed.as(2).recordFeedback({ feedback: [save(eventOn(shown, 1)), save(eventOn(shown, 2))] });
    await bed.as(1).recordFeedback({ feedback: [notShown, hers] });
    expect(shown.items.map(({ eventId }) => eventId)).not.toContain(uuid(50));
    const { feedback } = await traceOf({ case: "recommendationId", value: recommendationId });
    expect(feedback).toMatchObject([{ feedbackId: hers.feedbackId, userId: person(1) }]);
  });

  it("tells of anybody's feedback on what was made for nobody in particular", async () => {
    const shown = await bed.nobody.recommend({ cityId: "dublin-ie" });
    const { recommendationId } = shown;
    for (const user of [1, 2]) {
      const save = { feedbackId: randomUUID(), eventId: eventOn(shown, user), kind: SAVE, recommendationId };
      await bed.as(user).recordFeedback({ feedback: [save] });
    }
    const { feedback } = await traceOf({ case: "recommendationId", value: recommendationId });
    expect(feedback.map(({ userId }) => userId)).toEqual([person(1), person(2)]);
  });

  it("says when a recommendation was answered by a list that had been ranked before", async () => {
    await asked("ranked-anew");
    const again = await asked("asked-again");
    const { traces } = await traceOf({ case: "requestId", value: "asked-again" });
    expect(traces).toMatchObject([{ cached: true, recommendationId: again.recommendationId }]);
  });

  it("says nothing of a model where popularity ranks", async () => {
    bed.close();
    bed = new RecommenderBed(database, [exampleEvent(1)]);
    await bed.nobody.recommend({ cityId: "dublin-ie" }, { headers: { "x-request-id": "by-popularity" } });
    const { traces } = await traceOf({ case: "requestId", value: "by-popularity" });
    expect(traces).toMatchObject([{ userId: "", modelVersion: "popularity", dataSnapshotId: "" }]);
  });

  it.each([
    [{ case: "requestId", value: "nobody-asked" } as const, 'request "nobody-asked"'],
    [{ case: "recommendationId", value: uuid(1) } as const, `recommendation "${uuid(1)}"`],
  ])("is NOT_FOUND for %j, and says what is kept", async (key, what) => {
    const error = await traceOf(key).catch((reason) => reason);
    expect(error.code).toBe(Code.NotFound);
    expect(error.rawMessage).toBe(
      `no trace of ${what}: those of recommendations are kept for 14 days, from a second after the answer on`,
    );
  });

  it.each([
    { case: undefined },
    { case: "requestId", value: "" },
    { case: "recommendationId", value: "" },
  ] as const)("is INVALID_ARGUMENT for %j", async (key) => {
    const refused = { code: Code.InvalidArgument, message: expect.stringContaining("key") };
    await expect(traceOf(key)).rejects.toMatchObject(refused);
  });
});

describe("attribution", () => {
  it("tells the model that made the recommendation of each piece of newly stored feedback, once", async () => {
    const told: string[] = [];
    bed.provenance.attribution.subscribe(({ modelVersion }, { kind }) =>
      told.push(`${modelVersion} ${kind}`),
    );
    const { recommendationId } = await asked("request-0001");
    await bed.useModel("1.1.0");
    const later = await asked("request-0002");
    const save = { feedbackId: randomUUID(), eventId: uuid(3), kind: SAVE, recommendationId, position: 3 };
    const seen = {
      ...save,
      feedbackId: randomUUID(),
      kind: IMPRESSION,
      recommendationId: later.recommendationId,
    };
    await bed.as(1).recordFeedback({ feedback: [save, seen] });
    await bed.as(1).recordFeedback({ feedback: [save] });
    expect(told).toEqual(["1.0.0 save", "1.1.0 impression"]);
  });

  it("knows whose model made what this replica has never seen, from the traces", async () => {
    const recommendationId = uuidv7At(nowMs);
    const row = { recommendationId, requestId: "elsewhere", variant: "b", payload: Buffer.of(0) };
    await bed.provenance.store.insert([{ ...row, modelVersion: "0.9.0" }]);
    const told: string[] = [];
    bed.provenance.attribution.subscribe(({ modelVersion, variant }, { kind }) =>
      told.push(`${modelVersion} ${variant} ${kind}`),
    );
    const save = { feedbackId: randomUUID(), eventId: uuid(3), kind: SAVE, recommendationId, position: 3 };
    await bed.as(1).recordFeedback({ feedback: [save] });
    await bed.provenance.attribution.look();
    await bed.provenance.attribution.look();
    expect(told).toEqual(["0.9.0 b save"]);
  });
});
