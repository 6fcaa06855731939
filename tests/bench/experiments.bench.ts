import { rmSync } from "node:fs";
import { createClient } from "@connectrpc/connect";
import { assign } from "@craic/experiments/assignment.js";
import {
  createDynamoAssignmentStore,
  provideAssignmentTable,
} from "@craic/experiments/assignment-store.dynamo.js";
import { openDynamo } from "@craic/experiments/dynamodb.js";
import type { Experiment } from "@craic/experiments/experiment.js";
import type { Exposure } from "@craic/experiments/person.js";
import { type Happening, WriteBehind } from "@craic/experiments/write-behind.js";
import { createRandom } from "@craic/numerics/random.js";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { createGrpcTransport } from "@craic/runtime/grpc-transport.js";
import { createLogger } from "@craic/runtime/log.js";
import { startDynalite } from "../fixtures/dynalite.js";
import { runningExample } from "../fixtures/experiments.js";
import { uuid } from "../fixtures/recommendable-events.js";
import type { AnalysisOrder, AnalysisOutcome } from "./experiment-analysis.js";
import type { ServerOutcome } from "./experiment-server.js";
import { startOwnProcess } from "./own-process.js";
import { cpuMs } from "./process-figures.js";

/** What Amazon asks for on-demand tables of the standard class in us-east-1 since November 2024, in US dollars. */
const PRICE = { perMillionWriteUnits: 0.625, perMillionReadUnits: 0.125 };

/** Experiments: assigning, analysing, taking in what happens, and what writing it costs. */
export async function bench(): Promise<void> {
  assignments();
  await analysis();
  await ingestion();
  await cost();
}

const PEOPLE = 10_000;
const ASSIGNMENTS = 500_000;
const ROUNDS = 9;

function assignments(): void {
  const random = createRandom(1);
  const people = Array.from({ length: PEOPLE }, () => ({
    id: uuid(Math.floor(random() * 2 ** 40)),
    cityId: random() < 0.7 ? "2964574" : "2965140",
    isNew: random() < 0.3,
  }));
  const startMs = Date.UTC(2026, 5, 1);
  const variant = (name: string) => ({ name, weight: 0.25, algorithm: "", channel: "" });
  const plain = runningExample(startMs, { variants: ["a", "b", "c", "d"].map(variant) });
  const everything: Experiment = {
    ...plain,
    coverage: 0.9,
    holdout: 0.05,
    namespace: { name: "feed", from: 0, to: 0.8 },
    overrides: new Map(people.slice(0, 100).map(({ id }) => [id, "b"])),
    targeting: { cityIds: ["2962943", "2964574"], audience: "returning" },
  };
  print(`assignments, ${PEOPLE} people in turn, median of ${ROUNDS}`, [
    ["four variants for everybody", assignmentsPerSecond(plain, people)],
    ["with targeting, holdout, namespace, coverage and overrides", assignmentsPerSecond(everything, people)],
  ]);
}

/** By the clock, and by the processor's time: others may have had the rest. */
function assignmentsPerSecond(
  experiment: Experiment,
  people: readonly Parameters<typeof assign>[1][],
): string {
  let found = 0;
  const round = () => {
    const [begun, cpu] = [performance.now(), process.cpuUsage()];
    for (let i = 0; i < ASSIGNMENTS; i++) {
      if (assign(experiment, people[i % PEOPLE]!).variant !== undefined) found++;
    }
    const { user, system } = process.cpuUsage(cpu);
    return {
      clock: (1e3 * ASSIGNMENTS) / (performance.now() - begun),
      cpu: (1e6 * ASSIGNMENTS) / (user + system),
    };
  };
  round();
  const rounds = Array.from({ length: ROUNDS }, round);
  if (found === 0) throw new Error("nobody was assigned");
  const [clock, cpu] = (["clock", "cpu"] as const).map((by) =>
    thousands(median(rounds.map((each) => each[by]))),
  );
  return `${clock}/s, ${cpu} a second of CPU`;
}

async function analysis(): Promise<void> {
  const child = await startOwnProcess("tests/bench/experiment-analysis.ts");
  try {
    const order: AnalysisOrder = { exposures: 1_000_000, rounds: 7, seed: 2 };
    const found = await child.ask<AnalysisOrder, AnalysisOutcome>(order);
    const mib = (value: number) => `${value.toFixed(0)} MiB`;
    print("analysis of 1,000,000 exposures, each another person's, in a process of its own", [
      ["GetResults's figures, median", `${median(found.milliseconds).toFixed(0)} ms`],
      ["CPU time of that, median", `${median(found.cpuMilliseconds).toFixed(0)} ms`],
      ["taking the people in", `${found.loadSeconds.toFixed(1)} s`],
      ["people in memory", mib(found.arraysMiB)],
      [
        "resident before, after, at the most",
        [found.beforeMiB, found.afterMiB, found.peakMiB].map(mib).join(", "),
      ],
      ["growth at the most", mib(found.peakMiB - found.beforeMiB)],
    ]);
  } finally {
    await child.close();
  }
}

const BATCH = 25;
const INGESTED = 4_000;
const AT_ONCE = 4;

async function ingestion(): Promise<void> {
  const child = await startOwnProcess("tests/bench/experiment-server.ts");
  let folder: string | undefined;
  try {
    const server = await child.ask<object, ServerOutcome>({});
    folder = server.folder;
    const transport = createGrpcTransport({
      address: `127.0.0.1:${server.port}`,
      maxMessageBytes: 1_048_576,
      defaultTimeoutMs: 30_000,
      interceptors: [
        (next) => (request) => {
          request.header.set("authorization", `Bearer ${server.token}`);
          return next(request);
        },
      ],
    });
    const client = createClient(ExperimentService, transport);
    const half = (name: string) => ({ name, weight: 0.5 });
    await client.createExperiment({
      experiment: { experimentId: "ranking", variants: [half("control"), half("blend")] },
    });
    await client.startExperiment({ experimentId: "ranking" });
    let made = 0;
    const send = async (count: number, person: (i: number) => number) => {
      const batches = Array.from({ length: count / BATCH }, () =>
        Array.from({ length: BATCH }, () => {
          const i = ++made;
          return { exposureId: uuid(i), experimentId: "ranking", userId: uuid(person(i)), variant: "blend" };
        }),
      );
      const [begun, cpu] = [performance.now(), cpuMs(child.pid)];
      let queued = 0;
      const sender = async () => {
        for (let exposures = batches.pop(); exposures !== undefined; exposures = batches.pop()) {
          queued += (await client.recordExposures({ exposures })).queued;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, sender));
      const rate = thousands(count / ((performance.now() - begun) / 1_000));
      const each = ((cpuMs(child.pid) - cpu) / count).toFixed(2);
      return `${rate}/s, ${each} ms of CPU each, ${((100 * queued) / count).toFixed(0)} % answered before they were stored`;
    };
    await send(1_000, (i) => i);
    print(`exposures over gRPC, ${BATCH} a call, ${AT_ONCE} calls at once, DynamoDB emulated on disk`, [
      ["each another person's", await send(INGESTED, (i) => i)],
      ["of 200 people", await send(INGESTED, (i) => 1_000_000 + (i % 200))],
    ]);
    transport.close();
  } finally {
    await child.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts the units that DynamoDB charges for, by what it says of each call. */
async function cost(): Promise<void> {
  const rows: [string, string][] = [];
  for (const [name, each] of [
    ["each another person's", 1],
    ["five a person, at once", 5],
    ["five a person, one after the other", 5],
  ] as const) {
    const { write, read } = await unitsFor(1_000, each, name.endsWith("other"));
    const dollars = (write * PRICE.perMillionWriteUnits + read * PRICE.perMillionReadUnits) / 1e6;
    rows.push([name, `${write} write units, ${read} read units: $${dollars.toFixed(6)}`]);
  }
  print("cost of 1,000 exposures at AWS, on demand, us-east-1, prices of November 2024", rows);
}

async function unitsFor(exposures: number, eachPerson: number, inTurn: boolean) {
  const dynamo = await startDynalite();
  const client = openDynamo(dynamo.config);
  const units = { write: 0, read: 0 };
  await provideAssignmentTable(client, "assignments");
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: "TOTAL" } });
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: { CapacityUnits?: number } };
      const isWrite = "Item" in args.input;
      // A query that finds nothing is charged for as one that finds little, which the emulation does not know.
      units[isWrite ? "write" : "read"] += Math.max(1, ConsumedCapacity?.CapacityUnits ?? Number.NaN);
      return result;
    },
    { step: "initialize" },
  );
  const writes = new WriteBehind({
    store: createDynamoAssignmentStore(client, "assignments"),
    rules: { windowMs: 7 * 24 * 60 * 60_000, mostExposuresPerHour: 240 },
    written: () => undefined,
    capacity: exposures,
    atOnce: 16,
    retryMs: { first: 100, most: 1_000 },
    random: createRandom(3),
    log: createLogger("silent", "bench"),
  });
  const happenings = Array.from(
    { length: exposures },
    (_, i): Happening => ({
      userId: uuid(Math.floor(i / eachPerson)),
      event: exposure(i),
    }),
  );
  const atOnce = inTurn
    ? Array.from({ length: eachPerson }, (_, turn) => happenings.filter((_, i) => i % eachPerson === turn))
    : [happenings];
  for (const each of atOnce) {
    const { queued, dropped } = await writes.takeIn(each, 600_000);
    if (queued + dropped > 0) throw new Error("not everything was written");
  }
  client.destroy();
  await dynamo.close();
  return units;
}

function exposure(i: number): Exposure {
  return {
    type: "exposure",
    exposureId: uuid(i),
    experimentId: "recommendation_algo_001",
    variant: "collaborative_filtering",
    occurMs: Date.UTC(2026, 5, 20) + i,
    cityId: "2964574",
    isNew: false,
    latencyMs: 12.5,
    failed: false,
    isStaff: false,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function print(title: string, rows: readonly (readonly [string, string])[]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  process.stdout.write(`${title}\n${lines.join("\n")}\n\n`);
}
