import { MAX_FAILURES, refusedForMs } from "./log-in-throttle.js";

const now = new Date("2026-06-20T22:00:00Z");
const inFiveMinutes = new Date("2026-06-20T22:05:00Z");

describe("refusedForMs()", () => {
  it.each([
    ["without failures", undefined, 0],
    ["one failure short", { failures: MAX_FAILURES - 1, windowEnd: inFiveMinutes }, 0],
    ["with too many failures", { failures: MAX_FAILURES, windowEnd: inFiveMinutes }, 300_000],
    ["when the window ends this instant", { failures: MAX_FAILURES, windowEnd: now }, 0],
    ["when the window ended before", { failures: MAX_FAILURES, windowEnd: new Date(now.getTime() - 1) }, 0],
  ])("%s", (_, found, expected) => {
    expect(refusedForMs(found, now)).toBe(expected);
  });
});
