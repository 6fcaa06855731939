import { climbCoordinates } from "./coordinate-ascent.js";

describe("climbCoordinates", () => {
  it("finds the weights of a smooth hill to within a step", () => {
    const target = [2, 0, 0.5];
    const hill = (weights: Float64Array) =>
      10 - target.reduce((sum, at, t) => sum + (weights[t]! - at) ** 2, 0);
    const found = climbCoordinates(Float64Array.of(1, 1, 1), hill);
    expect(found[0]).toBeCloseTo(2, 1);
    expect(found[1]).toBe(0);
    expect(found[2]).toBeCloseTo(0.5, 1);
  });

  it("climbs steps, which have no slope", () => {
    const steps = (weights: Float64Array) => Math.floor(weights[0]! * 3) - Math.floor(weights[1]! * 3);
    const found = climbCoordinates(Float64Array.of(1, 1), steps);
    expect(found[0]).toBeGreaterThan(4);
    expect(found[1]).toBe(0);
  });

  it("brings a weight of zero into play", () => {
    const found = climbCoordinates(Float64Array.of(1, 0), (weights) => Math.min(weights[0]!, weights[1]!));
    expect(found[1]).toBeGreaterThan(0);
  });

  it("stays where it is when nothing is gained, and leaves what it was given", () => {
    const start = Float64Array.of(1, 2);
    expect(climbCoordinates(start, () => 5)).toEqual(start);
    climbCoordinates(start, (weights) => weights[0]!);
    expect([...start]).toEqual([1, 2]);
  });

  it("pays no heed to gains that are noise", () => {
    const start = Float64Array.of(1);
    expect(climbCoordinates(start, (weights) => 100 + weights[0]! * 1e-4)).toEqual(start);
  });
});
