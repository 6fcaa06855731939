import { create } from "@bufbuild/protobuf";
import { type Timestamp, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { EventRecordSchema } from "@craic/proto/craic/events/v1/event_pb.js";
import { moveForward, weeksOfYears } from "./catalogue.js";
import { toWallClock } from "./catalogue-wall-clock.js";

const DAY_MS = 86_400_000;

describe("moveForward()", () => {
  it("leaves an event that lies ahead as it is, and does not mark it", () => {
    const ahead = event("2026-12-04T09:00:00Z", "2026-12-04T17:00:00Z", "Europe/Berlin");
    expect(moveForward(ahead, new Date("2026-11-21T08:00:00Z"))).toBe(ahead);
  });

  it("leaves an event of several days alone while it runs", () => {
    const market = event("2026-11-20T10:00:00Z", "2026-12-23T20:00:00Z", "Europe/Berlin");
    expect(moveForward(market, new Date("2026-12-01T12:00:00Z"))).toBe(market);
  });

  it("moves an event whose last day has ended exactly now", () => {
    const over = event("2026-11-20T10:00:00Z", "2026-11-21T08:00:00Z", "Europe/Berlin");
    const moved = moveForward(over, new Date("2026-11-21T08:00:00Z"));
    expect(instant(moved.startTime)).toBe("2027-11-19T10:00:00.000Z");
  });

  it("keeps a moved event of several days while its occurrence runs", () => {
    const market = event("2016-11-21T10:00:00Z", "2016-12-26T19:00:00Z", "Europe/Berlin");
    const moved = moveForward(market, new Date("2026-12-10T12:00:00Z"));
    expect(instant(moved.startTime)).toBe("2026-11-23T10:00:00.000Z");
    expect(instant(moved.endTime)).toBe("2026-12-28T19:00:00.000Z");
  });

  it("marks a moved event by its original start and names it after its new day", () => {
    const moved = moveForward(
      event("2025-01-03T00:30:00Z", "2025-01-03T03:00:00Z", "America/New_York"),
      new Date("2026-11-21T08:00:00Z"),
    );
    expect(instant(moved.originalStartTime)).toBe("2025-01-03T00:30:00.000Z");
    // The evening of 31 December in New York, though 1 January in UTC.
    expect(instant(moved.startTime)).toBe("2027-01-01T00:30:00.000Z");
    expect(moved.source).toMatchObject({ name: "test", externalId: "x@2026-12-31", attribution: "by us" });
    expect(moved.title).toBe("a night in 2025");
  });

  it.each([
    // Summer time until 30 October 2011, and until 25 October 2026.
    ["Europe/Dublin", "2011-10-29T19:30:00Z", "2026-10-31T20:30:00.000Z", "20:30"],
    // Winter time until 29 March 2020, and until 28 March 2027.
    ["Europe/Berlin", "2020-03-28T19:00:00Z", "2027-03-27T19:00:00.000Z", "20:00"],
    ["Europe/Berlin", "2018-03-24T19:00:00Z", "2027-03-27T19:00:00.000Z", "20:00"],
    // Winter time until 13 March 2022, and until 14 March 2027.
    ["America/New_York", "2022-03-13T00:30:00Z", "2027-03-14T00:30:00.000Z", "19:30"],
    ["America/New_York", "2021-03-14T23:30:00Z", "2027-03-14T23:30:00.000Z", "19:30"],
    ["America/New_York", "2024-03-10T00:30:00Z", "2027-03-14T00:30:00.000Z", "19:30"],
  ])("keeps the time on a clock in %s when %s is moved", (zone, original, expected, shown) => {
    const night = event(original, new Date(Date.parse(original) + 7_200_000).toISOString(), zone);
    const moved = moveForward(night, new Date("2026-10-30T08:00:00Z"));
    expect(instant(moved.startTime)).toBe(expected);
    expect([clock(night.startTime, zone), clock(moved.startTime, zone)]).toEqual([shown, shown]);
  });

  it("keeps the weekday and stays within four days of the season, whatever the year", () => {
    for (let year = 2008; year <= 2026; year++) {
      const original = event(`${year}-02-26T19:00:00Z`, `${year}-02-26T21:00:00Z`, "Europe/London");
      const moved = moveForward(original, new Date("2026-11-21T08:00:00Z"));
      const [before, after] = [timestampDate(original.startTime!), timestampDate(moved.startTime!)];
      expect(after.getUTCDay()).toBe(before.getUTCDay());
      const sameDayNextYear = Date.parse("2027-02-26T19:00:00Z");
      expect(Math.abs(after.getTime() - sameDayNextYear)).toBeLessThanOrEqual(4 * DAY_MS);
    }
  });

  it("takes the first occurrence after now and no later one", () => {
    const original = event("2019-06-01T18:00:00Z", "2019-06-01T22:00:00Z", "Europe/Madrid");
    for (const now of [
      "2019-06-01T22:00:00Z",
      "2020-05-29T00:00:00Z",
      "2024-06-01T12:00:00Z",
      "2031-01-01T00:00:00Z",
    ]) {
      const nowMs = Date.parse(now);
      const endMs = timestampDate(moveForward(original, new Date(now)).endTime!).getTime();
      const years = Math.round((endMs - Date.parse("2019-06-01T22:00:00Z")) / (365.2425 * DAY_MS));
      const yearBefore = endMs - (weeksOfYears(years) - weeksOfYears(years - 1)) * 7 * DAY_MS;
      expect(endMs).toBeGreaterThan(nowMs);
      expect(yearBefore).toBeLessThanOrEqual(nowMs);
    }
  });
});

describe("weeksOfYears()", () => {
  it("steps by 52 or 53 weeks and never drifts from the calendar by more than half a week", () => {
    for (let years = 1; years <= 200; years++) {
      const step = weeksOfYears(years) - weeksOfYears(years - 1);
      expect([52, 53]).toContain(step);
      expect(Math.abs(weeksOfYears(years) * 7 - years * 365.2425)).toBeLessThanOrEqual(3.5);
    }
  });
});

function event(start: string, end: string, timeZone: string) {
  return create(EventRecordSchema, {
    source: { name: "test", externalId: "x", attribution: "by us" },
    title: `a night in ${start.slice(0, 4)}`,
    startTime: timestampFromDate(new Date(start)),
    endTime: timestampFromDate(new Date(end)),
    timeZone,
    cityId: "1",
  });
}

function instant(timestamp: Timestamp | undefined): string | undefined {
  return timestamp && timestampDate(timestamp).toISOString();
}

function clock(timestamp: Timestamp | undefined, zone: string): string | undefined {
  return (
    timestamp && new Date(toWallClock(timestampDate(timestamp).getTime(), zone)).toISOString().slice(11, 16)
  );
}
