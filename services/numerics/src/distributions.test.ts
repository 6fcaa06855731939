import { chiSquareUpperTail } from "./chi-square.js";
import { incompleteBeta } from "./incomplete-beta.js";
import { logGamma } from "./log-gamma.js";
import { normalQuantile, normalUpperTail } from "./normal.js";
import { studentQuantile, studentUpperTail } from "./student-t.js";

// The figures are SciPy's (1.17): gammaln, betainc, chi2.sf, t.sf, t.ppf, norm.ppf.

describe("logGamma()", () => {
  it.each([
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [1, 0],
    [1.5, -0.12078223763524526],
    [10, 12.801827480081469],
    [123.456, 469.6055471299295],
    [1e5, 1051287.7089736569],
  ])("is right at %d", (x, expected) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
  });
});

describe("incompleteBeta()", () => {
  it.each([
    [0.3, 2, 5, 0.5798250000000003],
    [0.5, 0.5, 0.5, 0.5],
    [0.01, 1, 50, 0.39499393286246337],
    [0.9, 30, 2, 0.1695646331008649],
    [0.11, 110, 890, 0.5104850775100227],
    [0.105, 1050, 8950, 0.5034270295236986],
    [1e-6, 0.3, 1000, 0.14022776559896352],
    [0.5, 20_000, 20_100, 0.6912447164684654],
  ])("is right at %d for %d and %d", (x, a, b, expected) => {
    expect(incompleteBeta(x, a, b) / expected).toBeCloseTo(1, 9);
  });

  it("is 0 and 1 at and beyond the ends", () => {
    expect([-1, 0, 1, 2].map((x) => incompleteBeta(x, 3, 4))).toEqual([0, 0, 1, 1]);
  });

  it.each([0, -1, Number.NaN])("refuses %d for a", (a) => {
    expect(() => incompleteBeta(0.5, a, 1)).toThrow("above zero");
  });
});

describe("chiSquareUpperTail()", () => {
  it.each([
    [3.841458820694124, 1, 0.05],
    [10.828, 1, 0.0009997657195830916],
    [5.991, 2, 0.05001161502657909],
    [1, 4, 0.9097959895689501],
    [40, 10, 1.694474393006737e-5],
    [200, 3, 4.218541107192018e-43],
    [0.02, 5, 0.999997012398468],
    [100, 100, 0.48119168452795674],
  ])("is right at %d with %d degrees", (x, degrees, expected) => {
    expect(chiSquareUpperTail(x, degrees) / expected).toBeCloseTo(1, 10);
  });

  it("is 1 at zero, and refuses no degrees", () => {
    expect(chiSquareUpperTail(0, 3)).toBe(1);
    expect(() => chiSquareUpperTail(1, 0)).toThrow("degrees");
  });
});

describe("studentUpperTail()", () => {
  it.each([
    [0, 3, 0.5],
    [1.96, 1000, 0.025136592477874368],
    [2.5, 7.3, 0.019825117332800214],
    [12, 2, 0.00343646683857923],
    [-1, 4, 0.8130495168499705],
    [6, 40, 2.3632275663940903e-7],
  ])("is right at %d with %d degrees", (t, degrees, expected) => {
    expect(studentUpperTail(t, degrees) / expected).toBeCloseTo(1, 10);
  });
});

describe("studentQuantile()", () => {
  it.each([
    [0.975, 5, 2.5705818356363146],
    [0.975, 12.7, 2.165567731368725],
    [0.995, 3, 5.840909309733355],
    [0.9, 1e6, 1.281552412129939],
    [0.025, 9, -2.2621571627982053],
    [0.9995, 30, 3.6459586350420627],
    [0.5, 2, 0],
  ])("is right at %d with %d degrees", (p, degrees, expected) => {
    expect(studentQuantile(p, degrees)).toBeCloseTo(expected, 8);
  });
});

describe("normalQuantile()", () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.8, 0.8416212335729143],
    [0.025, -1.9599639845400545],
    [1e-10, -6.361340902404056],
    [0.9999, 3.719016485455709],
    [0.0005, -3.2905267314918945],
  ])("is right at %d", (p, expected) => {
    expect(normalQuantile(p)).toBeCloseTo(expected, 11);
  });

  it("is what the tail is turned round", () => {
    for (let p = 0.01; p < 1; p += 0.01) expect(normalUpperTail(normalQuantile(p))).toBeCloseTo(1 - p, 13);
  });

  it.each([0, 1, -0.1, Number.NaN])("refuses %d", (p) => {
    expect(() => normalQuantile(p)).toThrow("between 0 and 1");
  });
});
