import { errorCode } from "./durable-file.js";
import type { ModelDirectory } from "./model-directory.js";
import { isRejected, type ModelManifest } from "./model-manifest.js";
import type { PublishingStep } from "./publishing-steps.js";

/** A model could not be published. Nothing is left of it, and what served goes on serving. */
export class NotPublished extends Error {
  constructor(version: string, why: string, cause?: unknown) {
    super(`model ${version} was not published: ${why}`, { cause });
    this.name = "NotPublished";
  }
}

interface PublishOptions {
  /** Whether this trainer still has the lock. */
  readonly isAlone: () => Promise<boolean>;
  readonly afterStep?: (step: PublishingStep) => void;
}

/** Puts a model on the volume and, unless it was rejected, makes it control. Throws NotPublished. */
export async function publishModel(
  models: ModelDirectory,
  manifest: Omit<ModelManifest, "sha256">,
  file: Uint8Array,
  { isAlone, afterStep }: PublishOptions,
): Promise<ModelManifest> {
  const { version } = manifest;
  if (!(await isAlone()))
    throw new NotPublished(version, "the lock was lost, and another trainer may be at work");
  let published: ModelManifest | undefined;
  try {
    published = await models.publish(manifest, file, afterStep);
    if (!isRejected(published)) await models.setChannel("control", version, afterStep);
    return published;
  } catch (error) {
    if (published !== undefined) await models.remove(version);
    throw new NotPublished(version, explain(error, models.path), error);
  }
}

function explain(error: unknown, path: string): string {
  const code = errorCode(error) ?? errorCode(error instanceof Error ? error.cause : undefined);
  if (code === "ENOSPC") return `no space is left for it at ${path} (ENOSPC)`;
  if (code === "EDQUOT") return `the quota at ${path} is used up (EDQUOT)`;
  return error instanceof Error ? error.message : String(error);
}
