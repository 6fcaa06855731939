import { readCalendar, textList } from "./ical.ts";

describe("readCalendar()", () => {
  it("joins folded lines, drops parameters and keeps events apart", () => {
    const text = [
      "BEGIN:VCALENDAR",
      "X-WR-CALNAME:not of an event",
      "BEGIN:VEVENT",
      "URL;VALUE=URI:http://example.org/a:b",
      "SUMMARY:A very lo",
      " ng evening",
      "END:VEVENT",
      "BEGIN:VEVENT",
      "SUMMARY:Another",
      "END:VEVENT",
      "END:VCALENDAR",
    ].join("\r\n");
    const [first, second] = readCalendar(text);
    expect([...(first ?? [])]).toEqual([
      ["URL", "http://example.org/a:b"],
      ["SUMMARY", "A very long evening"],
    ]);
    expect(second?.get("SUMMARY")).toBe("Another");
  });
});

describe("textList()", () => {
  it("splits at commas, escaped or not, and unescapes the rest", () => {
    expect(textList("Zu\\, The New Earth Group,Cave\\;men")).toEqual([
      "Zu",
      "The New Earth Group",
      "Cave;men",
    ]);
  });
});
