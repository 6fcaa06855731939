import { chiSquareUpperTail } from "@craic/numerics/chi-square.js";

/** Below this the people are not divided as they should be, and no figure of the experiment can be believed. */
export const SAMPLE_RATIO_LEVEL = 0.001;

/**
 * The p-value of a chi-square test of whether people were divided among variants by their weights: something
 * that loses people of one variant more than of another spoils every comparison. Source: Fabijan et al., "Diagnosing
 * Sample Ratio Mismatch in Online Controlled Experiments", KDD 2019.
 *
 * @param users people of each variant
 * @param weights what share of all each should have, > 0, of any sum
 * @returns 1 where there is nobody, or only one variant
 */
export function sampleRatioPValue(users: readonly number[], weights: readonly number[]): number {
  const people = users.reduce((sum, each) => sum + each, 0);
  const weight = weights.reduce((sum, each) => sum + each, 0);
  if (people === 0 || users.length < 2) return 1;
  let chiSquare = 0;
  for (const [i, observed] of users.entries()) {
    const expected = (people * weights[i]!) / weight;
    chiSquare += (observed - expected) ** 2 / expected;
  }
  return chiSquareUpperTail(chiSquare, users.length - 1);
}
