import { createRandom } from "./random.js";

const sample = (seed: number, count: number) => {
  const random = createRandom(seed);
  return Array.from({ length: count }, random);
};

describe("createRandom()", () => {
  it("repeats itself for the same seed and not for another", () => {
    expect(sample(7, 5)).toEqual(sample(7, 5));
    expect(sample(7, 5)).not.toEqual(sample(8, 5));
  });

  it("stays within [0, 1) and spreads evenly over it", () => {
    const numbers = sample(42, 100_000);
    const bins = new Array<number>(10).fill(0);
    for (const number of numbers) bins[Math.floor(number * 10)]! += 1;
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    // 10,000 expected in each, standard deviation 95: five of them is once in a million.
    for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(475);
  });

  it("gives numbers that do not follow from the one before", () => {
    const numbers = sample(3, 50_000);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    let covariance = 0;
    for (let i = 1; i < numbers.length; i++) covariance += (numbers[i - 1]! - mean) * (numbers[i]! - mean);
    expect(Math.abs(covariance / numbers.length) * 12).toBeLessThan(0.03);
  });

  it("takes a seed of any size", () => {
    expect(sample(2 ** 32 + 5, 3)).toEqual(sample(5, 3));
    expect(sample(0, 2)).not.toEqual([0, 0]);
  });
});
