import { createLogger } from "./log.js";
import { throttledWarning } from "./throttled-warning.js";

const EVERY_MS = 10_000;

function createBed() {
  const lines: Record<string, unknown>[] = [];
  const clock = { ms: 1_000_000 };
  const log = createLogger("warn", "test", { write: (line) => void lines.push(JSON.parse(line)) });
  const warn = throttledWarning(log, EVERY_MS, () => new Date(clock.ms));
  return {
    clock,
    happen: (about: string, code = "Unavailable") => warn(about, { about, code }, "went without"),
    /** What was logged since the last time. */
    said: () => lines.splice(0).map(({ about, code, suppressed }) => ({ about, code, suppressed })),
  };
}

describe("throttledWarning()", () => {
  it("warns at once, with fields and message", () => {
    const lines: unknown[] = [];
    const log = createLogger("warn", "test", { write: (line) => void lines.push(JSON.parse(line)) });
    throttledWarning(log, EVERY_MS, () => new Date(0))("venues", { code: "Unavailable" }, "went without");
    expect(lines).toMatchObject([{ level: "warn", code: "Unavailable", msg: "went without" }]);
  });

  it("says once in a while what happens all the time, and counts what it has left out", () => {
    const { clock, happen, said } = createBed();
    for (let i = 0; i < 100; i++) happen("venues");
    expect(said()).toEqual([{ about: "venues", code: "Unavailable", suppressed: undefined }]);
    clock.ms += EVERY_MS - 1;
    happen("venues");
    expect(said()).toEqual([]);
    clock.ms += 1;
    happen("venues", "DeadlineExceeded");
    happen("venues");
    expect(said()).toEqual([{ about: "venues", code: "DeadlineExceeded", suppressed: 100 }]);
    clock.ms += EVERY_MS;
    happen("venues");
    expect(said()).toEqual([{ about: "venues", code: "Unavailable", suppressed: 1 }]);
  });

  it("does not keep one thing back because of another", () => {
    const { happen, said } = createBed();
    for (const about of ["venues", "djs", "venues", "djs"]) happen(about);
    expect(said().map(({ about }) => about)).toEqual(["venues", "djs"]);
  });

  it("goes on warning when the clock is set back", () => {
    const { clock, happen, said } = createBed();
    happen("venues");
    clock.ms -= 60 * 60_000;
    happen("venues");
    expect(said()).toHaveLength(2);
  });
});
