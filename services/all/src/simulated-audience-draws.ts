import { createRandom } from "@craic/numerics/random.js";

/** Gives each name a source of random numbers of its own. */
export type RandomOf = (...name: readonly string[]) => () => number;

/**
 * Sources of random numbers that belong to names: what is drawn for one person and event stays the same,
 * whoever and whatever else is drawn for.
 */
export function createRandomOf(seed: number): RandomOf {
  const hashes = new Map<string, number>();
  const hashOf = (text: string) => {
    const hash = hashes.get(text) ?? fnv1a(text);
    hashes.set(text, hash);
    return hash;
  };
  return (...name) => createRandom(name.reduce((state, part) => combined(state, hashOf(part)), seed));
}

/** One of two hashes that depends on their order. */
function combined(state: number, hash: number): number {
  const product = Math.imul(state ^ hash, 0x9e3779b1);
  return product ^ (product >>> 15);
}

/** FNV-1a, 32 bits, over UTF-16 units. Source: Fowler, Noll and Vo, draft-eastlake-fnv-17, section 2. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** Standard normal. Source: Box and Muller, Annals of Mathematical Statistics 29, 1958. */
export function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Gamma with the given shape and scale 1. Source: Marsaglia and Tsang, "A Simple Method for Generating Gamma
 * Variables", ACM TOMS 26, 2000; section 6 there for shapes below 1.
 */
export function drawGamma(shape: number, random: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** The probability whose log-odds these are. */
export function logistic(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
