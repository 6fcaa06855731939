import { Code, ConnectError, createRouterTransport, type HandlerContext } from "@connectrpc/connect";
import { type Feedback, FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { importedId } from "@craic/runtime/imported-id.js";
import type { SimulatedFeedback } from "./simulated-audience.js";
import { lastSave, type RecordingReport, recordSimulatedAudience } from "./simulated-audience-recording.js";

const now = new Date("2026-11-21T08:00:00Z");
const events = Array.from({ length: 200 }, (_, i) => ({
  eventId: importedId("event", { name: "test", externalId: `${i}` }),
  cityId: `${i % 2}`,
  genres: [`genre ${i % 7}`],
  artists: [],
  venue: "",
  organiser: "",
  minPriceCents: undefined,
}));

describe("recordSimulatedAudience()", () => {
  it("sends batches of at most 500 rows under the administrator's token, with progress to the end", async () => {
    const recommender = fakeRecommender();
    const progress: number[] = [];
    const report = await record(recommender, { onProgress: (done, total) => progress.push(done / total) });
    expect(recommender.batches.length).toBeGreaterThan(3);
    expect(Math.max(...recommender.batches.map((batch) => batch.length))).toBe(500);
    expect(recommender.batches.flat().length).toBe(report.recorded);
    expect(new Set(recommender.tokens)).toEqual(new Set(["Bearer secret"]));
    expect(progress.at(-1)).toBe(1);
  });

  it("finds out by one question that all was recorded at an earlier start", async () => {
    const recommender = fakeRecommender();
    const first = await record(recommender);
    const calls = recommender.calls();
    const second = await record(recommender);
    expect(second).toEqual<RecordingReport>({ recorded: 0, duplicates: first.recorded });
    expect(recommender.calls()).toBe(calls + 1);
  });

  it("goes on where an earlier start was cut short, and records nothing twice", async () => {
    const recommender = fakeRecommender([undefined, undefined, undefined, Code.Internal]);
    await expect(record(recommender)).rejects.toMatchObject({ code: Code.Internal });
    const whole = await record(fakeRecommender());
    const rest = await record(recommender);
    expect(rest).toEqual<RecordingReport>({ recorded: whole.recorded - 1_000, duplicates: 1_000 });
  });

  it("waits for a recommender that has not heard of the events yet, and loses no batch", async () => {
    const patient = fakeRecommender([Code.NotFound, undefined, Code.Unavailable, Code.NotFound]);
    const pauses: number[] = [];
    const pause = async (ms: number) => void pauses.push(ms);
    const report = await record(patient, { pause });
    expect(pauses).toHaveLength(3);
    expect(report).toEqual(await record(fakeRecommender()));
  });

  it("gives up with the recommender's own error after a minute", async () => {
    const deaf = fakeRecommender(Array(1000).fill(Code.NotFound));
    let waitedMs = 0;
    const pause = async (ms: number) => {
      waitedMs += ms;
    };
    await expect(record(deaf, { pause, people: 3 })).rejects.toMatchObject({ code: Code.NotFound });
    expect(waitedMs).toBe(60_000);
  });

  it("does not try again what was refused for good", async () => {
    const strict = fakeRecommender([Code.PermissionDenied]);
    await expect(record(strict)).rejects.toMatchObject({ code: Code.PermissionDenied });
    expect(strict.calls()).toBe(1);
  });
});

describe("lastSave()", () => {
  const row = (eventId: string, kind: SimulatedFeedback["kind"]): SimulatedFeedback => ({
    userId: "u",
    eventId,
    kind,
    occurMs: 0,
  });
  const { IMPRESSION, SAVE, UNSAVE } = FeedbackKind;
  const seen = (count: number) => Array.from({ length: count }, (_, i) => row(`${i}`, IMPRESSION));

  it("is the latest of the last batch, whatever was seen since", () => {
    expect(
      lastSave([row("a", SAVE), ...seen(498), row("b", SAVE), row("c", SAVE), ...seen(9)])?.eventId,
    ).toBe("c");
  });

  it.each([
    [
      "is in an earlier batch, which tells nothing of the last",
      [...seen(499), row("a", SAVE), row("b", IMPRESSION)],
    ],
    ["was taken back, and is listed no more", [row("a", SAVE), row("a", UNSAVE)]],
    ["is missing", seen(3)],
  ])("is none where it %s", (_, rows) => {
    expect(lastSave(rows)).toBeUndefined();
  });
});

type Extra = Partial<Parameters<typeof recordSimulatedAudience>[0]>;

function record(
  { transport }: ReturnType<typeof fakeRecommender>,
  extra: Extra = {},
): Promise<RecordingReport> {
  const pause = () => Promise.reject(new Error("nobody said to wait"));
  return recordSimulatedAudience({
    transport,
    accessToken: "secret",
    events,
    now,
    people: 60,
    pause,
    ...extra,
  });
}

/** Keeps feedback by id, after failing as told: one code, or none, for each of the first calls. */
function fakeRecommender(failures: readonly (Code | undefined)[] = []) {
  const batches: Feedback[][] = [];
  const known = new Map<string, Feedback>();
  const tokens: (string | null)[] = [];
  let calls = 0;
  const take = ({ requestHeader }: HandlerContext) => {
    tokens.push(requestHeader.get("authorization"));
    const failure = failures[calls++];
    if (failure !== undefined) throw new ConnectError("not now", failure);
  };
  const transport = createRouterTransport(({ service }) => {
    service(RecommenderService, {
      recordFeedback({ feedback }, context) {
        take(context);
        batches.push(feedback);
        const before = known.size;
        for (const row of feedback) if (!known.has(row.feedbackId)) known.set(row.feedbackId, row);
        const recorded = known.size - before;
        return { recorded, duplicates: feedback.length - recorded };
      },
      listSavedEvents({ userId, pageSize }, context) {
        take(context);
        const saves = [...known.values()].filter(
          (row) => row.userId === userId && row.kind === FeedbackKind.SAVE,
        );
        const newestFirst = saves.toReversed().slice(0, pageSize);
        return { saved: newestFirst.map(({ eventId }) => ({ eventId })) };
      },
    });
  });
  return { transport, batches, tokens, calls: () => calls };
}
