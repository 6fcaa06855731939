import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { smallTown, TrainerBed } from "../../../../tests/fixtures/trainer-bed.js";
import { readTrainerLine } from "./training-news.js";

let folder: string;
let bed: TrainerBed;
let reportFile: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "craic-report-"));
  await build({
    entryPoints: [join(__dirname, "../train.ts")],
    outfile: join(folder, "train.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  cpSync(join(__dirname, "../../migrations"), join(folder, "migrations", "recommender"), { recursive: true });
  bed = await TrainerBed.open();
  await bed.live(smallTown);
}, 60_000);
beforeEach(() => {
  reportFile = join(folder, "report");
  rmSync(reportFile, { force: true });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await bed.close();
});

/** Runs the trainer as a Job does. */
async function train(more: Readonly<Record<string, string>>): Promise<number | null> {
  const child = spawn(process.execPath, [join(folder, "train.cjs")], {
    env: {
      PATH: process.env.PATH,
      CRAIC_RECOMMENDER_MYSQL_URL: bed.database.url,
      CRAIC_MODEL_DIR: bed.models.path,
      LOG_LEVEL: "silent",
      ...more,
    },
    stdio: "ignore",
  });
  return await new Promise((resolve) => child.once("close", resolve));
}

const lines = () => readFileSync(reportFile, "utf8").trimEnd().split("\n").map(readTrainerLine);

describe("The report of a trainer that runs as a Job", () => {
  it("has each step once, in order, then what came of it, then how the process ended", async () => {
    expect(await train({ CRAIC_TRAIN_REPORT_FILE: reportFile })).toBe(0);
    const [status, outcome, ...steps] = lines().reverse();
    expect(status).toEqual({ status: 0 });
    expect(outcome).toMatchObject({
      outcome: "published",
      version: "1.0.0",
      reason: expect.stringContaining("1.0.0"),
    });
    expect(steps.map(({ step }) => step).reverse()).toEqual([
      "events",
      "feedback",
      "half-life",
      "vectors",
      "weights",
      "test",
      "publish",
    ]);
    expect(steps.every(({ msg, done }) => typeof msg === "string" && typeof done === "number")).toBe(true);
  }, 60_000);

  it("tells of a training that was not worth it, unless it is to be done in any case", async () => {
    expect(await train({ CRAIC_TRAIN_REPORT_FILE: reportFile, CRAIC_TRAIN_FORCE: "false" })).toBe(0);
    expect(lines()).toMatchObject([{ outcome: "skipped", version: "" }, { status: 0 }]);
    rmSync(reportFile);
    await train({ CRAIC_TRAIN_REPORT_FILE: reportFile, CRAIC_TRAIN_FORCE: "true" });
    expect(lines().at(-2)).toMatchObject({ version: "1.0.1" });
  }, 60_000);

  it("does not end a training where it cannot be written", async () => {
    const nowhere = join(folder, "nowhere", "report");
    expect(await train({ CRAIC_TRAIN_REPORT_FILE: nowhere })).toBe(0);
    expect(existsSync(nowhere)).toBe(false);
  }, 60_000);
});
