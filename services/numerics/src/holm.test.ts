import { refutedByHolm } from "./holm.js";

describe("refutedByHolm()", () => {
  it("asks more of the smallest p-value than of the next", () => {
    expect(refutedByHolm([0.03, 0.01, 0.02], 0.05)).toEqual([true, true, true]);
    expect(refutedByHolm([0.03, 0.017, 0.02], 0.05)).toEqual([false, false, false]);
    expect(refutedByHolm([0.9, 0.016, 0.026], 0.05)).toEqual([false, true, false]);
    expect(refutedByHolm([0.9, 0.016, 0.025], 0.05)).toEqual([false, true, true]);
  });

  it("refutes nothing behind the first that stands, however small its own bound would allow", () => {
    expect(refutedByHolm([0.01, 0.03, 0.04, 0.05], 0.05)).toEqual([true, false, false, false]);
  });

  it("leaves one hypothesis to the plain level, and none to nothing", () => {
    expect([refutedByHolm([0.05], 0.05), refutedByHolm([0.051], 0.05)]).toEqual([[true], [false]]);
    expect(refutedByHolm([], 0.05)).toEqual([]);
  });
});
