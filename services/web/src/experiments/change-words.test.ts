import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  ExperimentChangeSchema,
  ExperimentSchema,
  ExperimentState,
} from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { changedBy, changeWords } from "./change-words.js";

const halves = [
  { name: "control", weight: 0.5 },
  { name: "blend", weight: 0.5, algorithm: "hybrid" },
];

function experiment(changes: MessageInitShape<typeof ExperimentSchema> = {}) {
  return create(ExperimentSchema, {
    experimentId: "ranking",
    state: ExperimentState.RUNNING,
    variants: halves,
    seed: "ranking",
    ...changes,
  });
}

function words(
  before: MessageInitShape<typeof ExperimentSchema> | undefined,
  after: MessageInitShape<typeof ExperimentSchema>,
): string[] {
  return changeWords(
    create(ExperimentChangeSchema, { before: before && experiment(before), after: experiment(after) }),
  );
}

describe("changeWords()", () => {
  it.each<[ExperimentState, ExperimentState, string]>([
    [ExperimentState.DRAFT, ExperimentState.RUNNING, "Started."],
    [ExperimentState.RUNNING, ExperimentState.PAUSED, "Paused."],
    [ExperimentState.PAUSED, ExperimentState.RUNNING, "Went on."],
    [ExperimentState.PAUSED, ExperimentState.STOPPED, "Stopped for good."],
  ])("from state %d to %d is %j", (before, after, sentence) => {
    expect(words({ state: before }, { state: after })).toEqual([sentence]);
  });

  it("says that an experiment was made", () => {
    expect(words(undefined, { state: ExperimentState.DRAFT })).toEqual(["Made, as a draft."]);
  });

  it("names each thing that was changed, with what it was and what it is", () => {
    const after = {
      variants: [
        { name: "control", weight: 0.2 },
        { name: "blend", weight: 0.5, algorithm: "hybrid" },
        { name: "fresh", weight: 0.3, channel: "treatment" },
      ],
      coverage: 0.5,
      pauseOnHarm: true,
    };
    expect(words({}, after)).toEqual([
      "Variant control: 50% → 20%.",
      "Who takes part: 100% of everybody → 50% of everybody.",
      "Pauses by itself on harm: no → yes.",
      "Variant fresh is new: 30%, model of treatment.",
    ]);
  });

  it("says so when a variant of a draft was taken away", () => {
    const [control] = halves;
    expect(words({}, { variants: [{ ...control!, weight: 1 }] })).toContain(
      "Variant blend is gone; it was 50%, hybrid.",
    );
  });
});

describe("changedBy()", () => {
  it("names those who are no accounts, and shows the id of those who are", () => {
    expect(changedBy("guard")).toContain("harm");
    expect(changedBy("00000000-0000-0000-0000-000000000000")).toBe("an operator without an account");
    expect(changedBy("0197915c-3e0a-7cc3-8a1e-5b2f4d6c8e90")).toBe("0197915c-3e0a-7cc3-8a1e-5b2f4d6c8e90");
  });
});
