// Looked up once: where tests run, a look at a global costs more than the draw.
const { imul } = Math;

/**
 * A repeatable source of numbers that are uniform in [0, 1), for simulations, samples and tests.
 *
 * The generator is SplitMix with 32 bits: a counter that steps by the golden ratio, its bits mixed by
 * multiplications and shifts. Period 2³². Not for secrets.
 * Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
 *
 * @param seed any number; only its lowest 32 bits count
 */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = imul(z ^ (z >>> 16), 0x21f0aaad);
    z = imul(z ^ (z >>> 15), 0x735a2d97);
    z ^= z >>> 15;
    return (z >>> 0) / 0x1_0000_0000;
  };
}
