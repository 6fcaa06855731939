import { eventTime, nightLabel, plainDate, posterDate, type Span } from "./event-time.js";

const span = (zone: string, start: string, end?: string): Span => ({
  zone,
  start: new Date(start),
  end: end === undefined ? undefined : new Date(end),
});
const now = new Date("2026-11-21T12:00:00Z");
const dublin = (start: string, end?: string, at = now) =>
  eventTime(span("Europe/Dublin", start, end), at, "Europe/Dublin");

describe("eventTime()", () => {
  it("tells a night out by the clock of its own zone", () => {
    const time = eventTime(
      span("America/New_York", "2026-12-13T00:30:00Z", "2026-12-13T03:00:00Z"),
      now,
      "Europe/Dublin",
    );
    expect(time).toMatchObject({
      short: "Sat 12 Dec, 19:30",
      full: "Saturday 12 December 2026, 19:30 – 22:00",
      zoneNote: "New York time",
      forDays: false,
      over: false,
    });
  });

  it("says nothing about the zone when the person's clock shows the same", () => {
    expect(eventTime(span("Europe/London", "2026-12-12T20:00:00Z"), now, "Europe/Dublin").zoneNote).toBe("");
  });

  it("keeps a night that runs past midnight one night", () => {
    expect(dublin("2026-12-12T23:00:00Z", "2026-12-13T04:00:00Z")).toMatchObject({
      short: "Sat 12 Dec, 23:00",
      full: "Saturday 12 December 2026, 23:00 – 04:00",
      forDays: false,
    });
  });

  it("shows days without hours when it lasts for days", () => {
    expect(dublin("2026-11-27T11:00:00Z", "2026-12-26T20:00:00Z")).toMatchObject({
      short: "27 Nov – 26 Dec",
      full: "Friday 27 November 2026 – Saturday 26 December 2026",
      forDays: true,
    });
  });

  it("does not count a day that it only touches at midnight", () => {
    expect(dublin("2026-12-01T00:00:00Z", "2026-12-03T00:00:00Z").short).toBe("1 Dec – 2 Dec");
  });

  it("names the year once it is another", () => {
    expect(dublin("2027-01-08T20:00:00Z").short).toBe("Fri 8 Jan 2027, 20:00");
    expect(dublin("2026-12-20T11:00:00Z", "2027-01-06T20:00:00Z").short).toBe("20 Dec 2026 – 6 Jan 2027");
  });

  it.each([
    ["2026-11-21T20:00:00Z", "Tonight"],
    ["2026-11-22T01:00:00Z", "Tonight"],
    ["2026-11-21T14:00:00Z", "Today"],
    ["2026-11-22T14:00:00Z", "Tomorrow"],
    ["2026-11-23T14:00:00Z", ""],
    ["2026-11-21T11:00:00Z", "On now"],
    ["2026-11-20T20:00:00Z", "Ended"],
  ])("at noon calls a start at %s %j", (start, nearness) => {
    const end = new Date(Date.parse(start) + 2 * 3_600_000).toISOString();
    expect(dublin(start, end).nearness).toBe(nearness);
  });

  it("says until when it goes on that has begun and lasts for days", () => {
    expect(dublin("2026-11-20T11:00:00Z", "2026-12-26T20:00:00Z").nearness).toBe("On now, until 26 Dec");
  });

  it("is over at the very instant of its end", () => {
    expect(dublin("2026-11-21T10:00:00Z", "2026-11-21T12:00:00Z")).toMatchObject({
      over: true,
      nearness: "Ended",
    });
  });
});

describe("nightLabel()", () => {
  it.each([
    ["2026-11-21T11:00:00Z", "Already on"],
    ["2026-11-21T20:00:00Z", "Today"],
    ["2026-11-22T02:00:00Z", "Today"],
    ["2026-11-22T20:00:00Z", "Tomorrow"],
    ["2026-11-28T02:00:00Z", "Friday 27 November"],
    ["2027-01-02T20:00:00Z", "Saturday 2 January 2027"],
  ])("of a start at %s is %s", (start, label) => {
    expect(nightLabel(span("Europe/Dublin", start), now)).toBe(label);
  });
});

describe("posterDate()", () => {
  it("is the day in the event's zone", () => {
    expect(posterDate(span("America/New_York", "2026-12-13T00:30:00Z"))).toEqual({
      weekday: "Sat",
      day: "12",
      month: "Dec",
    });
  });
});

describe("plainDate()", () => {
  it("is the date with its year", () => {
    expect(plainDate(new Date("2016-12-13T00:30:00Z"), "America/New_York")).toBe("12 Dec 2016");
  });
});
