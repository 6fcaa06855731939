import { DAY_MS, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { nearness } from "./horizon.js";

const inDays = (days: number) => nearness(nowMs + days * DAY_MS, nowMs);

describe("nearness()", () => {
  it("is whole for what begins now or has begun", () => {
    expect([inDays(0), inDays(-3)]).toEqual([1, 1]);
  });

  it("falls with every day, slowly", () => {
    const byMonth = Array.from({ length: 13 }, (_, month) => inDays(30 * month));
    expect(byMonth).toEqual(byMonth.toSorted((a, b) => b - a));
    expect(new Set(byMonth).size).toBe(13);
    expect(inDays(45)).toBeCloseTo(2 / 3, 9);
    expect(inDays(7)).toBeGreaterThan(0.9);
  });

  it("never hides what is three times as good", () => {
    expect(3 * inDays(5_000)).toBeGreaterThanOrEqual(inDays(0));
  });
});
