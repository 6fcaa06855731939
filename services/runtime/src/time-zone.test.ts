import { isTimeZone } from "./time-zone.js";

describe("isTimeZone", () => {
  it.each(["Europe/Dublin", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "Asia/Calcutta", "UTC"])(
    "takes %s",
    (name) => {
      expect(isTimeZone(name)).toBe(true);
      expect(isTimeZone(name)).toBe(true);
    },
  );

  it.each(["", "Europe/Atlantis", "+01:00", "europe/dublin", "Dublin", "constructor"])(
    "refuses %j",
    (name) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );
});
