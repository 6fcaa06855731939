import { fromWallClock, toWallClock } from "./catalogue-wall-clock.js";

const at = (text: string) => Date.parse(text);

describe("toWallClock()", () => {
  it.each([
    ["America/New_York", "2025-01-03T00:30:00Z", "2025-01-02T19:30:00Z"],
    ["America/New_York", "2025-07-03T00:30:00Z", "2025-07-02T20:30:00Z"],
    ["Asia/Kolkata", "2025-01-01T00:00:00Z", "2025-01-01T05:30:00Z"],
    ["UTC", "1969-12-31T23:59:59.250Z", "1969-12-31T23:59:59.250Z"],
  ])("shows in %s at %s the time %s", (zone, instant, shown) => {
    expect(toWallClock(at(instant), zone)).toBe(at(shown));
  });
});

describe("fromWallClock()", () => {
  it("is the inverse of toWallClock in winter and in summer", () => {
    for (const instant of ["2026-02-10T19:30:00Z", "2026-07-10T19:30:00Z", "2026-03-29T00:59:59Z"]) {
      const shown = toWallClock(at(instant), "Europe/Dublin");
      expect(fromWallClock(shown, "Europe/Dublin")).toBe(at(instant));
    }
  });

  it("reads a time that summer time skips by the offset before, an hour later on the clock", () => {
    // New York goes from 02:00 EST to 03:00 EDT on 8 March 2026.
    expect(fromWallClock(at("2026-03-08T02:30:00Z"), "America/New_York")).toBe(at("2026-03-08T07:30:00Z"));
  });

  it("takes the first of two when summer time ends", () => {
    // Berlin goes from 03:00 CEST to 02:00 CET on 25 October 2026.
    expect(fromWallClock(at("2026-10-25T02:30:00Z"), "Europe/Berlin")).toBe(at("2026-10-25T00:30:00Z"));
  });

  it("keeps the hours just before and after a change", () => {
    expect(fromWallClock(at("2026-03-08T01:59:00Z"), "America/New_York")).toBe(at("2026-03-08T06:59:00Z"));
    expect(fromWallClock(at("2026-03-08T03:00:00Z"), "America/New_York")).toBe(at("2026-03-08T07:00:00Z"));
  });
});
