import type { Client } from "@connectrpc/connect";
import { createRandom } from "@craic/numerics/random.js";
import { ExperimentState } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import type { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { DecisionAction } from "@craic/proto/craic/experiments/v1/results_pb.js";
import { ExperimentsBed, startedExample } from "../../../tests/fixtures/experiments-bed.js";
import { uuid } from "../../../tests/fixtures/recommendable-events.js";
import { until } from "../../../tests/fixtures/until.js";

type Service = Client<typeof ExperimentService>;

// Each person is several calls to DynamoDB's emulation, which has to share the machine.
jest.setTimeout(120_000);

let bed: ExperimentsBed;
beforeEach(async () => {
  bed = await ExperimentsBed.open();
});
afterEach(() => bed.close());

describe("a whole experiment on simulated people", () => {
  const PEOPLE = 240;

  /** Everybody is assigned, shown their variant, and saves with its probability. */
  async function simulate(client: Service, rates: Record<string, number>) {
    const random = createRandom(7);
    const exposures = [];
    const conversions = [];
    for (let i = 0; i < PEOPLE; i++) {
      const userId = uuid(i);
      const { variant } = await client.getAssignment({ experimentId: "ranking", userId });
      exposures.push(bed.exposure(userId, variant));
      if (random() < rates[variant]!) conversions.push(bed.save(userId));
    }
    // Out of order, and some of it twice.
    await client.recordConversions({ conversions: conversions.slice(0, 40) });
    await client.recordExposures({ exposures: exposures.slice(80) });
    await client.recordExposures({ exposures: exposures.slice(0, 140) });
    await client.recordConversions({ conversions });
  }

  it("without a difference finds none", async () => {
    const { client, written } = await bed.start();
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

  it("tells how sure each rate was at each instant, and each lift at every look", async () => {
    const { client, written } = await bed.start();
    await startedExample(client);
    await simulate(client, { control: 0.2, blend: 0.7 });
    await written();
    bed.nowMs += 3_600_000;
    const { variants, comparisons, points } = await client.getResults({ experimentId: "ranking" });
    for (const { variant, credibleInterval } of variants) {
      expect(points.findLast((point) => point.variant === variant)?.credibleInterval).toEqual(
        credibleInterval,
      );
    }
    const { low, high } = comparisons[0]!.sequentialLiftInterval!;
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(comparisons[0]!.liftInterval!.low);
    expect(high).toBeGreaterThan(comparisons[0]!.liftInterval!.high);
    const worseWhenMore = comparisons
      .filter(({ lowerIsBetter }) => lowerIsBetter)
      .map(({ metric }) => metric);
    expect(worseWhenMore).toEqual(["hides_per_user", "latency_ms", "errors_per_user"]);
  });

  it("with harm is found out, and pauses by itself if it should", async () => {
    const { client, written } = await bed.start({ CRAIC_EXPERIMENTS_GUARD_MINUTES: "0.001" });
    await startedExample(client, { pauseOnHarm: true });
    await simulate(client, { control: 0.5, blend: 0.1 });
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
