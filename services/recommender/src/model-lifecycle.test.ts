import fs, { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@craic/runtime/log.js";
import { World } from "../../../tests/fixtures/live-world.js";
import { exampleEvent, nowMs } from "../../../tests/fixtures/recommendable-events.js";
import { publishModel } from "../../../tests/fixtures/recommender-bed.js";
import { type Channel, channelNames } from "./channels.js";
import { UnreadableChannels, UnwritableChannels } from "./channels-file.js";
import { CurrentModel } from "./current-model.js";
import { ModelDirectory, UnusableModel } from "./model-directory.js";
import { type ControlSwitch, ModelLifecycle, type Wish } from "./model-lifecycle.js";
import { ModelWatch } from "./model-watch.js";

let folder: string;
let models: ModelDirectory;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "craic-models-"));
  models = new ModelDirectory(join(folder, "models"));
  for (const version of ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]) await publishModel(models, version);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** One replica over the shared volume. */
class Replica {
  readonly logged: string[] = [];
  readonly switches: string[] = [];
  readonly model: CurrentModel;
  readonly lifecycle: ModelLifecycle;
  readonly watch: ModelWatch;

  constructor() {
    const { state } = new World([exampleEvent(1)]).act(1, "save", 1);
    const log = createLogger("silent", "recommender");
    log.error = (_: unknown, sentence?: string) => void this.logged.push(String(sentence));
    const now = () => new Date(nowMs);
    const directory = new ModelDirectory(models.path);
    this.model = new CurrentModel(state, directory, now, log);
    const onControl = ({ from, to, cause }: ControlSwitch) =>
      void this.switches.push(`${from?.manifest.version} → ${to.manifest.version} by ${cause}`);
    this.lifecycle = new ModelLifecycle({ model: this.model, models: directory, now, log, onControl });
    this.watch = new ModelWatch(directory.channelsFile, this.lifecycle, log);
  }

  serving(channel: Channel = "control"): string | undefined {
    return this.model.loadedIn(channel)?.manifest.version;
  }
}

async function started(): Promise<Replica> {
  const replica = new Replica();
  await replica.lifecycle.follow();
  return replica;
}

async function startedWith(...versions: string[]): Promise<Replica> {
  for (const version of versions) await models.setChannel("control", version);
  return started();
}

const wish: Wish = { expected: "", cause: "operator", reason: "" };
const byGuard: Wish = { expected: "", cause: "guard", reason: "it fails" };
const channelsPath = () => join(models.path, "channels.json");

function corrupt(version: string): void {
  const file = join(models.path, version, "model.safetensors");
  writeFileSync(file, readFileSync(file).subarray(1));
}

/** From now on nothing new can be written. */
function fillDisk(): void {
  const open = fs.promises.open;
  jest.spyOn(fs.promises, "open").mockImplementation(async (...args) => {
    if (args[1] === "wx") throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
    return open(...args);
  });
}

describe("ModelLifecycle.follow()", () => {
  it("loads what is published, not what is newest", async () => {
    const replica = await startedWith("1.0.0");
    expect([replica.serving(), replica.logged]).toEqual(["1.0.0", []]);
    await models.setChannel("control", "1.1.0");
    await replica.lifecycle.follow();
    expect(replica.serving()).toBe("1.1.0");
  });

  it("does nothing where nothing was ever published", async () => {
    const replica = await started();
    expect([replica.serving(), replica.lifecycle.hasProblems, replica.logged]).toEqual([
      undefined,
      false,
      [],
    ]);
  });

  it("comes back after a restart with what every channel had", async () => {
    const before = await startedWith("1.0.0", "1.1.0");
    await before.lifecycle.switchTo(["treatment"], "1.2.0", wish);
    await before.lifecycle.switchTo(["shadow"], "1.3.0", wish);
    await before.lifecycle.rollBack("control", wish);
    const after = await started();
    expect(channelNames.map((channel) => after.serving(channel))).toEqual(["1.0.0", "1.2.0", "1.3.0"]);
  });

  it("starts with the newest usable model before a control that is not, and says why", async () => {
    await models.setChannel("control", "1.2.0");
    corrupt("1.2.0");
    corrupt("1.1.0");
    const replica = await started();
    expect([replica.serving(), replica.logged.length]).toEqual(["1.0.0", 2]);
    expect(replica.lifecycle.problemWith("control")).toContain("digest");
  });

  it("starts with no model that was withdrawn or rejected", async () => {
    const gate = { outcome: "rejected", reason: "it is worse", comparisons: [] } as const;
    await publishModel(models, "1.4.0", { gate });
    await publishModel(models, "1.5.0");
    const first = await startedWith("1.2.0", "1.3.0");
    await first.lifecycle.rollBack("control", wish);
    await first.lifecycle.switchTo(["control"], "1.5.0", wish);
    corrupt("1.5.0");
    expect((await started()).serving()).toBe("1.2.0");
  });

  it("ranks by popularity when no model can be used", async () => {
    await models.setChannel("control", "1.0.0");
    corrupt("1.0.0");
    const replica = await started();
    expect([replica.serving(), replica.logged.length]).toEqual([undefined, 1]);
  });

  it("goes on with what it has when what is published cannot be used", async () => {
    const replica = await startedWith("1.0.0", "1.2.0");
    await models.setChannel("control", "1.3.0");
    corrupt("1.3.0");
    await replica.lifecycle.follow();
    await replica.lifecycle.follow();
    expect([replica.serving(), replica.logged.length]).toEqual(["1.2.0", 1]);
    expect(replica.lifecycle.problemWith("control")).toContain("1.3.0 cannot be used");
  });

  it.each(["", '{"control": "1.', '{"control": 7}'])(
    "goes on with what it has when channels.json is %j",
    async (content) => {
      const replica = await startedWith("1.0.0");
      writeFileSync(channelsPath(), content);
      await replica.lifecycle.follow();
      expect(replica.serving()).toBe("1.0.0");
      expect(replica.lifecycle.problemWith("channels")).toContain("channels.json cannot be read");
      expect(replica.logged).toHaveLength(1);
    },
  );

  it("goes on with what it has when the volume is gone, and follows again when it is back", async () => {
    const replica = await startedWith("1.0.0");
    await replica.lifecycle.switchTo(["shadow"], "1.1.0", wish);
    fs.renameSync(models.path, `${models.path}-away`);
    await replica.watch.look();
    expect([replica.serving(), replica.serving("shadow")]).toEqual(["1.0.0", "1.1.0"]);
    fs.renameSync(`${models.path}-away`, models.path);
    await models.setChannel("control", "1.2.0");
    await replica.watch.look();
    expect(replica.serving()).toBe("1.2.0");
  });

  it("empties a channel that is published empty", async () => {
    const [first, second] = [await startedWith("1.0.0"), await started()];
    await first.lifecycle.switchTo(["shadow"], "1.1.0", wish);
    await second.lifecycle.follow();
    expect(second.serving("shadow")).toBe("1.1.0");
    await first.lifecycle.switchTo(["shadow"], "", wish);
    await second.lifecycle.follow();
    expect([first.serving("shadow"), second.serving("shadow")]).toEqual([undefined, undefined]);
  });
});

describe("ModelWatch", () => {
  it("brings what one replica switched to the others", async () => {
    const [first, second] = [await startedWith("1.0.0"), await started()];
    await first.lifecycle.switchTo(["control"], "1.1.0", wish);
    await second.watch.look();
    expect(second.serving()).toBe("1.1.0");
  });

  it("leaves alone what an operator has loaded, until something else is published", async () => {
    const replica = await startedWith("1.0.0");
    await replica.lifecycle.reload("control", "1.1.0", "");
    await replica.watch.look();
    await replica.watch.look();
    expect(replica.serving()).toBe("1.1.0");
    await models.setChannel("control", "1.2.0");
    await replica.watch.look();
    expect(replica.serving()).toBe("1.2.0");
  });

  it("tries again what could not be followed", async () => {
    const replica = await startedWith("1.0.0");
    const aside = `${models.path}/elsewhere`;
    fs.renameSync(join(models.path, "1.1.0"), aside);
    const record = JSON.stringify({ control: "1.1.0" });
    writeFileSync(channelsPath(), record);
    await replica.watch.look();
    expect(replica.lifecycle.problemWith("control")).toBe('no model "1.1.0"');
    fs.renameSync(aside, join(models.path, "1.1.0"));
    for (let looks = 0; looks < 15; looks++) await replica.watch.look();
    expect([replica.serving(), replica.lifecycle.hasProblems]).toEqual(["1.1.0", false]);
  });
});

describe("ModelLifecycle.reload()", () => {
  it("loads a version once, however often it is asked for", async () => {
    const replica = await startedWith("1.0.0");
    const calls = Array.from({ length: 5 }, () => replica.lifecycle.reload("control", "1.1.0", ""));
    const answers = await Promise.all(calls);
    expect(answers.map(({ reloaded }) => reloaded)).toEqual([true, false, false, false, false]);
    expect(new Set(answers.map(({ model }) => model)).size).toBe(1);
  });

  it("loads one after the other what is asked for at the same time; the last one stays", async () => {
    const replica = await startedWith("1.0.0");
    const versions = ["1.1.0", "1.2.0", "1.3.0"];
    const answers = await Promise.all(versions.map((each) => replica.lifecycle.reload("control", each, "")));
    expect(answers.map(({ model }) => model.manifest.version)).toEqual(versions);
    expect(replica.switches.slice(1)).toEqual([
      "1.0.0 → 1.1.0 by operator",
      "1.1.0 → 1.2.0 by operator",
      "1.2.0 → 1.3.0 by operator",
    ]);
    expect(replica.serving()).toBe("1.3.0");
  });

  it("loads what is published when no version is named", async () => {
    const replica = await startedWith("1.0.0");
    await models.setChannel("control", "1.2.0");
    expect((await replica.lifecycle.reload("control", "", "")).model.manifest.version).toBe("1.2.0");
    await expect(replica.lifecycle.reload("shadow", "", "")).rejects.toMatchObject({
      reason: "CHANNEL_EMPTY",
    });
  });

  it("leaves the old model after any failure, and goes on with the next call", async () => {
    const replica = await startedWith("1.0.0");
    corrupt("1.1.0");
    const failing = [
      replica.lifecycle.reload("control", "1.1.0", ""),
      replica.lifecycle.reload("control", "9.9.9", ""),
      replica.lifecycle.reload("control", "1.2.0", "0".repeat(64)),
    ];
    const next = replica.lifecycle.reload("shadow", "1.3.0", "");
    await expect(failing[0]).rejects.toThrow(UnusableModel);
    await expect(failing[1]).rejects.toMatchObject({ reason: "MODEL_NOT_FOUND" });
    await expect(failing[2]).rejects.toMatchObject({ reason: "DIGEST_MISMATCH" });
    expect((await next).reloaded).toBe(true);
    expect(replica.serving()).toBe("1.0.0");
  });
});

describe("ModelLifecycle.switchTo()", () => {
  it("publishes nothing that cannot rank", async () => {
    const replica = await startedWith("1.0.0");
    corrupt("1.1.0");
    await expect(replica.lifecycle.switchTo(["control"], "1.1.0", wish)).rejects.toThrow(UnusableModel);
    expect([replica.serving(), (await models.channels()).control]).toEqual(["1.0.0", "1.0.0"]);
  });

  it("changes nothing when channels.json cannot be written", async () => {
    const replica = await startedWith("1.0.0");
    fillDisk();
    const switching = replica.lifecycle.switchTo(["control"], "1.1.0", wish);
    await expect(switching).rejects.toThrow(UnwritableChannels);
    expect([replica.serving(), (await models.channels()).control]).toEqual(["1.0.0", "1.0.0"]);
  });

  it("lets one of two operators win who both expect what they saw", async () => {
    const [first, second] = [await startedWith("1.0.0"), await started()];
    const expecting = { ...wish, expected: "1.0.0" };
    const outcomes = await Promise.allSettled([
      first.lifecycle.switchTo(["control"], "1.1.0", expecting),
      second.lifecycle.switchTo(["control"], "1.2.0", expecting),
    ]);
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused).toMatchObject([{ reason: { reason: "CHANNEL_MOVED" } }]);
    const winner = outcomes[0].status === "fulfilled" ? "1.1.0" : "1.2.0";
    expect((await models.channels()).control).toBe(winner);
  });

  it("ends a withdrawal", async () => {
    const replica = await startedWith("1.0.0", "1.1.0");
    await replica.lifecycle.rollBack("control", wish);
    const reloading = replica.lifecycle.reload("control", "1.1.0", "");
    await expect(reloading).rejects.toMatchObject({ reason: "MODEL_WITHDRAWN" });
    await replica.lifecycle.switchTo(["control"], "1.1.0", wish);
    expect([replica.serving(), replica.lifecycle.record.withdrawn]).toEqual(["1.1.0", {}]);
  });
});

describe("ModelLifecycle.rollBack()", () => {
  it("goes back one version at a time, passing over what cannot be used", async () => {
    const replica = await startedWith("1.0.0", "1.1.0", "1.2.0", "1.3.0");
    corrupt("1.1.0");
    const back = () => replica.lifecycle.rollBack("control", wish);
    expect([await back(), replica.serving()]).toEqual([{ version: "1.2.0", withdrawn: "1.3.0" }, "1.2.0"]);
    expect(await back()).toEqual({ version: "1.0.0", withdrawn: "1.2.0" });
    await expect(back()).rejects.toMatchObject({ reason: "NOTHING_BEFORE" });
    expect(replica.serving()).toBe("1.0.0");
  });

  it("has nothing to go back to in a channel that never had anything", async () => {
    const replica = await startedWith("1.0.0");
    const rolling = replica.lifecycle.rollBack("treatment", wish);
    await expect(rolling).rejects.toMatchObject({ reason: "NOTHING_BEFORE" });
  });

  it("happens once when two replicas find the same harm", async () => {
    const [first, second] = [await startedWith("1.0.0", "1.1.0", "1.2.0"), await started()];
    const wishes = { ...byGuard, expected: "1.2.0" };
    const outcomes = await Promise.allSettled(
      [first, second].map((replica) => replica.lifecycle.rollBack("control", wishes)),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await models.channels()).control).toBe("1.1.0");
  });

  it("is not undone by the watch, a restart or a call of Reload", async () => {
    const replica = await startedWith("1.0.0", "1.1.0");
    await replica.lifecycle.rollBack("control", byGuard);
    await replica.watch.look();
    await replica.lifecycle.reload("control", "", "");
    expect([replica.serving(), (await started()).serving()]).toEqual(["1.0.0", "1.0.0"]);
  });

  it("takes a harmful model out of this replica though the disk is full, and says that it is not written", async () => {
    const replica = await startedWith("1.0.0", "1.1.0");
    fillDisk();
    await expect(replica.lifecycle.rollBack("control", byGuard)).rejects.toThrow(UnwritableChannels);
    expect([replica.serving(), (await models.channels()).control]).toEqual(["1.0.0", "1.1.0"]);
    jest.restoreAllMocks();
    await replica.lifecycle.rollBack("control", byGuard);
    expect((await models.channels()).control).toBe("1.0.0");
  });

  it("takes a harmful model out of this replica though channels.json is damaged", async () => {
    const replica = await startedWith("1.0.0", "1.1.0");
    writeFileSync(channelsPath(), "{");
    await expect(replica.lifecycle.rollBack("control", byGuard)).rejects.toThrow(UnreadableChannels);
    expect(replica.serving()).toBe("1.0.0");
  });

  it("leaves an operator's model where it is when the disk is full", async () => {
    const replica = await startedWith("1.0.0", "1.1.0");
    fillDisk();
    await expect(replica.lifecycle.rollBack("control", wish)).rejects.toThrow(UnwritableChannels);
    expect(replica.serving()).toBe("1.1.0");
  });
});
