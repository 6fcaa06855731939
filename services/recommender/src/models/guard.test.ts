import { createLogger } from "@craic/runtime/log.js";
import { nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { SAVE_WINDOW_MS } from "../feedback/pending-saves.js";
import type { LoadedModel } from "./current-model.js";
import { Guard, type GuardActions } from "./guard.js";
import type { Wish } from "./model-lifecycle.js";
import { Refusal } from "./model-refusal.js";

const HOUR_MS = 3_600_000;
const model = (version: string) => ({ manifest: { version } }) as LoadedModel;

let clockMs: number;
let logged: string[];
let asked: (Wish & { readonly target: string })[];
let reloads: number;
/** What a rollback comes to. */
let outcome: () => Promise<unknown>;
let guard: Guard;

function newGuard(alpha = 0.01): Guard {
  const log = createLogger("silent", "recommender");
  log.error = (_: unknown, sentence?: string) => void logged.push(String(sentence));
  const made = new Guard({ alpha, watchMs: 24 * HOUR_MS, now: () => new Date(clockMs), log });
  made.actBy({
    async rollBack(wish, target) {
      asked.push({ ...wish, target });
      return outcome();
    },
    async reload() {
      reloads++;
    },
  } satisfies GuardActions);
  return made;
}

beforeEach(() => {
  clockMs = nowMs;
  logged = [];
  asked = [];
  reloads = 0;
  outcome = async () => undefined;
  guard = newGuard();
  guard.switched({ from: undefined, to: model("1.0.0"), cause: "training" });
});

function answer(version: string, times: number, hasFailed = false, latencyMs = 1): void {
  for (let i = 0; i < times; i++) guard.answered(version, hasFailed, latencyMs);
}

const switchTo = (from: string, to: string, cause: Wish["cause"] = "training") =>
  guard.switched({ from: model(from), to: model(to), cause });

describe("Guard", () => {
  it("rolls back a version that fails where the one before did not, and says so", async () => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "1.1.0");
    answer("1.1.0", 50, true);
    await guard.look();
    expect(asked).toMatchObject([{ expected: "1.1.0", cause: "guard" }]);
    expect(asked[0]?.reason).toContain("1.1.0 failed in 50 of 50 answers, 1.0.0 in 0 of 500");
    expect([guard.state, guard.alarms, logged]).toEqual([
      "harmFound",
      1,
      ["control does harm and is rolled back"],
    ]);
    expect(guard.finding).toBe(asked[0]?.reason);
  });

  it("does so once", async () => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "1.1.0");
    answer("1.1.0", 50, true);
    outcome = async () => switchTo("1.1.0", "1.0.0", "guard");
    for (let look = 0; look < 3; look++) await guard.look();
    expect([asked.length, guard.state]).toEqual([1, "harmFound"]);
  });

  it("lets a version pass that does no harm for as long as it is watched", async () => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "1.1.0");
    answer("1.1.0", 500);
    await guard.look();
    expect(guard.state).toBe("watching");
    clockMs += 24 * HOUR_MS;
    await guard.look();
    expect([guard.state, guard.before, asked]).toEqual(["passed", undefined, []]);
  });

  it.each(["rollback", "guard"] as const)("does not watch what a %s brought back", async (cause) => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "0.9.0", cause);
    answer("0.9.0", 50, true);
    await guard.look();
    expect([guard.before, asked]).toEqual([undefined, []]);
  });

  it("does not watch the first model, which has none before it", async () => {
    answer("1.0.0", 50, true);
    await guard.look();
    expect([guard.state, asked]).toEqual(["idle", []]);
  });

  it("measures by the last version that has proved itself, and goes back to that one", async () => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "1.1.0");
    answer("1.1.0", 15, true); // too few to say anything
    await guard.look();
    switchTo("1.1.0", "1.2.0");
    expect(guard.before?.version).toBe("1.0.0");
    answer("1.2.0", 50, true);
    await guard.look();
    expect(asked).toMatchObject([{ expected: "1.2.0", target: "1.0.0" }]);
  });

  it("measures by the version before where the one that it was measured by has hardly answered", async () => {
    switchTo("1.0.0", "1.1.0");
    answer("1.1.0", 500);
    await guard.look();
    switchTo("1.1.0", "1.2.0");
    answer("1.2.0", 500, false, 20);
    await guard.look();
    expect(asked).toMatchObject([{ expected: "1.2.0", target: "1.1.0" }]);
    expect(asked[0]?.reason).toContain("of 1.1.0 up to 1.0 ms");
  });

  it("watches on what had not proved itself when a rollback brings it back after all", async () => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "1.1.0");
    answer("1.1.0", 100, false, 20); // too few to say anything
    await guard.look();
    switchTo("1.1.0", "1.2.0");
    switchTo("1.2.0", "1.1.0", "rollback");
    expect([guard.state, guard.before?.version, guard.after.totals().answers]).toEqual([
      "watching",
      "1.0.0",
      100,
    ]);
    answer("1.1.0", 100, false, 20);
    await guard.look();
    expect(asked).toMatchObject([{ expected: "1.1.0", target: "1.0.0" }]);
  });

  it("goes on with a version's figures where nothing but an operator's visit to another came between", async () => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "1.1.0", "operator");
    answer("1.1.0", 5);
    switchTo("1.1.0", "1.0.0", "operator");
    expect([guard.state, guard.after.totals().answers]).toEqual(["idle", 500]);
    switchTo("1.0.0", "1.1.0");
    expect([guard.before?.totals().answers, guard.after.totals().answers]).toEqual([500, 0]);
  });

  it("has figures of what a rollback brought back to measure the next version by", async () => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "1.1.0");
    answer("1.1.0", 500);
    clockMs += 24 * HOUR_MS;
    await guard.look();
    switchTo("1.1.0", "1.0.0", "rollback");
    switchTo("1.0.0", "1.2.0");
    answer("1.2.0", 50, true);
    await guard.look();
    expect(asked).toMatchObject([{ expected: "1.2.0", target: "1.0.0" }]);
  });

  it("measures nothing by a version that does harm", async () => {
    answer("1.0.0", 50);
    switchTo("1.0.0", "1.1.0");
    answer("1.1.0", 300);
    answer("1.1.0", 300, true);
    outcome = () => Promise.reject(new Refusal("CHANNEL_MOVED", "somebody was faster"));
    await guard.look();
    switchTo("1.1.0", "1.2.0", "operator");
    expect([guard.state, guard.before?.version]).toEqual(["watching", "1.0.0"]);
  });

  it("goes on guarding after a rollback by another replica's guard", async () => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "1.1.0");
    switchTo("1.1.0", "1.0.0", "guard");
    expect(guard.state).toBe("idle");
    switchTo("1.0.0", "1.2.0");
    expect([guard.state, guard.before?.totals().answers]).toEqual(["watching", 500]);
  });

  it("keeps figures of a few versions only", async () => {
    answer("1.0.0", 500);
    for (let i = 0; i < 9; i++) switchTo(`1.${i}.0`, `1.${i + 1}.0`, "rollback");
    switchTo("1.9.0", "1.0.0", "rollback");
    expect(guard.after.totals().answers).toBe(0);
  });

  it("counts for a version what it has begun, and nothing of another", async () => {
    switchTo("1.0.0", "1.1.0");
    answer("1.0.0", 5);
    answer("1.1.0", 3, true);
    guard.begun("1.0.0", "late", "anna");
    expect(guard.after.totals()).toMatchObject({ answers: 3, failures: 3 });
  });

  it("counts a recommendation when the time for a save is over, once, under the version that made it", async () => {
    for (const id of ["a", "b", "c"]) guard.begun("1.0.0", id, "anna");
    switchTo("1.0.0", "1.1.0");
    guard.begun("1.1.0", "d", "anna");
    guard.saved("b", "anna");
    guard.saved("b", "anna");
    guard.saved("c", "ben"); // for whom it was not made
    guard.saved("nobody knows", "anna");
    clockMs += SAVE_WINDOW_MS - 1;
    await guard.look();
    expect(guard.before?.totals().recommendations).toBe(0);
    clockMs += 1;
    await guard.look();
    expect(guard.before?.totals()).toMatchObject({ recommendations: 3, saved: 1 });
    guard.saved("a", "anna");
    await guard.look();
    expect(guard.before?.totals()).toMatchObject({ recommendations: 3, saved: 1 });
    expect(guard.after.totals()).toMatchObject({ recommendations: 1, saved: 0 });
  });

  it("tries again for as long as a rollback cannot be written, and logs it once", async () => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "1.1.0");
    answer("1.1.0", 50, true);
    outcome = async () => {
      switchTo("1.1.0", "1.0.0", "guard"); // here it has gone already
      throw new Error("the disk is full");
    };
    await guard.look();
    await guard.look();
    expect(guard.finding).toContain("it could not be rolled back: the disk is full");
    outcome = async () => undefined;
    await guard.look();
    await guard.look();
    expect(asked.map(({ expected }) => expected)).toEqual(["1.1.0", "1.1.0", "1.1.0"]);
    expect(logged).toHaveLength(2);
    expect(guard.finding).not.toContain("could not");
  });

  it("goes back to what is published where somebody has switched before it", async () => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "1.1.0");
    answer("1.1.0", 50, true);
    outcome = () => Promise.reject(new Refusal("CHANNEL_MOVED", "somebody was faster"));
    await guard.look();
    await guard.look();
    expect([asked.length, reloads]).toEqual([1, 1]);
  });

  it("says that there is nothing to go back to, and leaves it at that", async () => {
    answer("1.0.0", 500);
    switchTo("1.0.0", "1.1.0");
    answer("1.1.0", 50, true);
    outcome = () => Promise.reject(new Refusal("NOTHING_BEFORE", "no usable version before"));
    await guard.look();
    await guard.look();
    expect(asked).toHaveLength(1);
    expect(guard.finding).toContain("no usable version before");
  });

  it("watches nothing where it is turned off", async () => {
    guard = newGuard(0);
    switchTo("1.0.0", "1.1.0");
    expect([guard.state, guard.before]).toEqual(["idle", undefined]);
  });
});
