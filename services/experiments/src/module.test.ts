import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { ExperimentState } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { BadRequestSchema, ErrorInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { ADMIN, ExperimentsBed, example, startedExample } from "../../../tests/fixtures/experiments-bed.js";
import { uuid } from "../../../tests/fixtures/recommendable-events.js";
import { until } from "../../../tests/fixtures/until.js";

const HOUR = 60 * 60_000;
const half = (name: string) => ({ name, weight: 0.5 });

let bed: ExperimentsBed;
beforeEach(async () => {
  bed = await ExperimentsBed.open();
});
afterEach(() => bed.close());

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
    const { client } = await bed.start();
    await bed.start();
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
    const { client } = await bed.start();
    const { startTime } = await startedExample(client);
    expect(startTime).toEqual(timestampFromMs(bed.nowMs));
    bed.nowMs += HOUR;
    await client.pauseExperiment({ experimentId: "ranking" });
    bed.principal = { userId: uuid(0xbe), roles: ["admin"] };
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
    const { client } = await bed.start();
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
    expect(await update({ primaryMetrics: ["click"] })).toEqual(precondition("EXPERIMENT_NOT_DRAFT"));
    await client.stopExperiment({ experimentId });
    expect(await refusal(client.getResults({ experimentId, windowHours: 24 }))).toEqual(
      precondition("EXPERIMENT_STOPPED"),
    );
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
    const [one, other] = [await bed.start(), await bed.start()];
    await startedExample(one.client);
    await until(async () => (await other.client.listRunningExperiments({})).experiments.length === 1);
  });
});

describe("an assignment", () => {
  it("stays what somebody was shown, through a change of weights and a restart", async () => {
    const first = await bed.start();
    const experiment = await startedExample(first.client);
    const { variant } = await first.client.getAssignment({ experimentId: "ranking", userId: uuid(1) });
    await first.client.recordExposures({ exposures: [bed.exposure(uuid(1), variant)] });
    await first.written();
    const variants = experiment.variants.map((each) => ({ ...each, weight: each.name === variant ? 0 : 1 }));
    await first.client.updateExperiment({ experiment: { ...experiment, variants } });
    for (const { client } of [first, await bed.start()]) {
      const found = await client.getAssignment({ experimentId: "ranking", userId: uuid(1) });
      expect(found).toMatchObject({ variant, reason: "sticky" });
      const other = await client.getAssignment({ experimentId: "ranking", userId: uuid(2) });
      expect(other.variant).not.toBe(variant);
    }
  });

  it("goes from a browser to the person who signs in", async () => {
    const { client, written } = await bed.start();
    await startedExample(client, { coverage: 0 });
    await client.recordExposures({ exposures: [bed.exposure(uuid(7), "blend")] });
    await client.linkPerson({ anonymousId: uuid(7), userId: uuid(8) });
    await written();
    const found = await client.getAssignment({ experimentId: "ranking", userId: uuid(8) });
    expect(found).toMatchObject({ variant: "blend", reason: "sticky" });
    const { variants } = await client.getResults({ experimentId: "ranking" });
    expect(variants.map(({ users }) => Number(users))).toEqual([0, 1]);
  });

  it("is computed, and what happens is taken in, while DynamoDB is away; nothing of it is lost", async () => {
    const { client, written, metric } = await bed.start();
    await startedExample(client);
    bed.dynamo.isAway = true;
    const { variant } = await client.getAssignment({ experimentId: "ranking", userId: uuid(1) });
    expect(variant).not.toBe("");
    expect(await client.recordExposures({ exposures: [bed.exposure(uuid(1), variant)] })).toMatchObject({
      recorded: 1,
      dropped: 0,
    });
    await client.recordConversions({ conversions: [bed.save(uuid(1))] });
    expect(await metric("craic_experiments_waiting")).toBe(2);
    expect((await refusal(client.listExperiments({})))[0]).toBe(Code.Unavailable);
    bed.dynamo.isAway = false;
    await written();
    const { variants } = await client.getResults({ experimentId: "ranking" });
    expect(variants.find((each) => each.variant === variant)).toMatchObject({ users: 1n, conversions: 1n });
  });

  it("is there as soon as DynamoDB is, when a service starts without it", async () => {
    // More than the client's own attempts, so that the service has to try again by itself.
    bed.dynamo.breakNext(4);
    const { client } = await bed.start();
    expect((await client.listExperiments({})).experiments).toHaveLength(1);
  });
});

describe("what happens", () => {
  it("is written before the service ends", async () => {
    const { client, close } = await bed.start();
    await startedExample(client);
    for (let i = 0; i < 40; i++)
      await client.recordExposures({ exposures: [bed.exposure(uuid(i), "blend")] });
    await close();
    const { variants } = await (await bed.start()).client.getResults({ experimentId: "ranking" });
    expect(variants.map(({ users }) => Number(users))).toEqual([0, 40]);
  });

  it("can be asked of a stopped experiment after a restart too, until it was stopped", async () => {
    const { client, written } = await bed.start();
    await startedExample(client);
    await client.recordExposures({
      exposures: [bed.exposure(uuid(1), "blend"), bed.exposure(uuid(2), "control")],
    });
    await written();
    bed.nowMs += HOUR;
    await client.stopExperiment({ experimentId: "ranking" });
    bed.nowMs += HOUR;
    await client.recordExposures({ exposures: [bed.exposure(uuid(3), "control")] });
    await written();
    const { variants, toTime } = await (await bed.start()).client.getResults({ experimentId: "ranking" });
    expect(variants.map(({ users }) => Number(users))).toEqual([1, 1]);
    expect(toTime).toEqual(timestampFromMs(bed.nowMs - HOUR));
  });

  it("at another replica is known here when results are asked for", async () => {
    const [one, other] = [await bed.start(), await bed.start()];
    await startedExample(one.client);
    const usersAt = async ({ client }: typeof one) => {
      const { variants } = await client.getResults({ experimentId: "ranking" });
      return variants.map(({ users, conversions }) => `${users} ${conversions}`);
    };
    await until(async () => (await other.client.listRunningExperiments({})).experiments.length === 1);
    await one.client.recordExposures({ exposures: [bed.exposure(uuid(1), "blend")] });
    await other.client.recordConversions({ conversions: [bed.save(uuid(1))] });
    await other.client.recordExposures({ exposures: [bed.exposure(uuid(2), "control")] });
    for (const replica of [one, other]) {
      await until(async () => (await usersAt(replica)).join() === "1 0,1 1");
    }
  });

  it("to one person at two replicas at once is all counted, in whichever order they write it", async () => {
    const replicas = [await bed.start(), await bed.start()];
    await startedExample(replicas[0]!.client);
    const calls = Array.from({ length: 20 }, (_, i) => {
      const { client } = replicas[i % 2]!;
      return i % 4 < 2
        ? client.recordExposures({ exposures: [bed.exposure(uuid(1), "blend", { latencyMs: 10 })] })
        : client.recordConversions({ conversions: [bed.save(uuid(1))] });
    });
    await Promise.all(calls);
    for (const { written } of replicas) await written();
    const { variants } = await (await bed.start()).client.getResults({ experimentId: "ranking" });
    expect(variants[1]).toMatchObject({ users: 1n, conversions: 1n, means: { saves_per_user: 10 } });
  });

  it("is there after the process was killed, as far as it was answered as stored", async () => {
    const { client } = await bed.start();
    await startedExample(client);
    const exposures = Array.from({ length: 30 }, (_, i) => bed.exposure(uuid(i), "blend"));
    const { recorded, queued } = await client.recordExposures({ exposures });
    // Another replica sees what is in the store alone: nothing of the first one's memory.
    const { variants } = await (await bed.start()).client.getResults({ experimentId: "ranking" });
    expect(Number(variants[1]?.users)).toBeGreaterThanOrEqual(recorded - queued);
    expect(recorded).toBe(30);
  });

  it("by a machine is no result", async () => {
    const { client, written } = await bed.start({ CRAIC_EXPERIMENTS_BOT_EXPOSURES: "3" });
    await startedExample(client);
    for (let i = 0; i < 4; i++) {
      await client.recordExposures({ exposures: [bed.exposure(uuid(1), "blend")] });
      if (i < 3) await client.recordExposures({ exposures: [bed.exposure(uuid(2), "blend")] });
    }
    await written();
    const { variants } = await client.getResults({ experimentId: "ranking" });
    expect(variants.map(({ users }) => Number(users))).toEqual([0, 1]);
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
    const { client } = await bed.start();
    await startedExample(client);
    const call = client.recordExposures({ exposures: [bed.exposure(uuid(1), "blend", changes)] });
    expect(await refusal(call)).toEqual([Code.InvalidArgument, field]);
  });

  it("to staff is no result, and to others only by themselves", async () => {
    const { client, written } = await bed.start();
    await startedExample(client);
    await client.recordExposures({ exposures: [bed.exposure("", "blend")] });
    bed.principal = { userId: uuid(5), roles: [] };
    await client.recordExposures({ exposures: [bed.exposure("", "blend")] });
    expect((await refusal(client.recordConversions({ conversions: [bed.save(uuid(6))] })))[0]).toBe(
      Code.PermissionDenied,
    );
    await written();
    const { variants } = await client.getResults({ experimentId: "ranking" });
    expect(variants.map(({ users }) => Number(users))).toEqual([0, 1]);
  });
});
