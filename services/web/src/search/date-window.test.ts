import { dateWindow, formatDay, parseDay, type When } from "./date-window.js";

const zone = "Europe/Dublin"; // winter: UTC
const window = (when: When, now: string, from = "", to = "") => {
  const { endingAfter, startingBefore } = dateWindow(when, from, to, new Date(now), zone);
  return [endingAfter?.toISOString(), startingBefore?.toISOString()];
};

describe("dateWindow()", () => {
  it("of any date is open on both sides", () => {
    expect(window("any", "2026-11-18T12:00:00Z")).toEqual([undefined, undefined]);
  });

  it("of tonight is this evening until the small hours", () => {
    expect(window("tonight", "2026-11-18T12:00:00Z")).toEqual([
      "2026-11-18T17:00:00.000Z",
      "2026-11-19T05:00:00.000Z",
    ]);
  });

  it("of tonight begins now once the evening has begun", () => {
    expect(window("tonight", "2026-11-18T21:00:00Z")).toEqual([undefined, "2026-11-19T05:00:00.000Z"]);
  });

  it("of tonight at two in the morning is the night that is still going", () => {
    expect(window("tonight", "2026-11-19T02:00:00Z")).toEqual([undefined, "2026-11-19T05:00:00.000Z"]);
  });

  it.each(["2026-11-16T12:00:00Z", "2026-11-19T12:00:00Z", "2026-11-20T12:00:00Z", "2026-11-20T03:00:00Z"])(
    "of the weekend at %s is Friday evening until Monday early",
    (now) => {
      expect(window("weekend", now)).toEqual(["2026-11-20T17:00:00.000Z", "2026-11-23T05:00:00.000Z"]);
    },
  );

  it.each(["2026-11-20T20:00:00Z", "2026-11-21T08:00:00Z", "2026-11-22T23:00:00Z", "2026-11-23T04:00:00Z"])(
    "of the weekend at %s is what is left of it",
    (now) => {
      expect(window("weekend", now)).toEqual([undefined, "2026-11-23T05:00:00.000Z"]);
    },
  );

  it("of the next 7 days counts today as the first", () => {
    expect(window("week", "2026-11-18T12:00:00Z")).toEqual([undefined, "2026-11-25T05:00:00.000Z"]);
  });

  it("of chosen dates covers the night of the last", () => {
    expect(window("dates", "2026-11-18T12:00:00Z", "2026-12-01", "2026-12-03")).toEqual([
      "2026-12-01T00:00:00.000Z",
      "2026-12-04T05:00:00.000Z",
    ]);
  });

  it("of chosen dates never looks into the past", () => {
    expect(window("dates", "2026-11-18T12:00:00Z", "2026-11-01", "2026-11-18")).toEqual([
      undefined,
      "2026-11-19T05:00:00.000Z",
    ]);
  });

  it("reads the clocks of the city, also on the far side of the world", () => {
    const { startingBefore } = dateWindow(
      "tonight",
      "",
      "",
      new Date("2026-11-18T02:00:00Z"),
      "America/New_York",
    );
    expect(startingBefore?.toISOString()).toBe("2026-11-18T10:00:00.000Z");
  });
});

describe("parseDay()", () => {
  it("reads what a date field holds", () => {
    expect(parseDay("2028-02-29")).toEqual({ year: 2028, month: 2, day: 29 });
  });

  it.each(["", "2026-02-29", "2026-13-01", "1.2.2026", "2026-1-1"])("refuses %j", (text) => {
    expect(parseDay(text)).toBeUndefined();
  });

  it("is the inverse of formatDay()", () => {
    expect(formatDay({ year: 2026, month: 3, day: 9 })).toBe("2026-03-09");
  });
});
