import { createLogger } from "@craic/runtime/log.js";
import { TrainingPace, type TrainingProgress } from "./training-pace.js";
import { reportTo } from "./training-report.js";

function report(isTTY: boolean) {
  const lines: Record<string, unknown>[] = [];
  const written: string[] = [];
  const log = createLogger("info", "train", { write: (line: string) => void lines.push(JSON.parse(line)) });
  const tell = reportTo({ isTTY, write: (text) => written.push(text) }, log);
  return { lines, written, tell };
}

const progress: TrainingProgress[] = [
  { step: "weights", done: 0.36, message: "learning the weights of the blend" },
  { step: "weights", done: 0.5, message: "learning the weights of the blend" },
  { step: "test", done: 0.625, message: "testing on what came later" },
  { step: "publish", done: 1, message: "done" },
];

describe("reportTo()", () => {
  it("tells programs of each step once, as it begins", () => {
    const { lines, written, tell } = report(false);
    for (const each of progress) tell(each);
    expect(lines.map(({ step, done, msg }) => [step, done, msg])).toEqual([
      ["weights", 0.36, "learning the weights of the blend"],
      ["test", 0.625, "testing on what came later"],
      ["publish", 1, "done"],
    ]);
    expect(written).toEqual([]);
  });

  it("shows a person a bar that fills, and clears it in the end", () => {
    const { written, tell } = report(true);
    for (const each of progress) tell(each);
    expect(written.slice(1)).toEqual([
      "\r\u001b[K████████████░░░░░░░░░░░░ 50 % learning the weights of the blend",
      "\r\u001b[K███████████████░░░░░░░░░ 62 % testing on what came later",
      "\r\u001b[K",
    ]);
  });
});

describe("TrainingPace", () => {
  /** A clock that stands still unless it is moved. */
  function pacing(signal?: AbortSignal) {
    const told: number[] = [];
    const clock = { ms: 0 };
    const pace = new TrainingPace(
      () => new Date(clock.ms),
      ({ done }) => told.push(done),
      signal,
    );
    return { told, clock, pace };
  }

  it("tells of a hundredth more, not of every bit", async () => {
    const { told, pace } = pacing();
    pace.begin("half-life");
    for (let i = 0; i <= 1_000; i++) await pace.rest(i / 1_000);
    expect(told.length).toBeGreaterThan(15);
    expect(told.length).toBeLessThan(25);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  it("lets others run once its stint is over, and not before", async () => {
    const { clock, pace } = pacing();
    let others = 0;
    setImmediate(() => others++);
    await pace.rest();
    expect(others).toBe(0);
    clock.ms = 20;
    await pace.rest();
    expect(others).toBe(1);
  });
});
