import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { ModelDirectory } from "./model-directory.js";
import { digestOf, isRejected, type ModelManifest } from "./model-manifest.js";

export type ModelCondition = "available" | "rejected" | "withdrawn" | "unusable";

/** What is to be said of a version on the volume. */
export interface ModelEntry {
  readonly version: string;
  /** undefined when it cannot be read. */
  readonly manifest: ModelManifest | undefined;
  readonly condition: ModelCondition;
  readonly reason: string;
}

/** What was found out about a model's file, for as long as the file is the same. */
interface Checked {
  readonly fingerprint: string;
  readonly sha256: string;
}

/** Looks at versions without loading them. A file is read once: its digest is remembered while it stays as it is. */
export class ModelInventory {
  private readonly checked = new Map<string, Checked>();

  constructor(private readonly models: ModelDirectory) {}

  /** @param withdrawn versions that were rolled back, and why */
  async describe(version: string, withdrawn: Readonly<Record<string, string>>): Promise<ModelEntry> {
    let manifest: ModelManifest | undefined;
    try {
      manifest = await this.models.manifest(version);
      const sha256 = await this.digest(version);
      const promised = digestOf(manifest);
      if (sha256 !== promised) throw new Error(`its file has the digest ${sha256}, not ${promised}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { version, manifest, condition: "unusable", reason };
    }
    const why = withdrawn[version];
    if (why !== undefined) return { version, manifest, condition: "withdrawn", reason: why };
    const condition = isRejected(manifest) ? "rejected" : "available";
    return { version, manifest, condition, reason: manifest.gate?.reason ?? "" };
  }

  private async digest(version: string): Promise<string> {
    const path = this.models.pathOfModel(version);
    const { ino, size, mtimeMs } = await stat(path);
    const fingerprint = `${ino} ${size} ${mtimeMs}`;
    const known = this.checked.get(version);
    if (known?.fingerprint === fingerprint) return known.sha256;
    const hash = createHash("sha256");
    // A chunk at a time: requests are answered meanwhile.
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    const sha256 = hash.digest("hex");
    this.checked.set(version, { fingerprint, sha256 });
    return sha256;
  }
}
