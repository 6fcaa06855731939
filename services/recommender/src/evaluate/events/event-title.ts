/** What counts an edition rather than names the event: "3rd", "VII". Words that say nothing are with them. */
const EMPTY_WORDS =
  /^(i{1,3}|i[vx]|vi{0,3}|xi{0,3}|st|nd|rd|th|the|and|of|at|in|de|du|la|le|der|die|und|og)$/;

/**
 * The words of an event's title that its editions share: lower case, without accents, years, numbers and
 * little words; each once, in alphabetical order.
 */
export function titleWords(title: string): string[] {
  const plain = title
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "");
  const words = plain.split(/[^\p{Letter}]+/u).filter((word) => word.length > 1 && !EMPTY_WORDS.test(word));
  return [...new Set(words)].sort();
}
