import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Audience, ExperimentState } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { exampleExperiment } from "../../../../tests/fixtures/fake-experiments.js";
import { rankingExperiments } from "./ranking-experiment.js";

const only = (changes: Parameters<typeof exampleExperiment>[0]) =>
  rankingExperiments([exampleExperiment(changes)])[0]!;

const variant = (name: string, algorithm = "", channel = "") => ({ name, weight: 0.5, algorithm, channel });

describe("rankingExperiments()", () => {
  it.each([
    ["popularity", "popularity"],
    ["collaborative_filtering", "collaborative"],
    ["content_based", "content"],
    ["hybrid", "blend"],
    ["", "blend"],
    ["something newer", "blend"],
  ])("serves what the algorithm %j says: %j", (algorithm, served) => {
    const { serves } = only({ variants: [variant("a", algorithm, "treatment"), variant("b")] });
    expect(serves.get("a")).toEqual({
      experimentId: "ranking",
      variant: "a",
      algorithm: served,
      channel: "treatment",
    });
    expect(serves.get("b")).toMatchObject({ algorithm: "blend", channel: "control" });
  });

  it("leaves out experiments on something else, whose variants name neither algorithm nor channel", () => {
    const flag = exampleExperiment({ experimentId: "flag", variants: [variant("on"), variant("off")] });
    const found = rankingExperiments([flag, exampleExperiment()]);
    expect(found.map(({ experimentId }) => experimentId)).toEqual(["ranking"]);
  });

  it("puts the oldest first, and of two of one age the first by id", () => {
    const made = (experimentId: string, ms: number) =>
      exampleExperiment({ experimentId, createTime: timestampFromMs(ms) });
    const found = rankingExperiments([made("c", 2), made("b", 3), made("a", 2), made("d", 1)]);
    expect(found.map(({ experimentId }) => experimentId)).toEqual(["d", "a", "c", "b"]);
  });

  it("has all that assigning takes", () => {
    const overrides = { someone: "new" };
    const namespace = { name: "home", from: 0.1, to: 0.6 };
    const targeting = { cityIds: ["dublin-ie"], audience: Audience.RETURNING };
    const given = { state: ExperimentState.PAUSED, holdout: 0.1, coverage: 0.5, seed: "s" };
    expect(only({ ...given, overrides, namespace, targeting })).toMatchObject({
      ...given,
      state: "paused",
      namespace,
      targeting: { cityIds: ["dublin-ie"], audience: "returning" },
      overrides: new Map([["someone", "new"]]),
    });
    expect(only({ coverage: undefined }).coverage).toBe(1);
  });
});
