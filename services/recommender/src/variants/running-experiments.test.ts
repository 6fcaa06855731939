import { Code } from "@connectrpc/connect";
import { createLogger } from "@craic/runtime/log.js";
import { exampleExperiment, FakeExperiments } from "../../../../tests/fixtures/fake-experiments.js";
import { nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { until } from "../../../../tests/fixtures/until.js";
import { RunningExperiments } from "./running-experiments.js";

const open: RunningExperiments[] = [];
afterEach(async () => {
  for (const experiments of open.splice(0)) await experiments.close();
});

function setUp() {
  const fake = new FakeExperiments();
  const lines: string[] = [];
  const log = createLogger("warn", "recommender", { write: (line) => void lines.push(line) });
  const experiments = new RunningExperiments(fake.transport, () => new Date(nowMs), log);
  open.push(experiments);
  const ids = () => experiments.onRanking.map(({ experimentId }) => experimentId);
  return { fake, experiments, ids, lines };
}

describe("RunningExperiments", () => {
  it("knows from the start on what runs, where that can be known", async () => {
    const { fake, experiments, ids } = setUp();
    fake.running = [exampleExperiment()];
    await experiments.start(60_000);
    expect([ids(), experiments.isAny]).toEqual([["ranking"], true]);
  });

  it("asks often until it has heard something, and then as often as it is told to", async () => {
    const { fake, experiments, ids } = setUp();
    fake.failure = Code.Unavailable;
    await experiments.start(60_000);
    expect([ids(), experiments.isAny]).toEqual([[], false]);
    fake.running = [exampleExperiment()];
    fake.failure = undefined;
    await until(() => ids().length === 1);
  });

  it("follows what begins and ends, and keeps what it knows while the experiments are away", async () => {
    const { fake, experiments, ids, lines } = setUp();
    await experiments.start(2);
    const { generation } = experiments;
    fake.running = [exampleExperiment()];
    await until(() => ids().length === 1);
    expect(experiments.generation).toBe(generation + 1);
    fake.failure = Code.Unavailable;
    fake.running = [];
    await until(() => lines.length > 0);
    expect(ids()).toEqual(["ranking"]);
    fake.failure = undefined;
    await until(() => ids().length === 0);
    expect([experiments.isAny, experiments.generation]).toEqual([false, generation + 2]);
  });

  it("is of one generation while the same experiments run, whatever else changes of them", async () => {
    const { fake, experiments } = setUp();
    fake.running = [exampleExperiment()];
    await experiments.look();
    const { generation } = experiments;
    fake.running = [exampleExperiment({ coverage: 0.5 })];
    await experiments.look();
    expect(experiments.onRanking[0]?.coverage).toBe(0.5);
    expect(experiments.generation).toBe(generation);
  });

  it("knows of experiments on something else that they count what people do", async () => {
    const { fake, experiments, ids } = setUp();
    fake.running = [exampleExperiment({ variants: [{ name: "on" }, { name: "off" }] })];
    await experiments.look();
    expect([ids(), experiments.isAny]).toEqual([[], true]);
  });
});
