import type { Settings } from "@craic/runtime/settings.js";
import type { ChannelRecord } from "../models/channels.js";
import type { ModelDirectory } from "../models/model-directory.js";
import { isRejected, type ModelManifest } from "../models/model-manifest.js";
import { FILE_LAYOUT, isSameRecipe, parseVersion } from "../models/model-version.js";
import type { Recipe } from "./learning-data.js";

/** When a model is trained, and how many are kept. */
export interface TrainingRules {
  /** Rows of feedback that must have come in since the newest version was trained. */
  readonly minNewRows: number;
  /** The same as a share of the rows that it was trained on, 0 to 1; the larger of the two counts. */
  readonly minNewShare: number;
  /** Versions that are kept besides those that are needed. */
  readonly keepVersions: number;
}

export function readTrainingRules(settings: Settings): TrainingRules {
  return {
    minNewRows: settings.integer("CRAIC_TRAIN_MIN_NEW_ROWS", 50, 0, 1_000_000_000),
    minNewShare: settings.number("CRAIC_TRAIN_MIN_NEW_SHARE", 0.005, 0, 1),
    keepVersions: settings.integer("CRAIC_TRAIN_KEEP_VERSIONS", 10, 2, 1_000),
  };
}

/** The version that was trained last, and whether anything came of it. */
export interface NewestVersion {
  readonly manifest: ModelManifest;
  /** It was rejected, or it has been control: there is nothing left to do about it. */
  readonly isSettled: boolean;
}

/** Of those of this layout; undefined when there is none, or when its manifest cannot be read. */
export async function newestVersion(models: ModelDirectory): Promise<NewestVersion | undefined> {
  const version = (await models.versions()).findLast((each) => parseVersion(each)?.[0] === FILE_LAYOUT);
  if (version === undefined) return undefined;
  try {
    const manifest = await models.manifest(version);
    const record = await models.channelsFile.read();
    return { manifest, isSettled: isRejected(manifest) || hasServed(version, record) };
  } catch {
    return undefined;
  }
}

function hasServed(version: string, record: ChannelRecord | undefined): boolean {
  if (record === undefined) return false;
  const { published, journal } = record;
  return Object.values(published).includes(version) || journal.some(({ to }) => to === version);
}

/**
 * Why it is not worth training now: hardly any feedback has come in since the newest version was trained, by the
 * same recipe. undefined when it is.
 *
 * @param rows of feedback there are
 */
export function whyNotNow(
  newest: NewestVersion | undefined,
  rows: number,
  recipe: Recipe,
  { minNewRows, minNewShare }: TrainingRules,
): string | undefined {
  // A trainer that was killed before it could make its model control leaves the work to the next one.
  if (newest === undefined || !newest.isSettled || !isSameRecipe(newest.manifest.recipe, recipe))
    return undefined;
  const { feedbackRows, version } = newest.manifest;
  const needed = Math.max(minNewRows, Math.ceil(minNewShare * feedbackRows));
  const fresh = rows - feedbackRows;
  if (fresh >= needed) return undefined;
  return `${fresh} rows of feedback have come in since ${version} was trained; ${needed} are needed`;
}
