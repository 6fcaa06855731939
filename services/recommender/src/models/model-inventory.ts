import { stat } from "node:fs/promises";
import type { ModelDirectory } from "./model-directory.js";
import { isRejected, type ModelManifest } from "./model-manifest.js";

export type ModelCondition = "available" | "rejected" | "withdrawn" | "unusable";

/** What is to be said of a version on the volume. */
export interface ModelEntry {
  readonly version: string;
  /** undefined when it cannot be read. */
  readonly manifest: ModelManifest | undefined;
  readonly condition: ModelCondition;
  readonly reason: string;
}

/** What was found out about a version, for as long as its files are the same. */
interface Checked {
  readonly fingerprint: string;
  /** Why it cannot be loaded; undefined when it can. */
  readonly problem: unknown;
}

/**
 * Says what versions are good for. Each is read once, as it would be to rank with it, and let go again: what was
 * found is remembered while its files stay as they are.
 */
export class ModelInventory {
  private readonly checked = new Map<string, Checked>();

  constructor(private readonly models: ModelDirectory) {}

  /** @param withdrawn versions that were rolled back, and why */
  async describe(version: string, withdrawn: Readonly<Record<string, string>>): Promise<ModelEntry> {
    let manifest: ModelManifest | undefined;
    try {
      manifest = await this.models.manifest(version);
      const problem = await this.problemWith(version);
      if (problem !== undefined) throw problem;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { version, manifest, condition: "unusable", reason };
    }
    const why = withdrawn[version];
    if (why !== undefined) return { version, manifest, condition: "withdrawn", reason: why };
    const condition = isRejected(manifest) ? "rejected" : "available";
    return { version, manifest, condition, reason: manifest.gate?.reason ?? "" };
  }

  /** Those of them that are there and can be ranked with. */
  async usable(versions: readonly string[]): Promise<string[]> {
    const usable: string[] = [];
    // One after the other: only one is in memory at a time.
    for (const version of versions) {
      if ((await this.describe(version, {})).condition !== "unusable") usable.push(version);
    }
    return usable;
  }

  private async problemWith(version: string): Promise<unknown> {
    const files = await Promise.all(this.models.filesOf(version).map((path) => stat(path)));
    const fingerprint = files.map(({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`).join();
    const known = this.checked.get(version);
    if (known?.fingerprint === fingerprint) return known.problem;
    const problem = await this.models.load(version).then(
      () => undefined,
      (error: unknown) => error,
    );
    this.checked.set(version, { fingerprint, problem });
    return problem;
  }
}
