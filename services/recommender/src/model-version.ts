/** A semantic version in numbers. */
type Parts = readonly [major: number, minor: number, patch: number];

/**
 * The major number changes with what is in the file, so that an older program does not read it wrongly; the
 * minor number with each training.
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

/** The version of the next model to be trained. */
export function nextVersion(existing: readonly string[]): string {
  const minors = existing.flatMap((text) => {
    const parts = parseVersion(text);
    return parts !== undefined && parts[0] === FILE_LAYOUT ? [parts[1]] : [];
  });
  return `${FILE_LAYOUT}.${Math.max(-1, ...minors) + 1}.0`;
}
