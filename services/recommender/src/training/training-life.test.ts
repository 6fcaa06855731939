import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLogger } from "@craic/runtime/log.js";
import { nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { publishModel } from "../../../../tests/fixtures/recommender-bed.js";
import { published, saveOf, smallTown, TrainerBed, town } from "../../../../tests/fixtures/trainer-bed.js";
import { rolledBack, switched } from "../models/channels.js";
import { UnreadableChannels } from "../models/channels-file.js";
import { tellOfTrainer } from "../models/current-trainer.js";
import { NotPublished } from "../models/publish-model.js";
import { createMysqlTrainingData } from "./training-data-store.mysql.js";
import type { TrainingLock } from "./training-lock.js";
import { createMysqlTrainingLock } from "./training-lock-store.mysql.js";
import type { TrainingProgress } from "./training-pace.js";

let bed: TrainerBed;

beforeEach(async () => {
  bed = await TrainerBed.open();
});
afterEach(() => bed.close());

const saves = (count: number) => Array.from({ length: count }, (_, event) => saveOf(event % 30, event));

describe("training, again and again", () => {
  it("compares a candidate with what serves, on the same discoveries, and lets one serve that is as good", async () => {
    await bed.live(town);
    const first = published(await bed.train());
    expect(first.gate).toMatchObject({ outcome: "accepted", reason: expect.stringContaining("popularity") });
    const second = published(await bed.train({ force: true, seed: 2 }));
    expect(second.gate?.reason).toContain("nowhere worse than 1.0.0");
    const [all] = second.gate!.comparisons;
    // Control ranks the same discoveries as it did when it was the candidate.
    expect(all).toMatchObject({ population: "all", control: first.metrics["ndcg@10"] });
    expect(all!.candidate).toBe(second.metrics["ndcg@10"]);
    expect(second.metrics["control.ndcg@10"]).toBe(first.metrics["ndcg@10"]);
    expect(await bed.models.channels()).toEqual({ control: "1.0.1" });
  });

  it("keeps a candidate that is worse, marked rejected with the reason, and lets control go on", async () => {
    await bed.live(town);
    published(await bed.train());
    // Those whom the next model learns its weights from have no taste.
    await bed.forgetFeedback();
    await bed.live(town, [0.2, 0.5]);
    const outcome = await bed.train({ force: true });
    expect(outcome).toMatchObject({ outcome: "rejected", manifest: { version: "1.0.1" } });
    expect(await bed.models.channels()).toEqual({ control: "1.0.0" });
    const { gate } = await bed.models.manifest("1.0.1");
    expect(gate).toMatchObject({
      outcome: "rejected",
      reason: expect.stringMatching(/^worse than 1\.0\.0 in NDCG@10: /),
    });
    await expect(bed.models.load("1.0.1")).resolves.toBeDefined();
  });

  it("compares with a control that speaks of features that nobody has ever seen", async () => {
    await bed.live(smallTown);
    const unheardOf = new Map([["genre:unheard of", 0.5]]);
    await publishModel(bed.models, "1.0.0", { rarities: unheardOf });
    await bed.models.setChannel("control", "1.0.0");
    const outcome = await bed.train();
    const { gate, metrics } = await bed.models.manifest("1.1.0");
    expect(outcome).toMatchObject({ manifest: { version: "1.1.0" } });
    expect(gate?.comparisons[0]).toMatchObject({ population: "all", control: metrics["control.ndcg@10"] });
    expect(metrics["control.ndcg@10"]).toBeGreaterThan(0);
  });

  it("compares with popularity when control cannot be used", async () => {
    await bed.live(smallTown);
    published(await bed.train());
    await bed.models.remove("1.0.0");
    const next = published(await bed.train());
    expect(next.gate?.reason).toContain("popularity");
  });

  it("trains again only once enough new feedback has come in, unless it is forced to", async () => {
    await bed.live(smallTown);
    published(await bed.train());
    await bed.store(saves(49));
    expect(await bed.train()).toEqual({
      outcome: "skipped",
      reason: "49 rows of feedback have come in since 1.0.0 was trained; 50 are needed",
    });
    expect(published(await bed.train({ force: true })).version).toBe("1.0.1");
    await bed.store(saves(50));
    const rules = { minNewRows: 10, minNewShare: 0.1, keepVersions: 10 };
    expect(await bed.train({ rules })).toMatchObject({ reason: expect.stringContaining("155 are needed") });
    expect(published(await bed.train()).version).toBe("1.0.2");
  });

  it("trains again after a trainer was killed before it could make its model control", async () => {
    await bed.live(smallTown);
    const killed = new Error("killed");
    const afterStep = (step: string) => {
      if (step === "renamed") throw killed;
    };
    await expect(bed.train({ afterStep })).rejects.toThrow("killed");
    expect(published(await bed.train()).version).toMatch(/^1\.0\./);
  });

  it("keeps the newest versions, and those in use or to be rolled back to", async () => {
    await bed.live(smallTown);
    const rules = { minNewRows: 50, minNewShare: 0, keepVersions: 2 };
    const trainOn = async () => published(await bed.train({ rules, force: true })).version;
    await trainOn();
    await trainOn();
    await bed.models.setChannel("treatment", "1.0.0");
    for (let time = 0; time < 3; time++) await trainOn();
    expect(await bed.models.versions()).toEqual(["1.0.0", "1.0.3", "1.0.4"]);
    expect(await bed.models.channels()).toEqual({ control: "1.0.4", treatment: "1.0.0" });
  });

  it("does not begin, and touches nothing, where nobody can tell what serves", async () => {
    await bed.live(smallTown);
    published(await bed.train());
    const file = join(bed.models.path, "channels.json");
    writeFileSync(file, '{"control": "1.');
    const told: TrainingProgress[] = [];
    const onProgress = (progress: TrainingProgress) => told.push(progress);
    await expect(bed.train({ force: true, onProgress })).rejects.toThrow(UnreadableChannels);
    expect(told).toEqual([]);
    expect([readFileSync(file, "utf8"), await bed.models.versions()]).toEqual(['{"control": "1.', ["1.0.0"]]);
  });

  it("gives no number again that channels.json names, though its version was taken away", async () => {
    await bed.live(smallTown);
    for (let time = 0; time < 2; time++) published(await bed.train({ force: true }));
    await bed.models.remove("1.0.1");
    expect(published(await bed.train({ force: true })).version).toBe("1.0.2");
  });

  it("removes what killed trainers left behind", async () => {
    await bed.live(smallTown);
    const left = join(bed.models.path, ".unfinished-x");
    mkdirSync(left, { recursive: true });
    utimesSync(left, new Date(nowMs - 7_200_000), new Date(nowMs - 7_200_000));
    published(await bed.train());
    expect(readdirSync(bed.models.path).toSorted()).toEqual(["1.0.0", "channels.json"]);
  });
});

describe("a training during which control is switched", () => {
  const rollback = { time: new Date(nowMs).toISOString(), cause: "guard", reason: "it fails" } as const;
  const switching = { ...rollback, cause: "operator" } as const;

  beforeEach(async () => {
    await bed.live(smallTown);
    for (let time = 0; time < 2; time++) published(await bed.train({ force: true, seed: 1 + time }));
  });

  /** The trainer's lock, with something that happens whenever a model has been tested. */
  function lockWith(afterTest: () => Promise<unknown>): TrainingLock {
    const lock = createMysqlTrainingLock(bed.database);
    return {
      async take() {
        const held = await lock.take();
        const isHeld = async () => {
          await afterTest();
          return held!.isHeld();
        };
        return held && { ...held, isHeld };
      },
    };
  }

  it("compares its model with what serves by then, and undoes no rollback unseen", async () => {
    const rollBack = () =>
      bed.models.updateChannels((record) =>
        record.published.control === "1.0.1" ? rolledBack(record, "control", "1.0.0", rollback) : record,
      );
    const manifest = published(await bed.train({ force: true, lock: lockWith(rollBack) }));
    expect(manifest).toMatchObject({ version: "1.0.2", gate: { reason: expect.stringContaining("1.0.0") } });
    expect(manifest.metrics["control.ndcg@10"]).toBe((await bed.models.manifest("1.0.0")).metrics["ndcg@10"]);
    const { journal, withdrawn } = (await bed.models.channelsFile.read())!;
    expect(journal.slice(-2).map(({ from, to }) => `${from} → ${to}`)).toEqual([
      "1.0.1 → 1.0.0",
      "1.0.0 → 1.0.2",
    ]);
    expect(withdrawn).toEqual({ "1.0.1": "it fails" });
  });

  it("publishes nothing, and says why, where that happens again and again", async () => {
    let tests = 0;
    const change = () =>
      bed.models.updateChannels((record) =>
        switched(record, ["control"], tests++ % 2 === 0 ? "1.0.0" : "1.0.1", switching),
      );
    const training = bed.train({ force: true, lock: lockWith(change) });
    await expect(training).rejects.toThrow(NotPublished);
    await expect(training).rejects.toThrow(
      "model 1.0.2 was not published: it was compared with 1.0.1, and control was switched to 1.0.0 meanwhile",
    );
    expect([tests, await bed.models.versions()]).toEqual([3, ["1.0.0", "1.0.1"]]);
    expect(await bed.models.channels()).toEqual({ control: "1.0.0" });
  });
});

describe("two trainers", () => {
  it("do not work at the same time: the second is told who is at it, and since when", async () => {
    await bed.live(smallTown);
    let second: Promise<unknown> | undefined;
    const onProgress = ({ step }: TrainingProgress) => {
      if (step === "test") second ??= bed.train();
    };
    published(await bed.train({ onProgress }));
    expect(await second).toEqual({
      outcome: "busy",
      reason: `another trainer is at work: process 17 on trainer-28, since ${new Date(nowMs).toISOString()}`,
    });
    expect(await bed.models.versions()).toEqual(["1.0.0"]);
  });

  it("meet where the first has only just taken the lock: the second waits to be told who is at it", async () => {
    await bed.live(smallTown);
    const held = await createMysqlTrainingLock(bed.database).take();
    const second = bed.train();
    await tellOfTrainer(bed.models.path, { name: "process 9 on trainer-3", since: new Date(nowMs) });
    expect(await second).toMatchObject({
      reason: expect.stringContaining("process 9 on trainer-3, since 20"),
    });
    await held?.release();
  });

  it("do not both publish when the first has lost its lock", async () => {
    await bed.live(smallTown);
    const lock = createMysqlTrainingLock(bed.database);
    const lost = {
      take: async () => {
        const held = await lock.take();
        return held && { ...held, isHeld: async () => false };
      },
    };
    await expect(bed.train({ lock: lost })).rejects.toThrow(
      "model 1.0.0 was not published: the lock was lost",
    );
    expect(await bed.models.versions()).toEqual([]);
  });
});

describe("a training under way", () => {
  it("tells how far it is, step by step", async () => {
    await bed.live(smallTown);
    const told: TrainingProgress[] = [];
    await bed.train({ onProgress: (progress) => told.push(progress) });
    const steps = told.map(({ step }) => step).filter((step, i, all) => step !== all[i - 1]);
    expect(steps).toEqual([...new Set(steps)]); // none is taken up again
    const known: readonly string[] = ["events", "feedback", "half-life", "weights", "test", "publish"];
    expect(steps.filter((step) => known.includes(step))).toEqual(known);
    const done = told.map((progress) => progress.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect([done[0], done.at(-1)]).toEqual([0, 1]);
    expect(done).toEqual(done.map((share) => Number(share.toFixed(3))));
    expect(done.length).toBeGreaterThan(50);
  });

  it.each(["feedback", "half-life", "weights", "test", "publish"])(
    "can be called off while it does: %s",
    async (step) => {
      await bed.live(smallTown);
      const caller = new AbortController();
      const reason = new Error("called off");
      const onProgress = (progress: TrainingProgress) => {
        if (progress.step === step) caller.abort(reason);
      };
      // A clock that runs makes it rest.
      let ms = nowMs;
      const now = () => {
        ms += 25;
        return new Date(ms);
      };
      const training = bed.train({ signal: caller.signal, onProgress, now });
      await expect(training).rejects.toBe(reason);
      expect(await bed.models.versions()).toEqual([]);
      expect(published(await bed.train()).version).toBe("1.0.0");
    },
  );

  it("does not see what is stored meanwhile", async () => {
    await bed.live(smallTown);
    const data = createMysqlTrainingData(bed.database);
    const manifest = published(
      await bed.train({
        data: {
          atOneMoment: (read) =>
            data.atOneMoment(async (snapshot) => {
              await bed.store(saves(100));
              return read(snapshot);
            }),
        },
        log: createLogger("silent", "train"),
      }),
    );
    expect(manifest.feedbackRows).toBe(1_500);
  });
});
