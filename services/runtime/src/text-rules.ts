/** A UUID in its canonical form. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a whole text matches a regular expression. */
export function matchesWhole(pattern: string): (text: string) => boolean {
  const expression = new RegExp(`^(?:${pattern})$`, "u");
  return (text) => expression.test(text);
}

/**
 * How many Unicode code points a text has, counted only where that decides: a text has at least half as many
 * code points as UTF-16 units, and at most as many.
 */
export function codePoints(
  text: string,
  { minLength, maxLength }: { minLength: number; maxLength: number },
): number {
  const units = text.length;
  const surelyLongEnough = units >= 2 * minLength;
  const surelyShortEnough = maxLength === 0 || units <= maxLength;
  if (surelyLongEnough && surelyShortEnough) return units;
  let count = 0;
  for (let i = 0; i < units; i++) {
    // The second half of a surrogate pair is no code point of its own.
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}
