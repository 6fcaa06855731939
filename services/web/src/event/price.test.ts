import { formatPrice } from "./price.js";

describe("formatPrice()", () => {
  it.each([
    [0n, "EUR", "Free"],
    [0n, "", "Free"],
    [2000n, "EUR", "from €20"],
    [1250n, "EUR", "from €12.50"],
    [3500n, "USD", "from US$35"],
    [2000n, "JPY", "from JP¥2,000"],
    [1500n, "KWD", "from KWD 1.500"],
    [250000n, "EUR", "from €2,500"],
  ])("of %s in %s is %s", (minor, currency, text) => {
    expect(formatPrice(minor, currency)?.replace(/\s/g, " ")).toBe(text);
  });

  it.each([
    [undefined, "EUR"],
    [1000n, ""],
    [1000n, "euro"],
  ])("of %s in %j is not known", (minor, currency) => {
    expect(formatPrice(minor, currency)).toBeUndefined();
  });
});
