import { setTimeout } from "node:timers/promises";
import { createClient } from "@connectrpc/connect";
import { ModelService } from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import { createGrpcTransport } from "@craic/runtime/grpc-transport.js";
import { CITY } from "./feed-world.js";
import { type Craic, type Loaded, print, withLoadedCraic } from "./loaded-craic.js";
import type { Pace, Paced } from "./pace.js";
import { cpuMs, memoryMiB } from "./process-figures.js";
import type { RecommendOrder } from "./recommend-load.js";

const size = { users: 10_000, eventsAhead: 2_000, pastEvents: 4_000, feedbackRows: 500_000 };
const SECONDS = 10;
/** Long enough for several of V8's major collections, which are most of p99 at a steady pace. */
const STEADY_SECONDS = 30;
/** For everybody to be ranked for once. */
const FIRST_SECONDS = 60;
const RATE_PER_SECOND = 100;
const FEEDBACK_SHARE = 0.1;
/** Between two swaps of models: still some ten thousand times as often as a night's training makes one. */
const SWAP_EVERY_MS = 500;

/** RecommenderService.Recommend at its own gRPC port: for people who come for the first time and again, and while models are swapped. */
export async function bench(): Promise<void> {
  await withLoadedCraic(size, measure, { models: 2 });
}

async function measure({ craic, tokens, adminToken, startLoad }: Loaded): Promise<void> {
  const load = await startLoad<RecommendOrder, Paced>("tests/bench/recommend-load.ts");
  let seed = 0;
  const run = (pace: Partial<RecommendOrder> & Pace) =>
    load({ grpcAddress: craic.grpcAddress, cityId: CITY, tokens, seed: ++seed, ...pace });
  await run({ ratePerSecond: RATE_PER_SECOND, seconds: SECONDS });
  const everybody = { inTurn: true, connections: 16, mostCalls: size.users } as const;
  const first = { ...everybody, seconds: FIRST_SECONDS };
  const again = { ...everybody, seconds: SECONDS };
  const mixed = { connections: 16, seconds: SECONDS, feedbackShare: FEEDBACK_SHARE };
  const rows = [
    await timed(craic, "16 at a time, everybody for the first time", () => run(first)),
    await timed(craic, "16 at a time, everybody again", () => run(again)),
    await timed(craic, "16 at a time", () => run({ connections: 16, seconds: SECONDS })),
    await timed(craic, `16 at a time, one in ${1 / FEEDBACK_SHARE} after an event was opened`, () =>
      run(mixed),
    ),
    await timed(craic, "1 at a time", () => run({ connections: 1, seconds: SECONDS })),
  ];
  const steady = { ratePerSecond: RATE_PER_SECOND, seconds: STEADY_SECONDS };
  rows.push(await timed(craic, `${RATE_PER_SECOND}/s`, () => run(steady)));
  const before = memoryMiB(craic.pid).rss;
  let reloads = 0;
  for (const [name, pauseMs] of [
    [`${RATE_PER_SECOND}/s, a model swapped every ${SWAP_EVERY_MS} ms`, SWAP_EVERY_MS],
    [`${RATE_PER_SECOND}/s, a model swapped after the other`, 0],
  ] as const) {
    const enough = new AbortController();
    const reloading = reload(craic, adminToken, pauseMs, enough.signal);
    rows.push(await timed(craic, name, () => run(steady)));
    enough.abort();
    reloads += await reloading;
  }
  print(rows);
  const after = memoryMiB(craic.pid).rss;
  process.stdout.write(
    `${reloads} reloads; resident memory ${before.toFixed(0)} MiB before and ${after.toFixed(0)} MiB after them\n`,
  );
}

/** Loads two versions in turn into control until it is enough; returns how often. */
async function reload(
  { grpcAddress }: Craic,
  adminToken: string,
  pauseMs: number,
  enough: AbortSignal,
): Promise<number> {
  const transport = createGrpcTransport({ address: grpcAddress, maxMessageBytes: 4_194_304 });
  const models = createClient(ModelService, transport);
  const asAdmin = { headers: { authorization: `Bearer ${adminToken}` } };
  try {
    const known = await models.listModels({}, asAdmin);
    const versions = known.models.map(({ model }) => model?.version ?? "");
    if (versions.length < 2) throw new Error(`two models are needed to swap, not ${versions}`);
    for (let i = 0; ; i++) {
      if (enough.aborted) return i;
      const { reloaded } = await models.reload({ version: versions[i % 2] }, asAdmin);
      if (!reloaded && i > 0) throw new Error("that was no reload");
      if (pauseMs > 0) await setTimeout(pauseMs);
    }
  } finally {
    transport.close();
  }
}

async function timed(craic: Craic, name: string, run: () => Promise<Paced>) {
  const before = cpuMs(craic.pid);
  const { latenciesMs, failures, seconds } = await run();
  for (const failure of new Set(failures)) process.stderr.write(`a call failed: ${failure}\n`);
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!.toFixed(1);
  return {
    load: name,
    "calls/s": Math.round(latenciesMs.length / seconds),
    failed: failures.length,
    "p50 ms": at(0.5),
    "p99 ms": at(0.99),
    "CPU ms/call": ((cpuMs(craic.pid) - before) / latenciesMs.length).toFixed(2),
  };
}
