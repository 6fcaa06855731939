import { benjaminiHochbergAdjusted, holmAdjusted } from "@craic/numerics/adjusted-p-values.js";
import { posteriors } from "./posterior.js";
import { daysLeft, powerOf, usersNeeded } from "./power.js";
import { sampleRatioPValue } from "./sample-ratio.js";
import { compareProportions } from "./two-proportions.js";
import { compareMeans } from "./welch.js";

// The expected figures are those of SciPy 1.17 and statsmodels 0.14 for the same input; each test names the call.

describe("compareProportions() agrees with proportions_ztest and confint_proportions_2indep (wald, log)", () => {
  it.each([
    [
      1000, 100, 1000, 130, 0.03548845046647471, 0.0020679344393763587, 0.057932065560623636,
      0.01698427097104549, 0.6617759470226023,
    ],
    [
      5000, 250, 5100, 249, 0.7850267675579055, -0.009630675134030812, 0.007277733957560213,
      -0.17708376533969994, 0.15867784536075402,
    ],
    [
      200, 3, 150, 9, 0.022044951290133764, 0.003428660269847325, 0.08657133973015267, 0.10176720013842755,
      13.522124091178004,
    ],
    [
      100_000, 10_000, 100_000, 10_300, 0.02632823304899259, 0.00035302528201490305, 0.005646974717985075,
      0.0034827927572722572, 0.057217929053832384,
    ],
  ])("%d people, %d did; %d people, %d did", (n0, c0, n1, c1, pValue, low, high, liftLow, liftHigh) => {
    const found = compareProportions({ users: n0, conversions: c0 }, { users: n1, conversions: c1 }, 0.95);
    expect(found.difference).toBeCloseTo(c1 / n1 - c0 / n0, 14);
    expect(found.pValue).toBeCloseTo(pValue, 11);
    expect(found.differenceInterval.low).toBeCloseTo(low, 11);
    expect(found.differenceInterval.high).toBeCloseTo(high, 11);
    expect(found.lift).toBeCloseTo(c1 / n1 / (c0 / n0) - 1, 13);
    expect(found.liftInterval.low).toBeCloseTo(liftLow, 10);
    expect(found.liftInterval.high).toBeCloseTo(liftHigh, 10);
  });

  it("finds no difference where nobody or everybody did it, and no lift over nothing", () => {
    const nobody = { users: 10, conversions: 0 };
    const all = { users: 10, conversions: 10 };
    expect(compareProportions(nobody, nobody, 0.95)).toMatchObject({
      pValue: 1,
      difference: 0,
      lift: Number.NaN,
    });
    expect(compareProportions(all, all, 0.95).pValue).toBe(1);
    expect(compareProportions(nobody, all, 0.95).liftInterval).toEqual({ low: Number.NaN, high: Number.NaN });
  });

  it("says nothing of an empty group", () => {
    const { difference, pValue } = compareProportions(
      { users: 0, conversions: 0 },
      { users: 5, conversions: 1 },
      0.95,
    );
    expect([difference, pValue]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe("compareMeans() agrees with ttest_ind(equal_var=False)", () => {
  const control = { users: 12, sum: 52, sumOfSquares: 296 };
  const variant = { users: 15, sum: 69.5, sumOfSquares: 461.25 };

  it("in p-value and interval", () => {
    const found = compareMeans(control, variant, 0.95);
    expect(found.pValue).toBeCloseTo(0.7863001585475109, 10);
    expect(found.differenceInterval.low).toBeCloseTo(-1.9545991392890967, 9);
    expect(found.differenceInterval.high).toBeCloseTo(2.554599139289098, 9);
    expect(found.lift).toBeCloseTo(0.3 / (52 / 12), 12);
    expect(found.liftInterval.low).toBeLessThan(found.lift);
  });

  it("and knows what it cannot say", () => {
    expect(compareMeans({ users: 1, sum: 3, sumOfSquares: 9 }, variant, 0.95).pValue).toBeNaN();
    const constant = { users: 4, sum: 8, sumOfSquares: 16 };
    expect(compareMeans(constant, constant, 0.95)).toMatchObject({ difference: 0, pValue: 1 });
  });
});

describe("sampleRatioPValue() agrees with chisquare", () => {
  it.each([
    [[1000, 1000], [1, 1], 1],
    [[821_588, 815_482], [0.5, 0.5], 1.8217928726191858e-6],
    [[100, 120, 90, 110], [1, 1, 1, 1], 0.19008523190369533],
    [[900, 50, 50], [0.9, 0.05, 0.05], 1],
  ])("%j of weights %j", (users, weights, expected) => {
    expect(sampleRatioPValue(users, weights) / expected).toBeCloseTo(1, 9);
  });

  it("has nothing to object to where there is nobody", () => {
    expect(sampleRatioPValue([0, 0], [1, 1])).toBe(1);
    expect(sampleRatioPValue([7], [1])).toBe(1);
  });
});

describe("adjusted p-values agree with multipletests", () => {
  it.each([
    [
      [0.01, 0.04, 0.03, 0.005, 0.5],
      [0.04, 0.09, 0.09, 0.025, 0.5],
      [0.025, 0.05, 0.05, 0.025, 0.5],
    ],
    [
      [0.02, 0.02, 0.9, 0.001, 0.8, 0.04],
      [0.1, 0.1, 1, 0.006, 1, 0.12],
      [0.04, 0.04, 0.9, 0.006, 0.9, 0.06],
    ],
    [[], [], []],
  ])("%j", (pValues, holm, benjaminiHochberg) => {
    holmAdjusted(pValues).forEach((value, i) => {
      expect(value).toBeCloseTo(holm[i]!, 14);
    });
    benjaminiHochbergAdjusted(pValues).forEach((value, i) => {
      expect(value).toBeCloseTo(benjaminiHochberg[i]!, 14);
    });
  });
});

describe("posteriors() agrees with quadrature over scipy.stats.beta", () => {
  it.each([
    [
      [
        [1000, 100],
        [1000, 130],
      ],
      [0.01783493388361995, 0.9821650661163467],
      [0.030032494251977182, 9.237449149812615e-5],
      [
        [0.08293639849581784, 0.1201691298758606],
        [0.11058665388805146, 0.1522861853527264],
      ],
    ],
    [
      [
        [10, 0],
        [10, 0],
      ],
      [0.5, 0.5],
      [0.039854943280832195, 0.039854943280832195],
      [
        [0.002298972213814267, 0.28491415291815436],
        [0.002298972213814267, 0.28491415291815436],
      ],
    ],
    [
      [
        [500, 40],
        [510, 44],
        [495, 60],
      ],
      [0.013350558349380206, 0.03325534280758604, 0.9533940988398335],
      [0.041416863997432926, 0.03519954577034129, 0.00035375225927489207],
      [
        [0.059365415452670614, 0.10713440568154763],
        [0.06495810362560951, 0.11386926911995547],
        [0.09539297925741598, 0.15295382985559938],
      ],
    ],
    [
      [
        [0, 0],
        [3, 3],
      ],
      [0.2, 0.8],
      [1 / 3, 1 / 30],
      [
        [0.025, 0.975],
        [0.3976353643835253, 0.9936905367902902],
      ],
    ],
  ])("people and conversions %j", (variants, chances, losses, intervals) => {
    const found = posteriors(
      variants.map(([users, conversions]) => ({ users: users!, conversions: conversions! })),
    );
    found.forEach(({ chanceToWin, expectedLoss, credibleInterval }, i) => {
      expect(chanceToWin).toBeCloseTo(chances[i]!, 6);
      expect(expectedLoss).toBeCloseTo(losses[i]!, 6);
      expect(credibleInterval.low).toBeCloseTo(intervals[i]![0]!, 9);
      expect(credibleInterval.high).toBeCloseTo(intervals[i]![1]!, 4);
    });
  });

  it("divides the chance to win among all, none left over", () => {
    const found = posteriors([
      { users: 90_000, conversions: 9_000 },
      { users: 90_000, conversions: 9_050 },
      { users: 90_000, conversions: 9_100 },
      { users: 90_000, conversions: 8_900 },
    ]);
    expect(found.reduce((sum, { chanceToWin }) => sum + chanceToWin, 0)).toBeCloseTo(1, 7);
  });
});

describe("usersNeeded()", () => {
  // Fleiss's formula, computed with scipy.stats.norm.ppf.
  it.each([
    [0.1, 0.1, 0.05, 0.8, 14_751],
    [0.02, 0.2, 0.05, 0.9, 28_258],
    [0.5, -0.05, 0.01, 0.8, 9_336],
  ])("for a rate of %d and a lift of %d at %d with power %d is %d", (rate, lift, alpha, power, users) => {
    expect(usersNeeded(rate, lift, { alpha, power })).toBe(users);
  });

  it.each([
    [0, 0.1],
    [0.9, 0.2],
    [0.1, 0],
    [0.1, -1],
  ])("is out of reach for a rate of %d and a lift of %d", (rate, lift) => {
    expect(usersNeeded(rate, lift, { alpha: 0.05, power: 0.8 })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("powerOf()", () => {
  it("agrees with NormalIndPower().power(0.1, 400, 0.05)", () => {
    expect(powerOf(0.1, 2 / 400, 0.05)).toBeCloseTo(0.2929889364479872, 10);
  });

  it("is the level where there is no difference", () => {
    expect(powerOf(0, 1, 0.05)).toBeCloseTo(0.05, 12);
  });
});

describe("daysLeft()", () => {
  it.each([
    [1000, 1000, 3, 0],
    [1000, 100, 1, 9],
    [1000, 0, 1, Number.POSITIVE_INFINITY],
  ])("until %d, with %d after %d days: %d", (needed, users, days, left) => {
    expect(daysLeft(needed, users, days)).toBe(left);
  });
});
