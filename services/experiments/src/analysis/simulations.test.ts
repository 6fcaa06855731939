import { createRandom } from "@craic/numerics/random.js";
import { alwaysValid } from "./always-valid.js";
import { adjustForBefore, type PairedMoments, varianceReduction } from "./cuped.js";
import { sampleRatioPValue } from "./sample-ratio.js";
import { type Moments, meanOf, momentsOf, type Proportion, varianceOf } from "./samples.js";
import { compareProportions } from "./two-proportions.js";
import { compareMeans } from "./welch.js";

// Looked up once: where tests run, a look at a global costs more than the function.
const { PI, cos, log, sqrt } = Math;

/** Four standard deviations of a share that is p in truth, seen in that many runs: seldom more by chance. */
const noise = (p: number, runs: number) => 4 * sqrt((p * (1 - p)) / runs);

/** A standard normal number. Source: Box and Muller, 1958. */
function normal(random: () => number): number {
  return sqrt(-2 * log(1 - random())) * cos(2 * PI * random());
}

/** How many of n people do it, each with probability p: exact for what is small, by the normal beyond. */
function binomial(n: number, p: number, random: () => number): number {
  if (n > 200) return Math.round(n * p + sqrt(n * p * (1 - p)) * normal(random));
  let count = 0;
  for (let i = 0; i < n; i++) if (random() < p) count++;
  return count;
}

function group(users: number, rate: number, random: () => number): Proportion {
  return { users, conversions: binomial(users, rate, random) };
}

const shareOf = (runs: number, happens: () => boolean) => {
  let count = 0;
  for (let run = 0; run < runs; run++) if (happens()) count++;
  return count / runs;
};

describe("with nothing to find", () => {
  it("one look is wrong in 5 of 100 experiments", () => {
    const random = createRandom(1);
    const share = shareOf(4_000, () => {
      const [a, b] = [group(2_000, 0.1, random), group(2_000, 0.1, random)];
      return compareProportions(a, b, 0.95).pValue < 0.05;
    });
    expect(Math.abs(share - 0.05)).toBeLessThan(noise(0.05, 4_000));
  });

  it("means of a skewed number are too, with groups of different size and spread", () => {
    const random = createRandom(2);
    const skewed = (users: number, scale: number): Moments => {
      let [sum, sumOfSquares] = [0, 0];
      for (let i = 0; i < users; i++) {
        const y = scale * (-log(1 - random()) - 1); // exponential, its mean taken off
        sum += y;
        sumOfSquares += y * y;
      }
      return { users, sum, sumOfSquares };
    };
    const share = shareOf(1_000, () => compareMeans(skewed(300, 1), skewed(150, 3), 0.95).pValue < 0.05);
    expect(Math.abs(share - 0.05)).toBeLessThan(noise(0.05, 1_000) + 0.01); // skewness costs a little
  });

  it("looking every day is wrong far more often with one look's test, and not with the one that is always valid", () => {
    const random = createRandom(3);
    const runs = 1_000;
    let fooled = 0;
    let wrong = 0;
    let uncovered = 0;
    for (let run = 0; run < runs; run++) {
      let [a, b] = [group(0, 0.1, random), group(0, 0.1, random)];
      let [isFooled, isWrong, isUncovered] = [false, false, false];
      for (let day = 0; day < 60; day++) {
        a = added(a, group(300, 0.1, random));
        b = added(b, group(300, 0.1, random));
        const { difference, pValue } = compareProportions(a, b, 0.95);
        const always = alwaysValid(difference, varianceOfDifference(a, b), a.users + b.users, 0.05);
        isFooled ||= pValue < 0.05;
        isWrong ||= always.pValue < 0.05;
        isUncovered ||= always.interval.low > 0 || always.interval.high < 0;
      }
      fooled += isFooled ? 1 : 0;
      wrong += isWrong ? 1 : 0;
      uncovered += isUncovered ? 1 : 0;
    }
    expect(fooled / runs).toBeGreaterThan(0.25);
    expect(wrong / runs).toBeLessThan(0.05 + noise(0.05, runs));
    expect(uncovered).toBe(wrong); // the p-value and the interval say the same
  });

  it("an even split is called uneven in 1 of 1000 experiments", () => {
    const random = createRandom(4);
    const share = shareOf(20_000, () => {
      const first = binomial(10_000, 0.5, random);
      return sampleRatioPValue([first, 10_000 - first], [1, 1]) < 0.001;
    });
    expect(share).toBeLessThan(0.001 + noise(0.001, 20_000));
  });
});

describe("with something to find", () => {
  it("one look finds a lift as often as its power says", () => {
    const random = createRandom(5);
    const share = shareOf(2_000, () => {
      const [a, b] = [group(14_751, 0.1, random), group(14_751, 0.11, random)];
      return compareProportions(a, b, 0.95).pValue < 0.05;
    });
    expect(Math.abs(share - 0.8)).toBeLessThan(noise(0.8, 2_000));
  });

  it("looking every day finds nearly all that is twice as large, most of it early", () => {
    const random = createRandom(6);
    const days: number[] = [];
    for (let run = 0; run < 300; run++) {
      let [a, b] = [group(0, 0.1, random), group(0, 0.1, random)];
      for (let day = 1; day <= 50; day++) {
        a = added(a, group(300, 0.1, random));
        b = added(b, group(300, 0.12, random));
        const { difference } = compareProportions(a, b, 0.95);
        if (alwaysValid(difference, varianceOfDifference(a, b), a.users + b.users, 0.05).pValue < 0.05) {
          days.push(day);
          break;
        }
      }
    }
    expect(days.length / 300).toBeGreaterThan(0.9);
    expect(days.sort((a, b) => a - b)[Math.floor(days.length / 2)]).toBeLessThan(30);
  });

  it("intervals hold the truth 95 times of 100", () => {
    const random = createRandom(7);
    let [difference, lift] = [0, 0];
    const runs = 3_000;
    for (let run = 0; run < runs; run++) {
      const found = compareProportions(group(3_000, 0.1, random), group(3_000, 0.13, random), 0.95);
      if (found.differenceInterval.low <= 0.03 && 0.03 <= found.differenceInterval.high) difference++;
      if (found.liftInterval.low <= 0.3 && 0.3 <= found.liftInterval.high) lift++;
    }
    expect(Math.abs(difference / runs - 0.95)).toBeLessThan(noise(0.95, runs));
    expect(Math.abs(lift / runs - 0.95)).toBeLessThan(noise(0.95, runs));
  });

  it("what people did before makes intervals narrower, and is no less often right", () => {
    const random = createRandom(8);
    const people = (users: number, effect: number): PairedMoments => {
      const sums = { users, sum: 0, sumOfSquares: 0, sumBefore: 0, sumOfSquaresBefore: 0, sumOfProducts: 0 };
      for (let i = 0; i < users; i++) {
        const before = 5 + normal(random);
        const y = 2 + 0.8 * (before - 5) + 0.6 * normal(random) + effect; // correlation 0.8
        sums.sum += y;
        sums.sumOfSquares += y * y;
        sums.sumBefore += before;
        sums.sumOfSquaresBefore += before * before;
        sums.sumOfProducts += y * before;
      }
      return sums;
    };
    const runs = 500;
    let [covered, reduction, difference] = [0, 0, 0];
    for (let run = 0; run < runs; run++) {
      const [a, b] = [people(200, 0), people(200, 0.2)];
      const [a1, b1] = adjustForBefore([a, b]);
      const found = compareMeans(a1!, b1!, 0.95);
      if (found.differenceInterval.low <= 0.2 && 0.2 <= found.differenceInterval.high) covered++;
      reduction += varianceReduction(a, a1!) / runs;
      difference += found.difference / runs;
    }
    expect(Math.abs(covered / runs - 0.95)).toBeLessThan(noise(0.95, runs));
    expect(reduction).toBeCloseTo(0.64, 1); // ρ²
    expect(Math.abs(difference - 0.2)).toBeLessThan(0.01);
  });
});

describe("adjustForBefore()", () => {
  it("leaves everything as it is where nothing is known of before", () => {
    const known = { users: 3, sum: 6, sumOfSquares: 14 };
    const blank = { ...known, sumBefore: 0, sumOfSquaresBefore: 0, sumOfProducts: 0 };
    expect(adjustForBefore([blank, blank])).toEqual([known, known]);
  });

  it("takes all of the variance away where before foretells everything", () => {
    // y = 2x + variant, x = 1, 2, 3
    const of = (extra: number): PairedMoments => ({
      users: 3,
      sum: 12 + 3 * extra,
      sumOfSquares: [2, 4, 6].reduce((sum, y) => sum + (y + extra) ** 2, 0),
      sumBefore: 6,
      sumOfSquaresBefore: 14,
      sumOfProducts: 28 + 6 * extra,
    });
    const [a, b] = adjustForBefore([of(0), of(1)]);
    expect(varianceOf(a!)).toBeCloseTo(0, 10);
    expect(meanOf(b!) - meanOf(a!)).toBeCloseTo(1, 12);
  });
});

function added(a: Proportion, b: Proportion): Proportion {
  return { users: a.users + b.users, conversions: a.conversions + b.conversions };
}

function varianceOfDifference(a: Proportion, b: Proportion): number {
  return varianceOf(momentsOf(a)) / a.users + varianceOf(momentsOf(b)) / b.users;
}
