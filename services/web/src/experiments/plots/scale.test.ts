import { linearScale, ticks, timeTicks } from "./scale.js";

describe("linearScale()", () => {
  it("puts both ends where they belong, and what is between them between", () => {
    const y = linearScale(0, 0.5, [200, 0]);
    expect([y(0), y(0.125), y(0.5)]).toEqual([200, 150, 0]);
  });

  it("puts the only value there is into the middle", () => {
    expect(linearScale(3, 3, [0, 100])(3)).toBe(50);
  });
});

describe("ticks()", () => {
  it.each([
    [0, 1, 5, [0, 0.5, 1]],
    [0, 0.3, 4, [0, 0.1, 0.2, 0.3]],
    [-0.13, 0.42, 7, [-0.1, 0, 0.1, 0.2, 0.3, 0.4]],
    [0, 0.07, 8, [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07]],
    [950, 1_050, 3, [950, 1_000, 1_050]],
  ])("from %d to %d, at most %d, are %j", (low, high, most, expected) => {
    expect(ticks(low, high, most)).toEqual(expected);
  });

  it("is the one value where there is no more", () => expect(ticks(2, 2, 5)).toEqual([2]));
});

describe("timeTicks()", () => {
  const at = (...[month, day, hour = 0, minute = 0]: number[]) =>
    new Date(2026, month! - 1, day, hour, minute).getTime();

  it("are midnights where days are shown, the two that are an hour longer or shorter included", () => {
    // The clocks of Europe change on 29 March and 25 October; elsewhere this asks for no more than midnights.
    for (const [from, to] of [
      [at(3, 26, 9), at(4, 2, 9)],
      [at(10, 22, 9), at(10, 29, 9)],
    ]) {
      const found = timeTicks(from!, to!, 8);
      expect(found).toHaveLength(7);
      expect(found.every(({ ms }) => new Date(ms).getHours() === 0)).toBe(true);
    }
  });

  it("are full hours within a day, named by the day at midnight", () => {
    expect(timeTicks(at(6, 20, 20, 10), at(6, 21, 5), 5).map(({ label }) => label)).toEqual([
      "22:00",
      "21 Jun",
      "02:00",
      "04:00",
    ]);
  });

  it("are never more than fit", () => {
    for (const days of [0.01, 0.5, 3, 20, 90, 400]) {
      const from = at(1, 2, 3, 4);
      const found = timeTicks(from, from + days * 86_400_000, 6);
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThanOrEqual(7);
    }
  });
});
