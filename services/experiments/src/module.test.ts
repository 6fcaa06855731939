import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type Client, Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createRandom } from "@craic/numerics/random.js";
import { ExperimentState } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { ConversionKind } from "@craic/proto/craic/experiments/v1/exposure_pb.js";
import { DecisionAction } from "@craic/proto/craic/experiments/v1/results_pb.js";
import { BadRequestSchema, ErrorInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { createLocalTransport } from "@craic/runtime/local-transport.js";
import { createLogger } from "@craic/runtime/log.js";
import { createMetrics } from "@craic/runtime/metrics.js";
import type { RunningModule } from "@craic/runtime/module.js";
import { principalKey } from "@craic/runtime/principal.js";
import { Settings } from "@craic/runtime/settings.js";
import { startDynalite, type TestDynamo } from "../../../tests/fixtures/dynalite.js";
import { uuid } from "../../../tests/fixtures/recommendable-events.js";
import { until } from "../../../tests/fixtures/until.js";
import { experimentsModule } from "./module.js";

const ADMIN = uuid(0xad0000);
const HOUR = 60 * 60_000;
let nowMs: number;
let dynamo: TestDynamo;
let principal: { userId: string; roles: string[] };
let ids: number;
const running: RunningModule[] = [];

beforeEach(async () => {
  nowMs = Date.UTC(2026, 5, 20);
  ids = 10_000;
  principal = { userId: ADMIN, roles: ["admin"] };
  dynamo = await startDynalite();
});
afterEach(async () => {
  for (const replica of running.splice(0)) await replica.close();
  await dynamo.close();
});

/** One replica of the service, and its metrics. */
async function start(environment: Record<string, string> = {}) {
  const metrics = createMetrics();
  const config = experimentsModule.configure(
    new Settings({
      CRAIC_DYNAMODB_ENDPOINT: dynamo.config.endpoint,
      CRAIC_EXPERIMENTS_POLL_MS: "20",
      CRAIC_EXPERIMENTS_DRAIN_MS: "5000",
      ...environment,
    }),
  );
  const none = createLocalTransport({ registrations: [], maxMessageBytes: 1 });
  const replica = await experimentsModule.start(config, {
    log: createLogger("silent", "experiments"),
    metrics,
    transport: none,
    migrationsDir: "",
    now: () => new Date(nowMs),
  });
  running.push(replica);
  const asPrincipal: Interceptor = (next) => (request) => {
    request.contextValues.set(principalKey, principal);
    return next(request);
  };
  const client = createClient(
    ExperimentService,
    createLocalTransport({
      registrations: [...replica.registrations],
      serverInterceptors: [asPrincipal],
      maxMessageBytes: 4_000_000,
    }),
  );
  const metric = async (name: string) =>
    Number(/ (\d+)$/m.exec(await metrics.getSingleMetricAsString(name))?.[1]);
  const written = () => until(async () => (await metric("craic_experiments_waiting")) === 0);
  return { client, replica, metric, written };
}
type Service = Client<typeof ExperimentService>;

const half = (name: string) => ({ name, weight: 0.5, algorithm: "", channel: "" });
const example = { experimentId: "ranking", variants: [half("control"), half("blend")] };

async function startedExample(client: Service, changes: object = {}) {
  await client.createExperiment({ experiment: { ...example, ...changes } });
  return (await client.startExperiment({ experimentId: "ranking" })).experiment!;
}
const exposure = (userId: string, variant: string, changes: object = {}) => ({
  exposureId: uuid(++ids),
  experimentId: "ranking",
  userId,
  variant,
  ...changes,
});
const save = (userId: string, kind = ConversionKind.SAVE) => ({ conversionId: uuid(++ids), userId, kind });

/** The code and the reason, or the field, that a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<[Code, string | undefined]> {
  const error = ConnectError.from(
    await call.then(
      () => undefined,
      (reason: unknown) => reason,
    ),
  );
  const [info] = error.findDetails(ErrorInfoSchema);
  const [bad] = error.findDetails(BadRequestSchema);
  return [error.code, info?.reason ?? bad?.fieldViolations[0]?.field];
}

describe("the life of an experiment", () => {
  it("begins with the shipped one, a draft that is made once", async () => {
    const { client } = await start();
    await start();
    const { experiments } = await client.listExperiments({});
    expect(experiments.map(({ experimentId, state }) => [experimentId, state])).toEqual([
      ["recommendation_algo_001", ExperimentState.DRAFT],
    ]);
    expect(experiments[0]?.variants.map(({ name }) => name)).toEqual([
      "control",
      "collaborative_filtering",
      "content_based",
      "hybrid",
    ]);
  });

  it("goes from draft by running and paused to stopped, and says who took it there", async () => {
    const { client } = await start();
    const { startTime } = await startedExample(client);
    expect(startTime).toEqual(timestampFromMs(nowMs));
    nowMs += HOUR;
    await client.pauseExperiment({ experimentId: "ranking" });
    principal = { userId: uuid(0xbe), roles: ["admin"] };
    await client.stopExperiment({ experimentId: "ranking" });
    const first = await client.listExperimentChanges({ experimentId: "ranking", pageSize: 3 });
    const states = first.changes.map(({ before, after }) => [before?.state, after?.state]);
    const { DRAFT, RUNNING, PAUSED, STOPPED } = ExperimentState;
    expect(states).toEqual([
      [PAUSED, STOPPED],
      [RUNNING, PAUSED],
      [DRAFT, RUNNING],
    ]);
    expect(first.changes.map(({ changedBy }) => changedBy)).toEqual([uuid(0xbe), ADMIN, ADMIN]);
    const pageToken = first.nextPageToken;
    const rest = await client.listExperimentChanges({ experimentId: "ranking", pageSize: 3, pageToken });
    expect(rest.changes.map(({ before, after }) => [before, after?.state])).toEqual([[undefined, DRAFT]]);
    expect(rest.nextPageToken).toBe("");
  });

  it("is refused with what to do where it does not go on", async () => {
    const { client } = await start();
    const experimentId = "ranking";
    await client.createExperiment({ experiment: example });
    const precondition = (reason: string) => [Code.FailedPrecondition, reason];
    expect(await refusal(client.createExperiment({ experiment: example }))).toEqual([
      Code.AlreadyExists,
      undefined,
    ]);
    for (const call of [
      client.pauseExperiment({ experimentId }),
      client.stopExperiment({ experimentId }),
      client.getAssignment({ experimentId }),
      client.getResults({ experimentId }),
    ]) {
      expect(await refusal(call)).toEqual(precondition("EXPERIMENT_DRAFT"));
    }
    const { experiment } = await client.startExperiment({ experimentId });
    const update = (changes: object) =>
      refusal(client.updateExperiment({ experiment: { ...experiment!, ...changes } }));
    expect(await update({ seed: "other" })).toEqual(precondition("EXPERIMENT_NOT_DRAFT"));
    expect(await update({ variants: [half("control"), half("other")] })).toEqual(
      precondition("VARIANT_IN_USE"),
    );
    expect(await update({ revision: 1n })).toEqual([Code.Aborted, "EXPERIMENT_CHANGED"]);
    expect(await update({ variants: [half("control"), { ...half("blend"), weight: 0.4 }] })).toEqual([
      Code.InvalidArgument,
      "experiment.variants",
    ]);
    await client.stopExperiment({ experimentId });
    expect(await refusal(client.startExperiment({ experimentId }))).toEqual(
      precondition("EXPERIMENT_STOPPED"),
    );
    expect(await update({})).toEqual(precondition("EXPERIMENT_STOPPED"));
    expect(await refusal(client.getResults({ experimentId, metric: "joy" }))).toEqual([
      Code.InvalidArgument,
      "metric",
    ]);
    expect(await refusal(client.getExperiment({ experimentId: "other" }))).toEqual([
      Code.NotFound,
      undefined,
    ]);
    expect(await refusal(client.listExperimentChanges({ experimentId: "other" }))).toEqual([
      Code.NotFound,
      undefined,
    ]);
  });

  it("is followed by other replicas", async () => {
    const [one, other] = [await start(), await start()];
    await startedExample(one.client);
    await until(async () => (await other.client.listRunningExperiments({})).experiments.length === 1);
  });
});

describe("an assignment", () => {
  it("stays what somebody was shown, through a change of weights and a restart", async () => {
    const first = await start();
    const experiment = await startedExample(first.client);
    const { variant } = await first.client.getAssignment({ experimentId: "ranking", userId: uuid(1) });
    await first.client.recordExposures({ exposures: [exposure(uuid(1), variant)] });
    await first.written();
    const variants = experiment.variants.map((each) => ({ ...each, weight: each.name === variant ? 0 : 1 }));
    await first.client.updateExperiment({ experiment: { ...experiment, variants } });
    for (const { client } of [first, await start()]) {
      const found = await client.getAssignment({ experimentId: "ranking", userId: uuid(1) });
      expect(found).toMatchObject({ variant, reason: "sticky" });
      const other = await client.getAssignment({ experimentId: "ranking", userId: uuid(2) });
      expect(other.variant).not.toBe(variant);
    }
  });

  it("goes from a browser to the person who signs in", async () => {
    const { client, written } = await start();
    await startedExample(client, { coverage: 0 });
    await client.recordExposures({ exposures: [exposure(uuid(7), "blend")] });
    await client.linkPerson({ anonymousId: uuid(7), userId: uuid(8) });
    await written();
    const found = await client.getAssignment({ experimentId: "ranking", userId: uuid(8) });
    expect(found).toMatchObject({ variant: "blend", reason: "sticky" });
    const { variants } = await client.getResults({ experimentId: "ranking" });
    expect(variants.map(({ users }) => Number(users))).toEqual([0, 1]);
  });

  it("is computed, and what happens is taken in, while DynamoDB is away; nothing of it is lost", async () => {
    const { client, written, metric } = await start();
    await startedExample(client);
    dynamo.isAway = true;
    const { variant } = await client.getAssignment({ experimentId: "ranking", userId: uuid(1) });
    expect(variant).not.toBe("");
    expect(await client.recordExposures({ exposures: [exposure(uuid(1), variant)] })).toMatchObject({
      recorded: 1,
      dropped: 0,
    });
    await client.recordConversions({ conversions: [save(uuid(1))] });
    expect(await metric("craic_experiments_waiting")).toBe(2);
    expect((await refusal(client.listExperiments({})))[0]).toBe(Code.Unavailable);
    dynamo.isAway = false;
    await written();
    const { variants } = await client.getResults({ experimentId: "ranking" });
    expect(variants.find((each) => each.variant === variant)).toMatchObject({ users: 1n, conversions: 1n });
  });

  it("is there as soon as DynamoDB is, when a service starts without it", async () => {
    dynamo.isAway = true;
    const starting = start();
    setTimeout(() => {
      dynamo.isAway = false;
    }, 50);
    const { client } = await starting;
    expect((await client.listExperiments({})).experiments).toHaveLength(1);
  });
});

describe("what happens", () => {
  it("is written before the service ends", async () => {
    const { client, replica } = await start();
    await startedExample(client);
    for (let i = 0; i < 40; i++) await client.recordExposures({ exposures: [exposure(uuid(i), "blend")] });
    running.splice(running.indexOf(replica), 1);
    await replica.close();
    const { variants } = await (await start()).client.getResults({ experimentId: "ranking" });
    expect(variants.map(({ users }) => Number(users))).toEqual([0, 40]);
  });

  it("can be asked of a stopped experiment after a restart too, until it was stopped", async () => {
    const { client, written } = await start();
    await startedExample(client);
    await client.recordExposures({ exposures: [exposure(uuid(1), "blend"), exposure(uuid(2), "control")] });
    await written();
    nowMs += HOUR;
    await client.stopExperiment({ experimentId: "ranking" });
    nowMs += HOUR;
    await client.recordExposures({ exposures: [exposure(uuid(3), "control")] });
    await written();
    const { variants, toTime } = await (await start()).client.getResults({ experimentId: "ranking" });
    expect(variants.map(({ users }) => Number(users))).toEqual([1, 1]);
    expect(toTime).toEqual(timestampFromMs(nowMs - HOUR));
  });

  it("at another replica is known here once that is read again", async () => {
    const [one, other] = [await start(), await start({ CRAIC_EXPERIMENTS_REREAD_MINUTES: "0.001" })];
    await startedExample(one.client);
    await one.client.recordExposures({ exposures: [exposure(uuid(1), "blend")] });
    await until(async () => {
      const { variants } = await other.client
        .getResults({ experimentId: "ranking" })
        .catch(() => ({ variants: [] }));
      return variants.some(({ users }) => users === 1n);
    });
  });

  it.each<[string, object, string]>([
    ["an experiment that there is not", { experimentId: "other" }, "exposures[0].experiment_id"],
    ["a draft", { experimentId: "recommendation_algo_001" }, "exposures[0].experiment_id"],
    ["a variant that there is not", { variant: "other" }, "exposures[0].variant"],
    [
      "the future",
      { occurTime: timestampFromMs(Date.UTC(2026, 5, 20) + 300_001) },
      "exposures[0].occur_time",
    ],
  ])("is refused for %s", async (_, changes, field) => {
    const { client } = await start();
    await startedExample(client);
    const call = client.recordExposures({ exposures: [exposure(uuid(1), "blend", changes)] });
    expect(await refusal(call)).toEqual([Code.InvalidArgument, field]);
  });

  it("to staff is no result, and to others only by themselves", async () => {
    const { client, written } = await start();
    await startedExample(client);
    await client.recordExposures({ exposures: [exposure("", "blend")] });
    principal = { userId: uuid(5), roles: [] };
    await client.recordExposures({ exposures: [exposure("", "blend")] });
    expect((await refusal(client.recordConversions({ conversions: [save(uuid(6))] })))[0]).toBe(
      Code.PermissionDenied,
    );
    await written();
    const { variants } = await client.getResults({ experimentId: "ranking" });
    expect(variants.map(({ users }) => Number(users))).toEqual([0, 1]);
  });
});

describe("a whole experiment on simulated people", () => {
  const PEOPLE = 700;

  /** Everybody is assigned, shown their variant, and saves with its probability. */
  async function simulate(client: Service, rates: Record<string, number>) {
    const random = createRandom(7);
    const exposures = [];
    const conversions = [];
    for (let i = 0; i < PEOPLE; i++) {
      const userId = uuid(i);
      const { variant } = await client.getAssignment({ experimentId: "ranking", userId });
      exposures.push(exposure(userId, variant));
      if (random() < rates[variant]!) conversions.push(save(userId));
    }
    // Out of order, and some of it twice.
    await client.recordConversions({ conversions: conversions.slice(0, 400) });
    await client.recordExposures({ exposures: exposures.slice(300) });
    await client.recordExposures({ exposures: exposures.slice(0, 400) });
    await client.recordConversions({ conversions });
  }

  it("without a difference finds none", async () => {
    const { client, written } = await start();
    await startedExample(client);
    await simulate(client, { control: 0.3, blend: 0.3 });
    await written();
    const { variants, comparisons, decision, sampleRatioMismatch } = await client.getResults({
      experimentId: "ranking",
    });
    expect(variants.reduce((sum, { users }) => sum + Number(users), 0)).toBe(PEOPLE);
    expect(sampleRatioMismatch).toBe(false);
    expect(comparisons[0]?.sequentialPValue).toBeGreaterThan(0.05);
    expect(decision?.action).toBe(DecisionAction.KEEP_RUNNING);
  });

  it("with harm is found out, and pauses by itself if it should", async () => {
    const { client, written } = await start({ CRAIC_EXPERIMENTS_GUARD_MINUTES: "0.001" });
    await startedExample(client, { pauseOnHarm: true });
    await simulate(client, { control: 0.5, blend: 0.15 });
    await written();
    await until(async () => {
      const { experiment } = await client.getExperiment({ experimentId: "ranking" });
      return experiment?.state === ExperimentState.PAUSED;
    });
    const { decision } = await client.getResults({ experimentId: "ranking" });
    expect(decision).toMatchObject({ action: DecisionAction.ROLLBACK, variant: "blend" });
    const { changes } = await client.listExperimentChanges({ experimentId: "ranking" });
    expect(changes[0]?.changedBy).toBe("guard");
  });
});
