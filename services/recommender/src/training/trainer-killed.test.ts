import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { published, smallTown, TrainerBed } from "../../../../tests/fixtures/trainer-bed.js";
import { until } from "../../../../tests/fixtures/until.js";
import { publishingSteps } from "../models/publishing-steps.js";
import type { TrainOutcome } from "./trainer.js";
import { trainingSteps } from "./training-pace.js";

let folder: string;
let bed: TrainerBed;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "craic-trainer-"));
  const script = join(__dirname, "../../../../tests/fixtures/trainer-process.ts");
  await build({
    entryPoints: [script],
    outfile: join(folder, "trainer.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  bed = await TrainerBed.open();
  await bed.live(smallTown);
  published(await bed.train());
}, 60_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await bed.close();
});

/** Runs a real trainer that is killed with SIGKILL at a step. Resolves with what ended it. */
function trainKilledAt(step: string): Promise<NodeJS.Signals | null> {
  const args = [join(folder, "trainer.cjs"), bed.database.url, bed.models.path, step];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve) => child.once("close", (_, signal) => resolve(signal)));
}

/** Trains, once the database has noticed that the killed trainer is gone. */
async function trainNext(): Promise<TrainOutcome> {
  let outcome: TrainOutcome = { outcome: "busy", reason: "" };
  await until(async () => {
    outcome = await bed.train({ force: true });
    return outcome.outcome !== "busy";
  });
  return outcome;
}

/** All that a trainer goes through, in order: no step can be left out. */
const steps = [...trainingSteps, ...publishingSteps];
const isThere = steps.indexOf("renamed");
const serves = steps.indexOf("channels renamed");

describe("a trainer that is killed with SIGKILL", () => {
  it.each(steps.slice(0, isThere))(
    "shows nothing of its model, and is in nobody's way: while or after %s",
    async (step) => {
      const [versions, channels] = [await bed.models.versions(), await bed.models.channels()];
      expect(await trainKilledAt(step)).toBe("SIGKILL");
      expect(await bed.models.versions()).toEqual(versions);
      expect(await bed.models.channels()).toEqual(channels);
      await expect(bed.models.load(channels.control!)).resolves.toBeDefined();
      const next = published(await trainNext());
      expect(await bed.models.channels()).toEqual({ control: next.version });
    },
  );

  it.each(steps.slice(isThere, serves))(
    "leaves a whole model that nobody uses, and control as it was: after %s",
    async (step) => {
      const [versions, channels] = [await bed.models.versions(), await bed.models.channels()];
      expect(await trainKilledAt(step)).toBe("SIGKILL");
      expect(await bed.models.channels()).toEqual(channels);
      const left = (await bed.models.versions()).filter((version) => !versions.includes(version));
      expect(left).toHaveLength(1);
      await expect(bed.models.load(left[0]!)).resolves.toBeDefined();
      expect(published(await trainNext()).version).not.toBe(left[0]);
    },
  );

  it.each(steps.slice(serves))("leaves its model serving: after %s", async (step) => {
    const before = await bed.models.channels();
    expect(await trainKilledAt(step)).toBe("SIGKILL");
    const { control } = await bed.models.channels();
    expect(control).not.toBe(before.control);
    await expect(bed.models.load(control!)).resolves.toBeDefined();
    published(await trainNext());
  });

  it("leaves nothing in the folder but whole versions, once what it left is old", async () => {
    await bed.models.removeUnfinished(new Date(Date.now() + 7_200_000));
    const others = readdirSync(bed.models.path).filter((name) => !/^\d+\.\d+\.\d+$/.test(name));
    expect(others).toEqual(["channels.json"]);
    for (const version of await bed.models.versions()) {
      await expect(bed.models.load(version)).resolves.toBeDefined();
    }
  });
});
