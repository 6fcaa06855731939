import { createLogger } from "@craic/runtime/log.js";
import { startSweeping } from "./sweep.js";

const log = createLogger("silent", "auth");
const now = () => new Date("2026-06-20T22:00:00Z");

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe("startSweeping()", () => {
  it("clears away at once and then again, until stopped", async () => {
    const deleteExpired = jest.fn(async () => {});
    const sweeping = startSweeping([{ deleteExpired }], { everyMs: 1000, now, log });
    expect(deleteExpired).toHaveBeenCalledWith(now());
    await jest.advanceTimersByTimeAsync(2000);
    expect(deleteExpired).toHaveBeenCalledTimes(3);
    await sweeping.stop();
    await jest.advanceTimersByTimeAsync(5000);
    expect(deleteExpired).toHaveBeenCalledTimes(3);
  });

  it("goes on with the next store, and tries again, when one fails", async () => {
    const failing = { deleteExpired: jest.fn(() => Promise.reject(new Error("no database"))) };
    const other = { deleteExpired: jest.fn(async () => {}) };
    const sweeping = startSweeping([failing, other], { everyMs: 1000, now, log });
    await jest.advanceTimersByTimeAsync(1000);
    await sweeping.stop();
    expect(failing.deleteExpired).toHaveBeenCalledTimes(2);
    expect(other.deleteExpired).toHaveBeenCalledTimes(2);
  });
});
