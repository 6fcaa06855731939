import { instantAt, localTime, offsetMs, zoneName } from "./zone.js";

describe("localTime()", () => {
  it("reads the clock of the zone, not of the machine", () => {
    expect(localTime(new Date("2026-12-13T00:30:00Z"), "America/New_York")).toEqual({
      year: 2026,
      month: 12,
      day: 12,
      hour: 19,
      minute: 30,
    });
  });

  it("calls midnight hour 0 of the new day", () => {
    expect(localTime(new Date("2026-01-01T00:00:00Z"), "Europe/Dublin")).toMatchObject({ day: 1, hour: 0 });
  });

  it("reads UTC in a zone that the browser does not know", () => {
    expect(localTime(new Date("2026-06-01T10:00:00Z"), "Mars/Olympus_Mons")).toMatchObject({ hour: 10 });
  });
});

describe("instantAt()", () => {
  it.each([
    ["Europe/Dublin", { year: 2026, month: 7, day: 1, hour: 20 }, "2026-07-01T19:00:00.000Z"],
    ["Europe/Dublin", { year: 2026, month: 12, day: 1, hour: 20 }, "2026-12-01T20:00:00.000Z"],
    ["America/New_York", { year: 2026, month: 11, day: 30, hour: 29 }, "2026-12-01T10:00:00.000Z"],
    ["Europe/Berlin", { year: 2026, month: 12, day: 32 }, "2026-12-31T23:00:00.000Z"],
    ["Asia/Kathmandu", { year: 2026, month: 3, day: 1, hour: 6, minute: 15 }, "2026-03-01T00:30:00.000Z"],
  ])("is the inverse of the clock in %s", (zone, local, iso) => {
    expect(instantAt(zone, local).toISOString()).toBe(iso);
  });

  it.each([
    ["the last hour before the clocks go back", 1, "2026-10-24T23:00:00.000Z"],
    ["the first hour after they went back", 3, "2026-10-25T02:00:00.000Z"],
  ])("is right on the day of a change: %s", (_, hour, iso) => {
    expect(instantAt("Europe/Berlin", { year: 2026, month: 10, day: 25, hour }).toISOString()).toBe(iso);
  });

  it("takes the first of a time that a clock shows twice", () => {
    const twice = { year: 2026, month: 10, day: 25, hour: 2, minute: 30 };
    expect(instantAt("Europe/Berlin", twice).toISOString()).toBe("2026-10-25T00:30:00.000Z");
  });

  it("moves a time that a clock skips an hour on", () => {
    const skipped = { year: 2026, month: 3, day: 29, hour: 2, minute: 30 };
    expect(localTime(instantAt("Europe/Berlin", skipped), "Europe/Berlin")).toMatchObject({
      hour: 3,
      minute: 30,
    });
  });
});

describe("offsetMs()", () => {
  it("is not thrown off by seconds and milliseconds", () => {
    expect(offsetMs(Date.parse("2026-07-01T12:00:59.999Z"), "Europe/Dublin")).toBe(3_600_000);
  });
});

describe("zoneName()", () => {
  it.each([
    ["America/New_York", "New York time"],
    ["America/Argentina/Buenos_Aires", "Buenos Aires time"],
    ["UTC", "UTC"],
    ["Mars/Olympus_Mons", "UTC"],
  ])("of %s is %s", (zone, name) => {
    expect(zoneName(zone)).toBe(name);
  });
});
