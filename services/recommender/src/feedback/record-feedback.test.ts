import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { BadRequestSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { person } from "../../../../tests/fixtures/live-world.js";
import { DAY_MS, exampleEvent, nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { MINUTE_MS, type RecommenderBed } from "../../../../tests/fixtures/recommender-bed.js";
import { recommenderBeds } from "../../../../tests/fixtures/recommender-beds.js";

const { SAVE, UNSAVE, HIDE, UNHIDE, CLICK, IMPRESSION } = FeedbackKind;

const beds = recommenderBeds();
let bed: RecommenderBed;

beforeEach(async () => {
  await beds.database.pool.query("DELETE FROM feedback");
  bed = beds.open([1, 2, 3, 4].map((number) => exampleEvent(number)));
});

const save = (event: number, changes: object = {}) => ({
  feedbackId: randomUUID(),
  eventId: uuid(event),
  kind: SAVE,
  ...changes,
});

const countRows = async () => {
  const [rows] = await beds.database.pool.query("SELECT COUNT(*) AS count FROM feedback");
  return (rows as { count: number }[])[0]!.count;
};

const statesOf = async (user: number, ...events: number[]) => {
  const { states } = await bed.as(user).batchGetEventStates({ eventIds: events.map(uuid) });
  return states.map(({ saved, hidden }) => `${saved ? "saved" : ""}${hidden ? "hidden" : ""}`);
};

const savedBy = async (user: number) => {
  const { saved } = await bed.as(user).listSavedEvents({});
  return saved.map(({ eventId }) => Number.parseInt(eventId.slice(-12), 16));
};

describe("RecommenderService.RecordFeedback", () => {
  it("stores a batch and says how much of it was new", async () => {
    const feedback = [save(1), save(2, { kind: CLICK }), save(3, { kind: IMPRESSION, position: 3 })];
    expect(await bed.as(1).recordFeedback({ feedback })).toMatchObject({ recorded: 3, duplicates: 0 });
    const again = [...feedback, save(4), feedback[0]!];
    expect(await bed.as(1).recordFeedback({ feedback: again })).toMatchObject({ recorded: 1, duplicates: 4 });
    expect(await countRows()).toBe(4);
  });

  it("passes over feedback whose id is known, whatever else it says", async () => {
    const first = save(1);
    await bed.as(1).recordFeedback({ feedback: [first] });
    await bed.as(1).recordFeedback({
      feedback: [
        { ...first, kind: UNSAVE },
        { ...first, eventId: uuid(2) },
      ],
    });
    expect(await savedBy(1)).toEqual([1]);
  });

  it("counts what occurred last, not what came last", async () => {
    const at = (minutes: number) => ({ occurTime: timestampFromMs(nowMs - minutes * MINUTE_MS) });
    await bed.as(1).recordFeedback({ feedback: [save(1, { kind: UNSAVE, ...at(1) })] });
    await bed
      .as(1)
      .recordFeedback({ feedback: [save(1, at(2)), save(2, at(3)), save(2, { kind: HIDE, ...at(2) })] });
    await bed.as(1).recordFeedback({ feedback: [save(2, { kind: UNHIDE, ...at(2.5) })] });
    expect(await statesOf(1, 1, 2)).toEqual(["", "savedhidden"]);
  });

  it("is NOT_FOUND for an event that is not known, names it, and stores nothing of the batch", async () => {
    const feedback = [save(1), save(2), save(77)];
    const error = await bed
      .as(1)
      .recordFeedback({ feedback })
      .catch((reason) => reason);
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(BadRequestSchema)[0].fieldViolations).toMatchObject([
      { field: "feedback[2].event_id" },
    ]);
    expect([await countRows(), await savedBy(1)]).toEqual([0, []]);
  });

  it.each([
    ["more than five minutes ahead", 5 * MINUTE_MS + 1],
    ["more than ten years back", -3_653 * DAY_MS],
  ])("is INVALID_ARGUMENT for an instant %s, and names it", async (_, offMs) => {
    const feedback = [save(1), save(2, { occurTime: timestampFromMs(nowMs + offMs) })];
    const error = await bed
      .as(1)
      .recordFeedback({ feedback })
      .catch((reason) => reason);
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.findDetails(BadRequestSchema)[0].fieldViolations).toMatchObject([
      { field: "feedback[1].occur_time" },
    ]);
    expect(await countRows()).toBe(0);
  });

  it.each([5 * MINUTE_MS, -3_650 * DAY_MS])("takes an instant %i ms from now", async (offMs) => {
    const feedback = [save(1, { occurTime: timestampFromMs(nowMs + offMs) })];
    expect(await bed.as(1).recordFeedback({ feedback })).toMatchObject({ recorded: 1 });
  });

  it("speaks for the caller, and for others only when an administrator calls", async () => {
    const refused = bed.as(1).recordFeedback({ feedback: [save(1, { userId: person(2) })] });
    await expect(refused).rejects.toMatchObject({ code: Code.PermissionDenied });
    await bed.as(1, "admin").recordFeedback({ feedback: [save(1, { userId: person(2) }), save(2)] });
    expect([await savedBy(1), await savedBy(2)]).toEqual([[2], [1]]);
  });

  it("takes feedback on an event that is over or cancelled", async () => {
    bed.world.state.applyEvent(exampleEvent(1, { status: "cancelled", endMs: nowMs - DAY_MS }));
    expect(await bed.as(1).recordFeedback({ feedback: [save(1)] })).toMatchObject({ recorded: 1 });
  });
});

describe("RecommenderService.BatchGetEventStates", () => {
  it("answers for each event in the order asked for, for those unheard of too", async () => {
    await bed.act(1, SAVE, 2);
    await bed.act(1, HIDE, 3);
    expect(await statesOf(1, 3, 77, 2, 1, 2)).toEqual(["hidden", "", "saved", "", "saved"]);
    expect(await statesOf(2, 2, 3)).toEqual(["", ""]);
  });
});

describe("RecommenderService.ListSavedEvents", () => {
  it("gives the newest save first, with its instant, those that are over included", async () => {
    for (const event of [2, 4, 1]) {
      bed.clockMs += MINUTE_MS;
      await bed.act(1, SAVE, event);
    }
    bed.world.state.applyEvent(exampleEvent(4, { endMs: nowMs - DAY_MS }));
    expect(await savedBy(1)).toEqual([1, 4, 2]);
    const { saved } = await bed.as(1).listSavedEvents({ pageSize: 1 });
    expect(saved[0]!.saveTime).toEqual(timestampFromMs(nowMs + 3 * MINUTE_MS));
  });

  it("pages without loss or repeat, though two were saved at one instant and one is saved in between", async () => {
    await bed.act(1, SAVE, 1, 2, 3);
    const first = await bed.as(1).listSavedEvents({ pageSize: 1 });
    bed.clockMs += MINUTE_MS;
    await bed.act(1, SAVE, 4);
    const seen = first.saved.map(({ eventId }) => eventId);
    for (let pageToken = first.nextPageToken; pageToken !== ""; ) {
      const page = await bed.as(1).listSavedEvents({ pageSize: 1, pageToken });
      seen.push(...page.saved.map(({ eventId }) => eventId));
      pageToken = page.nextPageToken;
    }
    expect(seen).toEqual([3, 2, 1].map(uuid));
  });

  it("takes nobody else's page token", async () => {
    await bed.act(1, SAVE, 1, 2);
    const { nextPageToken: pageToken } = await bed.as(1).listSavedEvents({ pageSize: 1 });
    const refused = { code: Code.InvalidArgument, message: expect.stringContaining("page_token") };
    await expect(bed.as(2).listSavedEvents({ pageToken })).rejects.toMatchObject(refused);
    await expect(bed.as(1).listSavedEvents({ pageToken: "nonsense" })).rejects.toMatchObject(refused);
  });

  it("is empty for somebody who has done nothing", async () => {
    expect(await savedBy(9)).toEqual([]);
  });
});

describe("RecommenderService.SimilarEvents", () => {
  it("gives what resembles the event and names what they share", async () => {
    const venueId = uuid(0x900);
    bed.world.state.applyEvent(exampleEvent(1, { venueId }));
    bed.world.state.applyEvent(exampleEvent(3, { venueId }));
    bed.venueNames.set(venueId, "Vicar Street");
    const { items } = await bed.nobody.similarEvents({ eventId: uuid(1) });
    expect(items.map(({ eventId, position }) => [eventId, position])).toEqual([
      [uuid(3), 1],
      [uuid(2), 2],
      [uuid(4), 3],
    ]);
    expect(items[0]!.reasons[0]).toMatchObject({ text: "Also at Vicar Street", venueId });
    expect(items[0]!.score).toBeGreaterThan(items[1]!.score);
  });

  it("leaves out what the caller has hidden, and gives as many as asked for", async () => {
    await bed.act(1, HIDE, 2);
    const eventsFor = async (client: typeof bed.nobody, limit = 0) =>
      (await client.similarEvents({ eventId: uuid(1), limit })).items.map(({ eventId }) => eventId);
    expect(await eventsFor(bed.as(1))).toEqual([3, 4].map(uuid));
    expect(await eventsFor(bed.nobody, 1)).toEqual([uuid(2)]);
  });

  it("is NOT_FOUND for an event that is not known", async () => {
    const asked = bed.nobody.similarEvents({ eventId: uuid(77) });
    await expect(asked).rejects.toMatchObject({ code: Code.NotFound });
  });
});

describe("RecommenderService.GetModelInfo", () => {
  it("says nothing while popularity ranks, and then what the manifest says", async () => {
    expect((await bed.nobody.getModelInfo({})).model).toBeUndefined();
    const manifest = await bed.useModel();
    const { model } = await bed.nobody.getModelInfo({});
    expect(model).toMatchObject({
      version: "1.0.0",
      algorithm: "blend",
      sha256: manifest.sha256["model.safetensors"],
      dataSnapshotId: "feedback-to-12",
      feedbackRows: 12n,
      users: 3,
      events: 4,
      metrics: { "ndcg@10": 0.25 },
    });
    expect(model!.createTime).toEqual(timestampFromMs(Date.parse("2026-06-01T04:15:00Z")));
  });
});
