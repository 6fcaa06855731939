import { errorCode } from "./durable-file.js";
import { ChannelMoved, type ModelDirectory } from "./model-directory.js";
import { isRejected, type ModelManifest } from "./model-manifest.js";
import type { PublishingStep } from "./publishing-steps.js";

/** A model could not be published. Nothing is left of it, and what served goes on serving. */
export class NotPublished extends Error {
  constructor(version: string, why: string, cause?: unknown) {
    super(`model ${version} was not published: ${why}`, { cause });
    this.name = "NotPublished";
  }
}

/** Another model has become control than the one that this was compared with. */
export class ControlMoved extends NotPublished {
  constructor(version: string, compared: string, control: string) {
    const [before, now] = [compared, control].map((each) => each || "nothing");
    super(version, `it was compared with ${before}, and control was switched to ${now} meanwhile`);
    this.name = "ControlMoved";
  }
}

interface PublishOptions {
  /** What was control when the model was tested, "" for nothing: what is control by then is not replaced unseen. */
  readonly compared: string;
  /** Whether this trainer still has the lock. */
  readonly isAlone: () => Promise<boolean>;
  readonly afterStep?: (step: PublishingStep) => void;
}

/** Puts a model on the volume and, unless it was rejected, makes it control. Throws NotPublished, ControlMoved. */
export async function publishModel(
  models: ModelDirectory,
  manifest: Omit<ModelManifest, "sha256">,
  file: Uint8Array,
  { compared, isAlone, afterStep }: PublishOptions,
): Promise<ModelManifest> {
  const { version } = manifest;
  if (!(await isAlone()))
    throw new NotPublished(version, "the lock was lost, and another trainer may be at work");
  let published: ModelManifest | undefined;
  try {
    published = await models.publish(manifest, file, afterStep);
    if (!isRejected(published))
      await models.setChannel("control", version, { expected: compared, afterStep });
    return published;
  } catch (error) {
    if (published !== undefined) await models.remove(version);
    if (error instanceof ChannelMoved) throw new ControlMoved(version, compared, error.published);
    throw new NotPublished(version, explain(error, models.path), error);
  }
}

function explain(error: unknown, path: string): string {
  const code = errorCode(error) ?? errorCode(error instanceof Error ? error.cause : undefined);
  if (code === "ENOSPC") return `no space is left for it at ${path} (ENOSPC)`;
  if (code === "EDQUOT") return `the quota at ${path} is used up (EDQUOT)`;
  return error instanceof Error ? error.message : String(error);
}
