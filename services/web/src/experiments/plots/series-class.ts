/** As many colours as can be told apart; further variants have them again, dashed. */
const COLOURS = 7;

/** The colour of a variant: the control's is grey, and each other keeps its own wherever it is drawn. */
export function seriesClass(variants: readonly string[], variant: string): string {
  const place = variants.indexOf(variant);
  if (place <= 0) return "series-control";
  const colour = `series-${((place - 1) % COLOURS) + 1}`;
  return place > COLOURS ? `${colour} series-dashed` : colour;
}
