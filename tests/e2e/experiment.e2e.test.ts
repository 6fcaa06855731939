import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import type { GetResultsResponse } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { ConversionKind } from "@craic/proto/craic/experiments/v1/exposure_pb.js";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { Algorithm } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import { startDynalite, type TestDynamo } from "../fixtures/dynalite.js";
import { as, clientsOf, register } from "../fixtures/people.js";
import { type RunningCraic, startCraic } from "../fixtures/running-craic.js";
import { until } from "../fixtures/until.js";
import { BrowserWithoutPage } from "./browser-without-page.js";

const cityId = "5128581";
const experimentId = "recommendation_algo_001";

let dynamo: TestDynamo;
let craic: RunningCraic;

beforeAll(async () => {
  dynamo = await startDynalite();
  craic = await startCraic({
    environment: {
      CRAIC_DYNAMODB_ENDPOINT: dynamo.config.endpoint,
      CRAIC_RECOMMENDER_EXPERIMENTS_POLL_MS: "20",
    },
  });
}, 180_000);

afterAll(async () => {
  expect(await craic.stop()).toBe(0);
  await dynamo.close();
}, 60_000);

const operator = () => ({ experiments: clientsOf(craic).experiments, options: as(craic.adminToken) });

/** Somebody who saves an event that few others do, so that what everybody likes is not what they like. */
async function personWithTaste(eventId: string) {
  const { token, userId } = await register(craic);
  const { recommender, feed } = clientsOf(craic);
  const act = (kind: FeedbackKind, event: string, recommendationId = "") => {
    return tell({ feedbackId: randomUUID(), eventId: event, kind, recommendationId, position: 1 });
  };
  const tell = async <Deed extends { feedbackId: string; kind: FeedbackKind }>(feedback: Deed) => {
    await recommender.recordFeedback({ feedback: [feedback] }, as(token));
    return feedback;
  };
  await act(FeedbackKind.SAVE, eventId);
  return { userId, token, act, tell, feed: () => feed.getFeed({ cityId, pageSize: 10 }, as(token)) };
}

/** A person whom the experiment gives this variant. */
async function personIn(variant: string, eventId: string) {
  for (;;) {
    const person = await personWithTaste(eventId);
    if ((await person.feed()).variant === variant) return person;
  }
}

async function results(): Promise<GetResultsResponse> {
  const { experiments, options } = operator();
  return experiments.getResults({ experimentId }, options);
}

const counts = async (variant: string) => {
  const found = (await results()).variants.find((each) => each.variant === variant);
  return { users: Number(found?.users), conversions: Number(found?.conversions) };
};

const idsOf = ({ items }: { items: { event?: { eventId: string } }[] }) =>
  items.map(({ event }) => event?.eventId ?? "");

describe("a running experiment on ranking", () => {
  let taste: string;

  beforeAll(async () => {
    const { feed } = clientsOf(craic);
    const before = await feed.getFeed({ cityId, pageSize: 40 });
    expect([before.experimentId, before.variant]).toEqual(["", ""]);
    taste = idsOf(before).at(-1) ?? "";
    const { experiments, options } = operator();
    await experiments.startExperiment({ experimentId }, options);
    const { token } = await register(craic);
    await until(async () => (await feed.getFeed({ cityId }, as(token))).variant !== "");
  });

  it("ranks differently for people in different variants, the same for one, and says so in the answer", async () => {
    const control = await personIn("control", taste);
    const content = await personIn("content_based", taste);
    const [theirs, others] = [await control.feed(), await content.feed()];
    expect([theirs.experimentId, others.experimentId]).toEqual([experimentId, experimentId]);
    expect(idsOf(theirs)).not.toEqual(idsOf(others));
    expect(idsOf(await control.feed())).toEqual(idsOf(theirs));
    const { recommender, experiments } = clientsOf(craic);
    const answer = await recommender.recommend({ cityId }, as(content.token));
    expect([answer.algorithm, answer.variant]).toEqual([Algorithm.CONTENT, "content_based"]);
    const assigned = await experiments.getAssignment({ experimentId, cityId }, as(content.token));
    expect(assigned.variant).toBe("content_based");
  });

  it("is in the trace of what it made", async () => {
    const person = await personIn("hybrid", taste);
    const { recommendationId } = await person.feed();
    const { recommender } = clientsOf(craic);
    const key = { case: "recommendationId", value: recommendationId } as const;
    const trace = () => recommender.getTrace({ key }, as(craic.adminToken)).catch(() => undefined);
    await until(async () => (await trace()) !== undefined);
    expect((await trace())?.traces[0]).toMatchObject({ experimentId, variant: "hybrid" });
  });

  it("leaves out who chooses the algorithm", async () => {
    const { token } = await register(craic);
    const { recommender } = clientsOf(craic);
    const answer = await recommender.recommend({ cityId, algorithm: Algorithm.POPULARITY }, as(token));
    expect([answer.experimentId, answer.variant]).toEqual(["", ""]);
  });

  it("counts who was shown it and not who was only assigned, and each save once", async () => {
    const before = await counts("hybrid");
    const person = await personIn("hybrid", taste);
    const { recommendationId, items } = await person.feed();
    const [first, second] = items.map(({ event }) => event?.eventId ?? "");
    expect(await counts("hybrid")).toEqual(before);
    for (const eventId of [first!, second!]) {
      await person.act(FeedbackKind.IMPRESSION, eventId, recommendationId);
    }
    await until(async () => (await counts("hybrid")).users === before.users + 1);
    const save = await person.act(FeedbackKind.SAVE, first!, recommendationId);
    await until(async () => (await counts("hybrid")).conversions === before.conversions + 1);
    await person.tell(save);
    await person.act(FeedbackKind.SAVE, second!, recommendationId);
    const saves = async () =>
      (await results()).variants.find(({ variant }) => variant === "hybrid")!.means.saves_per_user!;
    const added = 2 / (before.users + 1);
    await until(async () => (await saves()) >= added);
    expect(await counts("hybrid")).toEqual({ users: before.users + 1, conversions: before.conversions + 1 });
  });

  it("serves a browser one variant, counts its first impression, and keeps it for who registers there", async () => {
    const browser = new BrowserWithoutPage(craic.origin);
    const before = await browser.feed(cityId);
    expect(before.variant).not.toBe("");
    expect(browser.cookie("craic_browser")).not.toBe("");
    for (let visit = 0; visit < 3; visit++) {
      expect((await browser.feed(cityId)).variant).toBe(before.variant);
    }
    const { users } = await counts(before.variant);
    await browser.record(before.items[0].event.eventId, "FEEDBACK_KIND_IMPRESSION", before.recommendationId);
    await until(async () => (await counts(before.variant)).users === users + 1);

    await browser.register();
    const after = await browser.feed(cityId);
    expect([after.experimentId, after.variant]).toEqual([experimentId, before.variant]);
    await browser.record(after.items[0].event.eventId, "FEEDBACK_KIND_IMPRESSION", after.recommendationId);
    const { conversions } = await counts(before.variant);
    await browser.record(after.items[0].event.eventId, "FEEDBACK_KIND_SAVE", after.recommendationId);
    await until(async () => (await counts(before.variant)).conversions === conversions + 1);
    expect((await counts(before.variant)).users).toBe(users + 1);
    // Elsewhere, without the cookie, it is theirs too.
    const { experiments } = clientsOf(craic);
    const token = browser.cookie("craic_access");
    await until(
      async () => (await experiments.getAssignment({ experimentId }, as(token))).reason === "sticky",
    );
    const { variant } = await experiments.getAssignment({ experimentId }, as(token));
    expect(variant).toBe(before.variant);
  });

  it("does not let who is not signed in save, nor speak without a browser", async () => {
    const { recommender } = clientsOf(craic);
    const feedback = { feedbackId: randomUUID(), eventId: taste, kind: FeedbackKind.SAVE };
    const refused = { code: Code.Unauthenticated };
    const anonymousId = randomUUID();
    await expect(recommender.recordFeedback({ feedback: [feedback], anonymousId })).rejects.toMatchObject(
      refused,
    );
    const seen = { ...feedback, kind: FeedbackKind.IMPRESSION };
    await expect(recommender.recordFeedback({ feedback: [seen] })).rejects.toMatchObject(refused);
    const conversion = { conversionId: randomUUID(), kind: ConversionKind.CLICK };
    const { experiments } = clientsOf(craic);
    await expect(experiments.recordConversions({ conversions: [conversion] })).rejects.toMatchObject(refused);
  });

  it("goes on while DynamoDB is away: the same variants, and what happens meanwhile counts afterwards", async () => {
    const person = await personIn("content_based", taste);
    const newcomer = await register(craic);
    const { feed } = clientsOf(craic);
    const assigned = await feed.getFeed({ cityId }, as(newcomer.token));
    dynamo.isAway = true;
    const before = await counts("content_based");
    const { variant, recommendationId, items } = await person.feed();
    expect(variant).toBe("content_based");
    expect((await feed.getFeed({ cityId }, as(newcomer.token))).variant).toBe(assigned.variant);
    const stranger = await register(craic);
    expect((await feed.getFeed({ cityId }, as(stranger.token))).variant).not.toBe("");
    await person.act(FeedbackKind.IMPRESSION, items[0]?.event?.eventId ?? "", recommendationId);
    dynamo.isAway = false;
    await until(async () => (await counts("content_based")).users === before.users + 1);
  });

  it("assigns nobody new while it is paused, and nobody once it is stopped", async () => {
    const person = await personIn("control", taste);
    const { experiments, options } = operator();
    const { feed } = clientsOf(craic);
    await experiments.pauseExperiment({ experimentId }, options);
    const { token } = await register(craic);
    await until(async () => (await feed.getFeed({ cityId }, as(token))).variant === "");
    expect((await person.feed()).variant).toBe("control");
    await experiments.stopExperiment({ experimentId }, options);
    await until(async () => (await person.feed()).variant === "");
    expect((await person.feed()).experimentId).toBe("");
  });
});
