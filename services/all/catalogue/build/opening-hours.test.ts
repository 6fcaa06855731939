import { inWords, openDays } from "./opening-hours.ts";

describe("openDays()", () => {
  it("sorts the days and reads hours of which the end may be missing", () => {
    expect(openDays({ "2016-11-22": "17:00", "2016-11-21": "14:00-01:00" })).toEqual([
      { day: "2016-11-21", opens: "14:00", closes: "01:00" },
      { day: "2016-11-22", opens: "17:00", closes: undefined },
    ]);
  });
});

describe("inWords()", () => {
  // 21 November 2016 was a Monday.
  const days = (hours: readonly (string | undefined)[]) =>
    inWords(
      openDays(Object.fromEntries(hours.flatMap((text, i) => (text ? [[`2016-11-${21 + i}`, text]] : [])))),
    );

  it("joins weekdays with the same hours", () => {
    const weekday = "14:00-22:00";
    const weekend = "12:00-22:00";
    const week = [weekday, weekday, weekday, weekday, weekend, weekend, weekend];
    expect(days(week)).toBe("Monday to Thursday 14:00–22:00, Friday to Sunday 12:00–22:00");
  });

  it("leaves out weekdays on which it is closed", () => {
    const hours = [undefined, undefined, undefined, undefined, undefined, "12:00-18:00", "12:00-18:00"];
    expect(days(hours)).toBe("Saturday and Sunday 12:00–18:00");
  });

  it("says that some days differ, and when no end is known", () => {
    const hours = ["15:00", ...Array(6).fill(undefined), "15:00", ...Array(1).fill("10:00-12:00")];
    expect(days(hours)).toBe("Monday from 15:00, Tuesday 10:00–12:00");
    expect(
      inWords([
        { day: "2016-11-21", opens: "10:00", closes: "22:00" },
        { day: "2016-11-28", opens: "10:00", closes: "22:00" },
        { day: "2016-12-05", opens: "10:00", closes: "14:00" },
      ]),
    ).toBe("Monday 10:00–22:00; other hours on some days");
  });
});
