import { parseHorizon, startingBefore } from "./horizon.js";

describe("startingBefore()", () => {
  const thursday = new Date("2026-11-19T12:00:00Z");
  const sunday = new Date("2026-11-22T12:00:00Z");
  it.each([
    ["any", thursday, undefined],
    ["today", thursday, "2026-11-20T05:00:00.000Z"],
    ["today", new Date("2026-11-20T02:00:00Z"), "2026-11-20T05:00:00.000Z"],
    ["sunday", thursday, "2026-11-23T05:00:00.000Z"],
    ["sunday", sunday, "2026-11-23T05:00:00.000Z"],
    ["week", thursday, "2026-11-26T05:00:00.000Z"],
  ] as const)("of %s at %s is %s", (horizon, now, iso) => {
    expect(startingBefore(horizon, now, "Europe/Dublin")?.toISOString()).toBe(iso);
  });
});

describe("parseHorizon()", () => {
  it("takes what it does not know for any time", () => {
    expect([parseHorizon("week"), parseHorizon("century"), parseHorizon(null)]).toEqual([
      "week",
      "any",
      "any",
    ]);
  });
});
