import type { ModelManifest } from "./model-manifest.js";

/** A semantic version in numbers. */
type Parts = readonly [major: number, minor: number, patch: number];

/**
 * The major number: it changes with what is in the file or how that is ranked by, so that an older program does not
 * read it wrongly.
 */
export const FILE_LAYOUT = 1;

/** undefined for what is not a version of ours, such as a directory that is still being written. */
export function parseVersion(text: string): Parts | undefined {
  const match = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** Orders versions from the oldest to the newest. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a) ?? [0, 0, 0], parseVersion(b) ?? [0, 0, 0]];
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/**
 * The version of the next model to be trained: the next patch where the newest was trained by the same recipe, the
 * next minor where terms or hyper-parameters are others, and the first of a new major number where the file is.
 *
 * @param taken versions that there are or were, of any layout
 * @param newest what is said of the newest that there is; undefined where that cannot be read
 */
export function nextVersion(
  taken: readonly string[],
  newest: Pick<ModelManifest, "version" | "recipe"> | undefined,
  recipe: ModelManifest["recipe"],
): string {
  const last = taken
    .toSorted(compareVersions)
    .map(parseVersion)
    .findLast((parts) => parts?.[0] === FILE_LAYOUT);
  if (last === undefined) return `${FILE_LAYOUT}.0.0`;
  const [major, minor, patch] = last;
  // What has the same minor number has the same recipe, so that of a version which is gone may be known.
  const known = parseVersion(newest?.version ?? "")?.[1] === minor ? newest?.recipe : undefined;
  return isSameRecipe(known, recipe) ? `${major}.${minor}.${patch + 1}` : `${major}.${minor + 1}.0`;
}

/** Whether two models were trained alike, but for their data. */
export function isSameRecipe(a: ModelManifest["recipe"], b: ModelManifest["recipe"]): boolean {
  if (a === undefined || b === undefined) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
