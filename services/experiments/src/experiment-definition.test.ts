import { create, fromJson, type JsonValue, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { ExperimentSchema } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { experimentFromProto } from "./experiment-from-proto.js";
import { draftOf } from "./experiment-record.js";
import { experimentToProto } from "./experiment-to-proto.js";

type Message = MessageInitShape<typeof ExperimentSchema>;
function read(changes: Message, values: (JsonValue | undefined)[] = [undefined, undefined]) {
  const variants = values.map((value, i) => ({
    name: `v${i}`,
    weight: 1 / values.length,
    value: value === undefined ? undefined : fromJson(ValueSchema, value),
  }));
  return experimentFromProto(create(ExperimentSchema, { experimentId: "checkout", variants, ...changes }));
}

describe("an experiment's values for feature flags", () => {
  it("are kept as they came, and given back", () => {
    const values = [{ depth: 2, words: ["a"] }, ["b"]];
    const content = read({}, values);
    expect(content.variants.map(({ value }) => value)).toEqual(values);
    const { variants } = experimentToProto(draftOf(content, 0));
    expect(variants.map(({ value }) => toJson(ValueSchema, value!))).toEqual(values);
  });

  it("may be missing", () => {
    expect(read({}).variants.map(({ value }) => value)).toEqual([undefined, undefined]);
  });

  it.each<[string, (JsonValue | undefined)[], string]>([
    ["of different kinds", [true, "on"], "is string, where the first variant's is boolean"],
    ["missing from some", [true, undefined], "is unset, where the first variant's is boolean"],
    ["null", ["a", null], "is null"],
    ["too long", ["a", "x".repeat(4_000)], "has 4002 characters of JSON, at most 4000 may be"],
  ])("are refused when they are %s", (_, values, description) => {
    expect(() => read({}, values)).toThrow(`experiment.variants[1].value: ${description}`);
  });
});

describe("an experiment's primary metrics", () => {
  it("are saves unless it says otherwise", () => {
    expect(read({}).primaryMetrics).toEqual(["save"]);
    expect(read({ primaryMetrics: ["attend", "click"] }).primaryMetrics).toEqual(["attend", "click"]);
  });

  it.each([
    [["joy"], '[0]: "joy" is not one of save, click, attend'],
    [["latency_ms"], "[0]"],
    [["save", "save"], '[1]: "save" is there already'],
  ])("cannot be %j", (primaryMetrics, description) => {
    expect(() => read({ primaryMetrics })).toThrow(
      expect.objectContaining({
        code: Code.InvalidArgument,
        message: expect.stringContaining(`experiment.primary_metrics${description}`),
      }),
    );
  });
});
