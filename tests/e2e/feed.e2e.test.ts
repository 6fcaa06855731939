import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { ImportOutcome } from "@craic/proto/craic/catalogue/v1/import_pb.js";
import { EventStatus } from "@craic/proto/craic/events/v1/event_pb.js";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { as, clientsOf, register } from "../fixtures/people.js";
import { type RunningCraic, startCraic } from "../fixtures/running-craic.js";
import { until } from "../fixtures/until.js";

const newYork = "5128581";
const HOUR_MS = 3_600_000;

let craic: RunningCraic;

beforeAll(async () => {
  craic = await startCraic();
}, 180_000);

afterAll(async () => {
  expect(await craic.stop()).toBe(0);
}, 60_000);

describe("the feed of a fresh installation", () => {
  it("holds sample events that lie ahead in the city, each with a reason", async () => {
    const { feed } = clientsOf(craic);
    const { items, degraded, modelVersion } = await feed.getFeed({ cityId: newYork, pageSize: 20 });
    expect(items).toHaveLength(20);
    expect(degraded).toEqual([]);
    expect(modelVersion).toBe("1.0.0");
    for (const { event, reasons } of items) {
      expect(event?.cityId).toBe(newYork);
      expect(Number(event?.endTime?.seconds)).toBeGreaterThan(Date.now() / 1000);
      expect(reasons[0]?.text).toMatch(/\w/);
    }
  });

  it("is another one after a save and a hide, and says why", async () => {
    const { feed, recommender } = clientsOf(craic);
    const { token } = await register(craic);
    const before = await feed.getFeed({ cityId: newYork, pageSize: 20 }, as(token));
    const [hidden, saved] = before.items;
    await recommender.recordFeedback(
      {
        feedback: [
          feedbackOn(hidden?.event?.eventId, FeedbackKind.HIDE, before.recommendationId),
          feedbackOn(saved?.event?.eventId, FeedbackKind.SAVE, before.recommendationId),
        ],
      },
      as(token),
    );
    const after = await feed.getFeed({ cityId: newYork, pageSize: 20 }, as(token));
    const ids = after.items.map(({ event }) => event?.eventId);
    expect(ids).not.toContain(hidden?.event?.eventId);
    expect(ids).not.toEqual(before.items.map(({ event }) => event?.eventId).slice(1));
    const evidence = after.items.flatMap(({ reasons }) => reasons.flatMap((it) => it.evidenceEventIds));
    expect(evidence).toContain(saved?.event?.eventId);
    const { items } = await feed.listSaved({}, as(token));
    expect(items.map(({ event }) => event?.eventId)).toEqual([saved?.event?.eventId]);
  });

  it("can be traced by an administrator, by the request's id, with what came of it", async () => {
    const { feed, recommender } = clientsOf(craic);
    const { token, userId } = await register(craic);
    const requestId = randomUUID();
    const headers = { ...as(token).headers, "x-request-id": requestId };
    const { items, recommendationId } = await feed.getFeed({ cityId: newYork, pageSize: 5 }, { headers });
    const save = feedbackOn(items[2]?.event?.eventId, FeedbackKind.SAVE, recommendationId);
    await recommender.recordFeedback({ feedback: [save] }, as(token));
    const ask = () =>
      recommender.getTrace({ key: { case: "requestId", value: requestId } }, as(craic.adminToken));
    await until(() =>
      ask().then(
        () => true,
        () => false,
      ),
    );
    const { traces, feedback } = await ask();
    expect(traces[0]).toMatchObject({ requestId, recommendationId, userId, modelVersion: "1.0.0" });
    const traced = traces.flatMap((trace) => trace.items.map(({ eventId }) => eventId));
    for (const { event } of items) expect(traced).toContain(event?.eventId);
    expect(feedback).toMatchObject([{ ...save, userId }]);
    await expect(
      recommender.getTrace({ key: { case: "requestId", value: requestId } }, as(token)),
    ).rejects.toMatchObject({ code: Code.PermissionDenied });
  });

  it("never shows an event again once it is cancelled, on any page", async () => {
    const { events, feed } = clientsOf(craic);
    const first = await feed.getFeed({ cityId: newYork, pageSize: 3 });
    const cancelled = first.items[0]?.event?.eventId ?? "";
    // One of the next page too: that page was ranked before.
    const second = await feed.getFeed({ cityId: newYork, pageSize: 3, pageToken: first.nextPageToken });
    const alsoCancelled = second.items[0]?.event?.eventId ?? "";
    for (const eventId of [cancelled, alsoCancelled])
      await events.cancelEvent({ eventId }, as(craic.adminToken));

    const pages = [
      await feed.getFeed({ cityId: newYork, pageSize: 100 }),
      await feed.getFeed({ cityId: newYork, pageSize: 3, pageToken: first.nextPageToken }),
      await feed.searchEvents({ filter: { cityId: newYork }, pageSize: 100 }),
    ];
    const shown = pages.flatMap(({ items }) => items.map(({ event }) => event?.eventId));
    expect(shown).not.toContain(cancelled);
    expect(shown).not.toContain(alsoCancelled);
    const { item } = await feed.getEventPage({ eventId: cancelled });
    expect(item?.event?.status).toBe(EventStatus.CANCELLED);
  });

  it("takes an import line by line: the good ones are shown, the bad ones named, the past kept away", async () => {
    const { events, feed } = clientsOf(craic);
    const city = `${Math.floor(1e8 + Math.random() * 1e8)}`;
    const now = Date.now();
    const lines = [
      record("ahead", city, now + HOUR_MS, now + 2 * HOUR_MS),
      "{ not json",
      record("over", city, now - 2 * HOUR_MS, now - HOUR_MS),
      record("backwards", city, now + 2 * HOUR_MS, now + HOUR_MS),
    ];
    const results = await importLines(events, lines);
    expect(results.map(({ lineNumber, outcome }) => [lineNumber, outcome])).toEqual([
      [1, ImportOutcome.CREATED],
      [2, ImportOutcome.REJECTED],
      [3, ImportOutcome.CREATED],
      [4, ImportOutcome.REJECTED],
    ]);
    expect(results[3]?.problems.join()).toContain("end_time");
    const again = await importLines(events, lines);
    expect(again[0]?.outcome).toBe(ImportOutcome.UNCHANGED);

    // The recommender follows the events service, a moment behind it.
    let shown: string[] = [];
    while (shown.length === 0) {
      const { items } = await feed.getFeed({ cityId: city });
      shown = items.map(({ event }) => event?.title ?? "");
    }
    expect(shown).toEqual(["ahead"]);
  });

  it("answers UNAUTHENTICATED to nobody, PERMISSION_DENIED to a person, where an operator is wanted", async () => {
    const { events } = clientsOf(craic);
    const { token } = await register(craic);
    const eventId = randomUUID();
    await expect(events.cancelEvent({ eventId })).rejects.toMatchObject({ code: Code.Unauthenticated });
    await expect(events.cancelEvent({ eventId }, as(token))).rejects.toMatchObject({
      code: Code.PermissionDenied,
    });
    await expect(events.cancelEvent({ eventId }, as(craic.adminToken))).rejects.toMatchObject({
      code: Code.NotFound,
    });
  });

  it("has the shipped experiment as a draft, and assigns people once an operator starts it", async () => {
    const { experiments } = clientsOf(craic);
    const { token } = await register(craic);
    const experimentId = "recommendation_algo_001";
    const ask = () => experiments.getAssignment({ experimentId }, as(token));
    await expect(ask()).rejects.toMatchObject({ code: Code.FailedPrecondition });
    await experiments.startExperiment({ experimentId }, as(craic.adminToken));
    const { variant, reason } = await ask();
    expect(["control", "collaborative_filtering", "content_based", "hybrid"]).toContain(variant);
    expect([reason, (await ask()).variant]).toEqual(["hash", variant]);
  });

  it("keeps what was saved over a kill -9, and serves the same model", async () => {
    const { recommender, feed } = clientsOf(craic);
    const { email, password, token } = await register(craic);
    const { items } = await feed.getFeed({ cityId: newYork, pageSize: 1 });
    const eventId = items[0]?.event?.eventId;
    await recommender.recordFeedback({ feedback: [feedbackOn(eventId, FeedbackKind.SAVE)] }, as(token));
    craic.child.kill("SIGKILL");

    craic = await startCraic({ dataDirectory: craic.dataDirectory });
    const again = clientsOf(craic);
    const { tokens } = await again.auth.logIn({ email, password });
    const saved = await again.feed.listSaved({}, as(tokens?.accessToken ?? ""));
    expect(saved.items.map(({ event }) => event?.eventId)).toEqual([eventId]);
    expect((await again.recommender.getModelInfo({})).model?.version).toBe("1.0.0");
  }, 120_000);
});

function feedbackOn(eventId = "", kind: FeedbackKind, recommendationId = "") {
  return { feedbackId: randomUUID(), eventId, kind, recommendationId };
}

function record(title: string, cityId: string, startMs: number, endMs: number): string {
  return JSON.stringify({
    source: { name: "e2e", externalId: `${cityId}-${title}` },
    title,
    startTime: new Date(startMs).toISOString(),
    endTime: new Date(endMs).toISOString(),
    timeZone: "Europe/Dublin",
    cityId,
    genres: ["techno"],
  });
}

async function importLines(events: ReturnType<typeof clientsOf>["events"], lines: readonly string[]) {
  async function* requests() {
    for (const line of lines) yield { line };
  }
  const results = [];
  for await (const { result } of events.importEvents(requests(), as(craic.adminToken))) {
    if (result !== undefined) results.push(result);
  }
  return results;
}
