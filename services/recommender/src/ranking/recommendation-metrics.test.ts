import { randomUUID } from "node:crypto";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { Algorithm } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import { createMetrics, type Metrics } from "@craic/runtime/metrics.js";
import { driftReference } from "../../../../tests/fixtures/random-lists.js";
import { exampleEvent, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import type { RecommenderBed } from "../../../../tests/fixtures/recommender-bed.js";
import { recommenderBeds } from "../../../../tests/fixtures/recommender-beds.js";
import { FeedbackCounts } from "../feedback/feedback-counts.js";
import { publishRecommendationMetrics } from "./recommendation-metrics.js";

const { SAVE, IMPRESSION } = FeedbackKind;
const dublin = { cityId: "dublin-ie" };

const beds = recommenderBeds();
let bed: RecommenderBed;
let metrics: Metrics;

beforeEach(() => {
  bed = beds.open(Array.from({ length: 30 }, (_, i) => exampleEvent(i + 1)));
  metrics = createMetrics();
  publishRecommendationMetrics(metrics, bed.lists, bed.provenance, bed.drift);
});

/** The numbers of a metric, by their labels as they are shown. */
async function read(name: string): Promise<Record<string, number>> {
  const text = await metrics.metrics();
  expect(text).toContain(`# HELP ${name} `);
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return Object.fromEntries(
    lines.map((line) => {
      const [, labels = "", value] = /^\w+(?:\{(.*)\})? (\S+)$/.exec(line)!;
      return [labels, Number(value)];
    }),
  );
}

describe("the recommender's metrics", () => {
  it("tell how many recommendations a list answered that was there, and what lists take", async () => {
    await bed.useModel();
    for (let i = 0; i < 4; i++) await bed.nobody.recommend(dublin);
    await bed.as(1).recommend(dublin);
    expect(await read("craic_recommender_lists_total")).toEqual({ 'result="hit"': 3, 'result="miss"': 2 });
    expect(await read("craic_recommender_list_bytes")).toEqual({ "": bed.lists.bytes });
  });

  it("tell how many traces were kept", async () => {
    for (let i = 0; i < 130; i++) await bed.nobody.recommend(dublin);
    await bed.provenance.traces.write();
    expect(await read("craic_recommender_traces_total")).toEqual({
      'result="kept"': 128,
      'result="dropped"': 2,
    });
  });

  it("tell what people did with what each model recommended", async () => {
    await bed.useModel();
    const feedback = async (...kinds: FeedbackKind[]) => {
      const { recommendationId } = await bed.as(1).recommend(dublin);
      await bed.as(1).recordFeedback({
        feedback: kinds.map((kind, i) => ({
          feedbackId: randomUUID(),
          eventId: uuid(i + 1),
          kind,
          recommendationId,
          position: i + 1,
        })),
      });
    };
    await feedback(IMPRESSION, IMPRESSION, SAVE);
    await bed.useModel("1.1.0");
    await feedback(SAVE);
    expect(await read("craic_recommender_feedback_total")).toEqual({
      'model_version="1.0.0",variant="",kind="impression"': 2,
      'model_version="1.0.0",variant="",kind="save"': 1,
      'model_version="1.1.0",variant="",kind="save"': 1,
    });
  });

  it("tell how far what the blend ranks has moved from what the model was tested on, and of nothing else", async () => {
    const drift = driftReference();
    await bed.useModel("1.0.0", { drift });
    const ask = async (algorithm: Algorithm) => {
      for (let i = 0; i < 25 * 8; i++) {
        bed.clockMs += 1;
        // Another window each time, so that it is ranked each time.
        const startingBefore = { seconds: BigInt(1_800_000_000 + i), nanos: algorithm };
        await bed.as(1).recommend({ ...dublin, algorithm, startingBefore });
      }
    };
    await bed.act(1, SAVE, 30);
    await ask(Algorithm.CONTENT);
    expect(await read("craic_recommender_drift_psi")).toEqual({});
    await ask(Algorithm.BLEND);
    const [psi, ks, samples] = [
      await read("craic_recommender_drift_psi"),
      await read("craic_recommender_drift_ks"),
      await read("craic_recommender_drift_samples"),
    ];
    expect(samples['feature="score"']).toBe(500);
    // Each of these 20 events has a genre that the person likes, where seven in ten had none in the test.
    expect(psi['feature="own.genre"']).toBeGreaterThan(0.25);
    expect(ks['feature="own.genre"']).toBeGreaterThan(0.6);
    expect(Object.keys(psi)).toEqual(Object.keys(ks));
  });
});

describe("FeedbackCounts", () => {
  it("counts a bounded number of models, the newest", () => {
    const counts = new FeedbackCounts();
    for (let i = 0; i < 40; i++) counts.add({ modelVersion: `1.${i}.0`, variant: "" }, "save");
    const versions = counts.all().map(({ modelVersion }) => modelVersion);
    expect(versions).toHaveLength(32);
    expect([versions[0], versions.at(-1)]).toEqual(["1.8.0", "1.39.0"]);
  });
});
