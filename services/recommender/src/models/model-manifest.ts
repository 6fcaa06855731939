/** The file of a model's numbers, beside its manifest. */
export const MODEL_FILE = "model.safetensors";

/** The gate between training and serving: whether a version may serve, and how that was found; see model-gate.ts. */
export interface Gate {
  /** A rejected version is kept to be looked at; nothing but an operator's word lets it rank. */
  readonly outcome: "accepted" | "rejected";
  /** One sentence, for an operator. */
  readonly reason: string;
  /** All discoveries first, then each sub-population. Empty when there was nothing to compare with. */
  readonly comparisons: readonly GateComparison[];
}

/** A candidate beside what serves, on the same discoveries of one population. */
export interface GateComparison {
  /** "all", "new", "light", "heavy", or "city:" and its id. */
  readonly population: string;
  readonly discoveries: number;
  /** Mean NDCG@10 of each. */
  readonly candidate: number;
  readonly control: number;
  /** One-sided: how likely a loss like this is where the candidate is in truth not worse; 0 to 1. */
  readonly pValue: number;
  /** Whether the loss is beyond what noise explains, all comparisons taken together. */
  readonly isWorse: boolean;
}

/** What is known of a model version; kept as manifest.json beside its numbers. */
export interface ModelManifest {
  /** Semantic version. */
  readonly version: string;
  readonly algorithm: string;
  /** ISO 8601. */
  readonly createTime: string;
  /** Identifies the feedback that the model was trained on. */
  readonly dataSnapshotId: string;
  readonly pipelineGitSha: string;
  /** "" outside a container. */
  readonly imageDigest: string;
  readonly feedbackRows: number;
  readonly users: number;
  readonly events: number;
  /** Hyper-parameters and learned weights by name. */
  readonly parameters: Readonly<Record<string, number>>;
  /**
   * What training was told, apart from data, by name: the same recipe on the same data gives the same model.
   * Absent in models from before it was kept.
   */
  readonly recipe?: Readonly<Record<string, string | number>>;
  /** Absent in models from before there was a gate, all of which served. */
  readonly gate?: Gate;
  /** Held-out metrics by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Shape of each array in the model file. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** SHA-256 of MODEL_FILE, by that name and no other: 64 lower-case hexadecimal digits. */
  readonly sha256: Readonly<Record<string, string>>;
}

const numbersByName = (value: unknown) => isRecord(value) && Object.values(value).every(Number.isFinite);
const text = (value: unknown) => typeof value === "string";
const count = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;

const checks: { readonly [Key in keyof ModelManifest]-?: (value: unknown) => boolean } = {
  version: (value) => typeof value === "string" && /^\d+\.\d+\.\d+$/.test(value),
  algorithm: text,
  createTime: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
  dataSnapshotId: text,
  pipelineGitSha: text,
  imageDigest: text,
  feedbackRows: count,
  users: count,
  events: count,
  parameters: numbersByName,
  recipe: (value) => value === undefined || isRecipe(value),
  gate: (value) => value === undefined || isGate(value),
  metrics: numbersByName,
  shapes: (value) => isRecord(value) && Object.values(value).every((s) => Array.isArray(s) && s.every(count)),
  sha256: (value) =>
    isRecord(value) &&
    Object.keys(value).join() === MODEL_FILE &&
    /^[0-9a-f]{64}$/.test(String(value[MODEL_FILE])),
};

/** Reads a manifest. Throws an error that names the first field that is wrong. */
export function parseManifest(json: string): ModelManifest {
  const value: unknown = JSON.parse(json);
  if (!isRecord(value)) throw new Error("the manifest is not an object");
  for (const [field, isRight] of Object.entries(checks)) {
    if (!isRight(value[field])) throw new Error(`the manifest's ${field} is missing or wrong`);
  }
  return value as unknown as ModelManifest;
}

/** Whether the gate turned this version away. */
export function isRejected({ gate }: Pick<ModelManifest, "gate">): boolean {
  return gate?.outcome === "rejected";
}

function isRecipe(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((each) => text(each) || Number.isFinite(each));
}

function isGate(value: unknown): boolean {
  return (
    isRecord(value) &&
    (value.outcome === "accepted" || value.outcome === "rejected") &&
    text(value.reason) &&
    Array.isArray(value.comparisons) &&
    value.comparisons.every(isComparison)
  );
}

function isComparison(value: unknown): boolean {
  if (!isRecord(value) || !text(value.population) || typeof value.isWorse !== "boolean") return false;
  return [value.discoveries, value.candidate, value.control, value.pValue].every(Number.isFinite);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** SHA-256 of the model's file. */
export function digestOf({ sha256 }: Pick<ModelManifest, "sha256">): string {
  return sha256[MODEL_FILE] ?? "";
}

/** Whether two models of one version are one, undefined standing for popularity: a number can come back with other bytes. */
export function isSameModel(a: ModelManifest | undefined, b: ModelManifest | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && digestOf(a) === digestOf(b));
}
