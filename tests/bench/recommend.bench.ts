import { randomUUIDv7 } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { createContextValues, createHandlerContext, type HandlerContext } from "@connectrpc/connect";
import {
  RecommenderService,
  RecommendRequestSchema,
} from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { featureName } from "@craic/recommender/catalogue/feature-table.js";
import { DriftMonitor } from "@craic/recommender/drift/drift-monitor.js";
import type { FeatureVectors } from "@craic/recommender/ranking/feature-vectors.js";
import { LiveState } from "@craic/recommender/ranking/live-state.js";
import { RankedLists } from "@craic/recommender/ranking/ranked-lists.js";
import { Ranker } from "@craic/recommender/ranking/ranker.js";
import { defaultParameters, type RankingModel, weightsOf } from "@craic/recommender/ranking/ranking-model.js";
import { Recommend } from "@craic/recommender/ranking/recommend.js";
import { noPreferences } from "@craic/recommender/ranking/taste.js";
import { createRecommenderService } from "@craic/recommender/recommender-service.js";
import { Provenance } from "@craic/recommender/traces/provenance.js";
import type { TraceStore } from "@craic/recommender/traces/trace-store.js";
import { unassigned } from "@craic/recommender/variants/served.js";
import { createLogger } from "@craic/runtime/log.js";
import { principalKey } from "@craic/runtime/principal.js";
import { createRandom } from "../../services/numerics/src/random.js";
import { type Act, personId, simulatePopulation } from "../fixtures/population.js";
import { nowMs } from "../fixtures/recommendable-events.js";

const SIZE = { users: 10_000, eventsAhead: 2_000, pastEvents: 3_000, feedbackRows: 500_000 };
const WARM_UP_CALLS = 1_000;
const CALLS = 3_000;
/** As many as are written at a time: each answer is traced. */
const TRACES_A_WRITE = 100;

/** What a recommendation costs with 10,000 people, 2,000 events ahead in one city and 500,000 rows of feedback. */
export async function bench(): Promise<void> {
  const { events, acts } = simulatePopulation(SIZE, 1);
  const rows = [...acts];
  const state = new LiveState();
  const loadedMs = timed(() => {
    for (const event of events) state.applyEvent(event);
    for (const { user, event, kind, occurMs } of rows) {
      const { behaviour, catalogue } = state;
      state.applyFeedback(
        behaviour.userNumber(personId(user)),
        catalogue.eventNumber(events[event]!.eventId),
        kind,
        occurMs,
      );
    }
    state.behaviour.compact();
  });
  const pairs = state.behaviour.pairs.lengths.reduce((sum, length) => sum + length, 0);
  print("memory and load", [
    [
      "feedback in memory",
      `${(state.behaviour.bytes / 1e6).toFixed(1)} MB for ${rows.length} rows, ${pairs} pairs`,
    ],
    ["taking all in", `${loadedMs.toFixed(0)} ms`],
  ]);

  const { recommend, people, ranker } = serve(state, rows);
  const again = serve(state, rows, { answersMs: 6 * 3_600_000 });
  const traced = serve(state, rows, { sampledShare: 1 });
  print("the 20 best of the 2,000 events ahead in one city, once a person's behaviour is read", [
    ["case", "median ms", "p99 ms"],
    ["anybody", ...quantiles(timesOf((i) => chosenIn(ranker, state, people.anybody(i))))],
    ["the most active", ...quantiles(timesOf((i) => chosenIn(ranker, state, people.mostActive(i))))],
  ]);
  print("Recommend, 20 items with reasons; the handler alone, others' services answer at once", [
    ["case", "median ms", "p99 ms", "CPU ms"],
    ["anybody", ...(await measure((i) => recommend(people.anybody(i), i)))],
    ["the most active", ...(await measure((i) => recommend(people.mostActive(i), i)))],
    ["nobody signed in", ...(await measure((i) => recommend("", i)))],
    ["one of 100, asked again", ...(await measure((i) => again.recommend(people.mostActive(i), i)))],
    ["nobody signed in, asked again", ...(await measure((i) => again.recommend("", i)))],
    [
      "anybody, with traces",
      ...(await measure((i) => {
        if (i % TRACES_A_WRITE === 0) void traced.provenance.traces.write();
        return traced.recommend(people.anybody(i), i);
      })),
    ],
    [
      "after somebody's save, each time",
      ...(await measure((i) => {
        const user = state.behaviour.userNumber(people.anybody(i + 1));
        state.applyFeedback(user, i % SIZE.eventsAhead, i % 2 === 0 ? "save" : "unsave", nowMs + i);
        return recommend(people.anybody(i), i);
      })),
    ],
  ]);
}

/** The handler over a model with every voice, and whom to ask it for. */
function serve(state: LiveState, rows: readonly Act[], { answersMs = 0, sampledShare = 0 } = {}) {
  const clock = { ms: nowMs };
  const now = () => new Date(clock.ms);
  const log = createLogger("silent", "bench");
  const ranking = {
    ranker: new Ranker(state, { ...learned, vectors: simulateVectors(state) }),
    manifest: undefined,
  };
  const lists = new RankedLists(state, { maxBytes: 16 * 2 ** 20, pagesMs: 15 * 60_000, answersMs });
  const drift = new DriftMonitor(24 * 3_600_000, now);
  const provenance = new Provenance(nowhere, { sampledShare, days: 14, most: 500_000 }, now, log);
  const service = createRecommenderService({
    state,
    store: { insert: async (batch) => [...batch], readAfter: async () => [] },
    model: { ...ranking, rankingFor: () => ranking },
    lists,
    provenance,
    assignments: { isAny: false, learn: () => undefined, serve: () => unassigned },
    experimentFeedback: { told: () => undefined, failed: () => undefined },
    recommend: new Recommend(state, lists, drift, randomUUIDv7),
    findPreferences: async () => noPreferences,
    findNames: async () => ({ venues: new Map(), artists: new Map() }),
    now,
    monotonicMs: () => performance.now(),
  });
  const activity = new Map<number, number>();
  for (const { user } of rows) activity.set(user, (activity.get(user) ?? 0) + 1);
  const byActivity = [...activity].sort(([, a], [, b]) => b - a).map(([user]) => personId(user));
  return {
    ranker: ranking.ranker,
    provenance,
    people: {
      anybody: (i: number) => byActivity[(i * 7_919) % byActivity.length]!,
      mostActive: (i: number) => byActivity[i % 100]!,
    },
    async recommend(userId: string, i: number): Promise<void> {
      clock.ms = nowMs + i;
      const { items, modelVersion } = await service.recommend(
        create(RecommendRequestSchema, { cityId: "dublin-ie" }),
        contextOf(userId),
      );
      if (items?.length !== 20 || modelVersion !== "1.0.0") throw new Error("that was no recommendation");
    },
  };
}

/** A database that takes everything. */
const nowhere: TraceStore = {
  insert: async () => undefined,
  find: async () => [],
  originsOf: async () => new Map(),
  feedbackOn: async () => [],
  removeBefore: async () => 0,
  removeBeyond: async () => 0,
};

function contextOf(userId: string): HandlerContext {
  return createHandlerContext({
    service: RecommenderService,
    method: RecommenderService.method.recommend,
    protocolName: "bench",
    requestMethod: "POST",
    url: "bench://recommend",
    contextValues: createContextValues().set(principalKey, { userId, roles: [] }),
  });
}

/** A model with a weight for every voice: what it ranks best does not matter, what it costs does. */
const learned: RankingModel = {
  version: "1.0.0",
  parameters: defaultParameters,
  weights: weightsOf({
    "own.genre": 3,
    "own.artist": 3,
    "own.venue": 3,
    "own.organiser": 2,
    "own.weekday": 0.3,
    "neighbours.event": 3,
    "neighbours.genre": 1,
    "neighbours.venue": 1,
    "crowd.event": 2,
    "crowd.genre": 0.5,
    soon: 0.5,
    "vectors.genre": 1,
    "vectors.venue": 1,
  }),
  rarities: new Map(),
};

const VECTOR_FACTORS = 32;

/** Vectors as long as learned ones, of every feature of the kinds that have one. */
function simulateVectors({ catalogue: { features } }: LiveState): FeatureVectors {
  const random = createRandom(2);
  const byName = new Map<string, Float32Array>();
  for (let f = 0; f < features.size; f++) {
    const feature = features.featureAt(f);
    if (!["genre", "artist", "venue", "organiser"].includes(feature.kind)) continue;
    byName.set(
      featureName(feature),
      Float32Array.from({ length: VECTOR_FACTORS }, () => random() - 0.4),
    );
  }
  return { factors: VECTOR_FACTORS, byName };
}

/** Milliseconds that scoring and choosing take. */
function chosenIn(ranker: Ranker, { behaviour }: LiveState, userId: string): number {
  const scope = { cityId: "dublin-ie", endingAfterMs: nowMs, startingBeforeMs: Number.POSITIVE_INFINITY };
  const person = { user: behaviour.users.find(userId), preferences: noPreferences };
  return ranker.forPerson(person, "blend", nowMs, (session) => {
    const begin = performance.now();
    if (session.pick(scope, [], 20).length !== 20) throw new Error("that was no choice");
    return performance.now() - begin;
  });
}

function timesOf(call: (i: number) => number): number[] {
  for (let i = 0; i < WARM_UP_CALLS; i++) call(i);
  return Array.from({ length: CALLS }, (_, i) => call(WARM_UP_CALLS + i));
}

/** Median and 99th percentile. */
function quantiles(times: number[]): string[] {
  times.sort((a, b) => a - b);
  return [times[times.length >> 1]!, times[Math.floor(0.99 * times.length)]!].map((ms) => ms.toFixed(3));
}

async function measure(call: (i: number) => Promise<void>): Promise<string[]> {
  for (let i = 0; i < WARM_UP_CALLS; i++) await call(i);
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < CALLS; i++) {
    const begin = performance.now();
    await call(WARM_UP_CALLS + i);
    times.push(performance.now() - begin);
  }
  const { user, system } = process.cpuUsage(before);
  return [...quantiles(times), ((user + system) / 1_000 / CALLS).toFixed(3)];
}

function timed(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

function print(title: string, table: readonly (readonly string[])[]): void {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  process.stdout.write(`${title}\n`);
  for (const row of table) {
    process.stdout.write(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}\n`);
  }
  process.stdout.write("\n");
}
