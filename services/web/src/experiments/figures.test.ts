import { amount, chance, count, duration, lift, loss, percent, pValue, range, rate } from "./figures.js";

describe("figures", () => {
  it.each([
    [0, "0%"],
    [0.1234, "12.3%"],
    [0.00456, "0.456%"],
    [1, "100%"],
    [Number.NaN, "–"],
  ])("write the share %d as %s", (value, text) => expect(percent(value)).toBe(text));

  it.each([
    [0.2, "20.0%"],
    [0.08714, "8.7%"],
    [0.00456, "0.46%"],
    [0, "0.0%"],
    [Number.NaN, "–"],
  ])("write the measured rate %d as %s", (value, text) => expect(rate(value)).toBe(text));

  it.each([
    [0.1, "+10.0%"],
    [-0.0432, "−4.3%"],
    [0, "0.0%"],
    [Number.POSITIVE_INFINITY, "no limit"],
    [Number.NaN, "–"],
  ])("write the lift %d as %s", (value, text) => expect(lift(value)).toBe(text));

  it("write an interval by its bounds, as far as it has any", () => {
    expect(range({ low: -0.02, high: 0.5 }, lift)).toBe("−2.0% to +50.0%");
    expect(range({ low: 0.1, high: Number.POSITIVE_INFINITY }, lift)).toBe("at least +10.0%");
    expect(range({ low: Number.NEGATIVE_INFINITY, high: 0.1 }, lift)).toBe("at most +10.0%");
    expect(range({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }, lift)).toBe(
      "not known yet",
    );
    expect(range({ low: Number.NaN, high: Number.NaN }, lift)).toBe("–");
    expect(range(undefined, lift)).toBe("–");
  });

  it.each([
    [0.04321, "0.043"],
    [0.00012, "0.00012"],
    [0.00001, "< 0.0001"],
    [0.999, "1"],
    [Number.NaN, "–"],
  ])("write the p-value %d as %s", (value, text) => expect(pValue(value)).toBe(text));

  it.each([
    [0.973, "97.3%"],
    [0.99999, "> 99.9%"],
    [0.00001, "< 0.1%"],
    [1, "100.0%"],
  ])("write the chance %d as %s, and call nothing certain that is not", (value, text) =>
    expect(chance(value)).toBe(text),
  );

  it("write a metric in its unit, and a difference of shares in percentage points", () => {
    expect(amount(0.0123, "share")).toBe("1.2%");
    expect(amount(0.0123, "share", { sign: true })).toBe("+1.23 pp");
    expect(amount(-41.25, "milliseconds", { sign: true })).toBe("−41.3 ms");
    expect(amount(0.5, "times")).toBe("0.5");
    expect(amount(Number.NaN, "times")).toBe("–");
    expect(loss(0.0847)).toBe("8.47 pp");
    expect(loss(0.000_024)).toBe("< 0.01 pp");
  });

  it("write thousands apart, and lengths of time in their largest unit", () => {
    expect(count(12_345n)).toBe("12,345");
    expect(duration(59_000)).toBe("1 minute");
    expect(duration(90 * 60_000)).toBe("1 hour");
    expect(duration(14.9 * 86_400_000)).toBe("14 days");
  });
});
