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
  /** Held-out metrics by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Shape of each array in the model file. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** SHA-256 of each file, 64 lower-case hexadecimal digits. */
  readonly sha256: Readonly<Record<string, string>>;
}

const numbersByName = (value: unknown) => isRecord(value) && Object.values(value).every(Number.isFinite);
const text = (value: unknown) => typeof value === "string";
const count = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;

const checks: { readonly [Key in keyof ModelManifest]: (value: unknown) => boolean } = {
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
  metrics: numbersByName,
  shapes: (value) => isRecord(value) && Object.values(value).every((s) => Array.isArray(s) && s.every(count)),
  sha256: (value) => isRecord(value) && Object.values(value).every((d) => /^[0-9a-f]{64}$/.test(String(d))),
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
