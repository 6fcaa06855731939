import { type Gate, isRejected, type ModelManifest, parseManifest } from "./model-manifest.js";

const comparison = {
  population: "city:dublin-ie",
  discoveries: 120,
  candidate: 0.21,
  control: 0.25,
  pValue: 0.002,
  isWorse: true,
};
const gate: Gate = {
  outcome: "rejected",
  reason: "it is worse for city:dublin-ie",
  comparisons: [comparison],
};
const manifest: ModelManifest = {
  version: "1.2.3",
  algorithm: "blend",
  createTime: "2026-06-01T04:15:00.000Z",
  dataSnapshotId: "feedback-to-12",
  pipelineGitSha: "unknown",
  imageDigest: "",
  feedbackRows: 12,
  users: 3,
  events: 4,
  parameters: { neighbours: 50 },
  recipe: { "blend.terms": "own.genre", "blend.ridge": 0.5 },
  gate,
  metrics: { "ndcg@10": 0.25 },
  shapes: { "blend.weights": [24] },
  sha256: { "model.safetensors": "0".repeat(64) },
};

const parsed = (changes: object) => parseManifest(JSON.stringify({ ...manifest, ...changes }));

describe("parseManifest()", () => {
  it("gives back what was written", () => {
    expect(parsed({})).toEqual(manifest);
  });

  it("reads models from before recipe and gate were kept", () => {
    const { recipe, gate, ...older } = manifest;
    expect(parseManifest(JSON.stringify(older))).toEqual(older);
  });

  it.each<[string, object]>([
    ["recipe", { recipe: { ridge: null } }],
    ["recipe", { recipe: "blend" }],
    ["gate", { gate: { ...gate, outcome: "perhaps" } }],
    ["gate", { gate: { ...gate, reason: undefined } }],
    ["gate", { gate: { ...gate, comparisons: {} } }],
    ["gate", { gate: { ...gate, comparisons: [{ ...comparison, pValue: "small" }] } }],
    ["gate", { gate: { ...gate, comparisons: [{ ...comparison, isWorse: 1 }] } }],
    ["gate", { gate: { ...gate, comparisons: [{ ...comparison, population: 7 }] } }],
    ["feedbackRows", { feedbackRows: -1 }],
    ["version", { version: "1.2" }],
    ["sha256", { sha256: {} }],
    ["sha256", { sha256: { "model.safetensors": "short" } }],
    ["sha256", { sha256: { "another.safetensors": "0".repeat(64) } }],
    ["sha256", { sha256: { a: "a".repeat(64), ...manifest.sha256 } }],
  ])("names the field that is wrong: %s of %j", (field, changes) => {
    expect(() => parsed(changes)).toThrow(`the manifest's ${field} is missing or wrong`);
  });
});

describe("isRejected()", () => {
  it("is so only where the gate said so", () => {
    const { gate: _, ...older } = manifest;
    expect([isRejected(manifest), isRejected({ gate: { ...gate, outcome: "accepted" } })]).toEqual([
      true,
      false,
    ]);
    expect(isRejected(older as ModelManifest)).toBe(false);
  });
});
