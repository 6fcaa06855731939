import fs, { rmSync } from "node:fs";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  GuardState,
  ModelChannel,
  ModelCondition,
  SwitchCause,
  SwitchTarget,
} from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import { ModelBed, ModelVolume, reasonOf } from "../../../tests/fixtures/model-bed.js";
import { publishModel } from "../../../tests/fixtures/recommender-bed.js";

let volume: ModelVolume;

beforeEach(async () => {
  volume = new ModelVolume();
  await volume.publish("1.0.0", "1.1.0", "1.2.0");
  await volume.models.setChannel("control", "1.0.0");
});
afterEach(() => {
  jest.restoreAllMocks();
  volume.remove();
});

const start = () => new ModelBed(volume).start();
const { CONTROL, TREATMENT, SHADOW } = ModelChannel;
const truncate = (bytes: Buffer) => bytes.subarray(0, -9);

async function serving({ client }: ModelBed): Promise<string[]> {
  const { channels } = await client.getModelStatus({});
  return channels.map(({ servingVersion }) => servingVersion);
}

describe("ModelService.Reload", () => {
  it("loads a version with its digest, and says that it did", async () => {
    const bed = await start();
    const sha256 = Object.values((await volume.models.manifest("1.1.0")).sha256)[0]!;
    const request = { version: "1.1.0", sha256, channel: CONTROL };
    expect(await bed.client.reload(request)).toMatchObject({ ...request, reloaded: true });
    expect(await bed.client.reload(request)).toMatchObject({ ...request, reloaded: false });
    expect(await serving(bed)).toEqual(["1.1.0", "", ""]);
  });

  it("reads no channel as control and no version as the one that is published", async () => {
    const bed = await start();
    await volume.models.setChannel("control", "1.2.0");
    expect(await bed.client.reload({})).toMatchObject({ version: "1.2.0", channel: CONTROL, reloaded: true });
  });

  it.each<[string, () => unknown, string, Code]>([
    ["is cut short", () => volume.damage("1.1.0", truncate), "DIGEST_MISMATCH", Code.FailedPrecondition],
    [
      "has a bit flipped",
      () => volume.damage("1.1.0", (bytes) => bytes.with(bytes.length - 20, bytes.at(-20)! ^ 4)),
      "DIGEST_MISMATCH",
      Code.FailedPrecondition,
    ],
    ["has no file", () => rmSync(volume.pathOf("1.1.0")), "MODEL_UNUSABLE", Code.FailedPrecondition],
    [
      "has a manifest that is cut short",
      () => volume.damage("1.1.0", truncate, "manifest.json"),
      "MODEL_UNUSABLE",
      Code.FailedPrecondition,
    ],
    [
      "has a manifest that lies about what is in the file",
      () =>
        volume.damage(
          "1.1.0",
          (bytes) => Buffer.from(bytes.toString().replace(/"priorLikes": \d+/, '"priorLikes": -1')),
          "manifest.json",
        ),
      "MODEL_UNUSABLE",
      Code.FailedPrecondition,
    ],
    [
      "is gone",
      () => rmSync(volume.pathOf("1.1.0", ""), { recursive: true }),
      "MODEL_NOT_FOUND",
      Code.NotFound,
    ],
  ])("keeps the old model and says why when the version %s", async (_, harm, reason, code) => {
    const bed = await start();
    harm();
    const call = () => bed.client.reload({ version: "1.1.0" });
    await expect(call()).rejects.toMatchObject({ code });
    expect(await reasonOf(call())).toBe(reason);
    expect(await serving(bed)).toEqual(["1.0.0", "", ""]);
  });

  it("says that a version has another digest than the caller wants", async () => {
    const bed = await start();
    const asked = { version: "1.1.0", sha256: "f".repeat(64) };
    expect(await reasonOf(bed.client.reload(asked))).toBe("DIGEST_MISMATCH");
  });

  it("says that nothing is published in a channel", async () => {
    const bed = await start();
    expect(await reasonOf(bed.client.reload({ channel: SHADOW }))).toBe("CHANNEL_EMPTY");
  });

  it("says that channels.json is damaged, and goes on", async () => {
    const bed = await start();
    volume.writeChannels('{"control": "1.1');
    expect(await reasonOf(bed.client.reload({}))).toBe("CHANNELS_UNREADABLE");
    await bed.watch.look();
    const { problem } = await bed.client.getModelStatus({});
    expect([problem.includes("channels.json cannot be read"), await serving(bed)]).toEqual([
      true,
      ["1.0.0", "", ""],
    ]);
    expect((await bed.client.reload({ version: "1.1.0" })).reloaded).toBe(true);
  });

  it("does not know a channel that is none", async () => {
    const bed = await start();
    await expect(bed.client.reload({ channel: 9 as ModelChannel })).rejects.toMatchObject({
      code: Code.InvalidArgument,
    });
  });
});

describe("ModelService.SwitchModel", () => {
  it.each<[SwitchTarget, string[]]>([
    [SwitchTarget.CONTROL, ["1.1.0", "", ""]],
    [SwitchTarget.TREATMENT, ["1.0.0", "1.1.0", ""]],
    [SwitchTarget.SHADOW, ["1.0.0", "", "1.1.0"]],
    [SwitchTarget.ALL, ["1.1.0", "1.1.0", "1.1.0"]],
  ])("publishes a version for target %d here and in the other replicas", async (target, expected) => {
    const [bed, other] = [await start(), await start()];
    const { channels } = await bed.client.switchModel({ version: "1.1.0", target });
    expect(channels.map(({ servingVersion }) => servingVersion)).toEqual(expected);
    await other.watch.look();
    expect([await serving(other), await serving(await start())]).toEqual([expected, expected]);
  });

  it("is refused for a version that does not exist, and changes nothing", async () => {
    const bed = await start();
    const call = bed.client.switchModel({ version: "7.0.0", target: SwitchTarget.ALL });
    expect(await reasonOf(call)).toBe("MODEL_NOT_FOUND");
    expect(await volume.models.channels()).toEqual({ control: "1.0.0" });
  });

  it("empties treatment and shadow, but not control", async () => {
    const bed = await start();
    await bed.client.switchModel({ version: "1.1.0", target: SwitchTarget.SHADOW });
    await bed.client.switchModel({ target: SwitchTarget.SHADOW });
    expect(await serving(bed)).toEqual(["1.0.0", "", ""]);
    for (const target of [SwitchTarget.CONTROL, SwitchTarget.ALL]) {
      await expect(bed.client.switchModel({ target })).rejects.toMatchObject({ code: Code.InvalidArgument });
    }
  });

  it("is refused when somebody has switched since", async () => {
    const bed = await start();
    await volume.models.setChannel("control", "1.2.0");
    const wish = { version: "1.1.0", target: SwitchTarget.CONTROL, expectedVersion: "1.0.0" };
    await expect(bed.client.switchModel(wish)).rejects.toMatchObject({ code: Code.Aborted });
    expect(await reasonOf(bed.client.switchModel(wish))).toBe("CHANNEL_MOVED");
  });

  it.each([
    ["ENOSPC", Code.ResourceExhausted],
    ["EROFS", Code.Unavailable],
  ])("changes nothing when the disk says %s", async (code, expected) => {
    const bed = await start();
    const open = fs.promises.open;
    jest.spyOn(fs.promises, "open").mockImplementation(async (...args) => {
      if (args[1] === "wx") throw Object.assign(new Error(code), { code });
      return open(...args);
    });
    const call = () => bed.client.switchModel({ version: "1.1.0", target: SwitchTarget.CONTROL });
    await expect(call()).rejects.toMatchObject({ code: expected });
    expect(await reasonOf(call())).toBe("CHANNELS_UNWRITABLE");
    jest.restoreAllMocks();
    expect([await serving(bed), await volume.models.channels()]).toEqual([
      ["1.0.0", "", ""],
      { control: "1.0.0" },
    ]);
  });
});

describe("ModelService.Rollback", () => {
  it("brings back what served before and withdraws what did not do", async () => {
    const bed = await start();
    await bed.client.switchModel({ version: "1.1.0", target: SwitchTarget.CONTROL });
    expect(await bed.client.rollback({ reason: "people complain" })).toMatchObject({
      version: "1.0.0",
      withdrawnVersion: "1.1.0",
    });
    const { models } = await bed.client.listModels({});
    expect(models.find(({ version }) => version === "1.1.0")).toMatchObject({
      condition: ModelCondition.WITHDRAWN,
      reason: "people complain",
    });
    expect(await reasonOf(bed.client.reload({ version: "1.1.0" }))).toBe("MODEL_WITHDRAWN");
  });

  it("is refused when nothing served before", async () => {
    const bed = await start();
    for (const channel of [CONTROL, TREATMENT]) {
      expect(await reasonOf(bed.client.rollback({ channel }))).toBe("NOTHING_BEFORE");
    }
    expect(await serving(bed)).toEqual(["1.0.0", "", ""]);
  });

  it("happens once when two operators ask for it at the same time", async () => {
    const [bed, other] = [await start(), await start()];
    for (const version of ["1.1.0", "1.2.0"]) await volume.models.setChannel("control", version);
    const calls = [bed, other].map(({ client }) => client.rollback({ expectedVersion: "1.2.0" }));
    const settled = await Promise.allSettled(calls);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await volume.models.channels()).control).toBe("1.1.0");
  });
});

describe("ModelService.ListModels", () => {
  it("tells what each version is good for and where it is used", async () => {
    const gate = { outcome: "rejected", reason: "it is worse for light users", comparisons: [] } as const;
    await publishModel(volume.models, "1.3.0", { gate });
    const bed = await start();
    await bed.client.switchModel({ version: "1.1.0", target: SwitchTarget.SHADOW });
    await bed.client.reload({ version: "1.2.0", channel: TREATMENT });
    volume.damage("1.0.0", truncate); // as it is in memory, it goes on ranking
    const { models } = await bed.client.listModels({});
    const told = models.map(({ version, condition, publishedIn, servingIn }) => [
      version,
      condition,
      publishedIn,
      servingIn,
    ]);
    expect(told).toEqual([
      ["1.3.0", ModelCondition.REJECTED, [], []],
      ["1.2.0", ModelCondition.AVAILABLE, [], [TREATMENT]],
      ["1.1.0", ModelCondition.AVAILABLE, [SHADOW], [SHADOW]],
      ["1.0.0", ModelCondition.UNUSABLE, [CONTROL], [CONTROL]],
    ]);
    expect(models[0]?.reason).toBe("it is worse for light users");
    expect(models[3]?.reason).toContain("digest");
    expect(models[1]?.model).toMatchObject({ version: "1.2.0", metrics: { "ndcg@10": 0.25 } });
  });

  it("tells of a version whose manifest cannot be read", async () => {
    const bed = await start();
    volume.damage("1.2.0", truncate, "manifest.json");
    const [newest] = (await bed.client.listModels({})).models;
    expect(newest).toMatchObject({ version: "1.2.0", condition: ModelCondition.UNUSABLE });
    expect(newest?.model).toBeUndefined();
  });

  it("pages through versions without loss, repeat or empty last page", async () => {
    const bed = await start();
    await volume.publish("1.3.0");
    const pages: string[][] = [];
    let pageToken = "";
    do {
      const page = await bed.client.listModels({ pageSize: 2, pageToken });
      pages.push(page.models.map(({ version }) => version));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(pages).toEqual([
      ["1.3.0", "1.2.0"],
      ["1.1.0", "1.0.0"],
    ]);
    const foreign = bed.client.listModels({ pageToken: "WzFd" });
    await expect(foreign).rejects.toMatchObject({ code: Code.InvalidArgument });
  });

  it("reads a file's digest once, for as long as the file is the same", async () => {
    const bed = await start();
    const opened = jest.spyOn(fs, "createReadStream");
    await bed.client.listModels({});
    await bed.client.listModels({});
    expect(opened).toHaveBeenCalledTimes(3);
    volume.damage("1.1.0", truncate);
    const { models } = await bed.client.listModels({});
    expect([models[1]?.condition, opened.mock.calls.length]).toEqual([ModelCondition.UNUSABLE, 4]);
  });
});

describe("ModelService.GetModelStatus", () => {
  it("tells who switched what and why, the newest first, and what can be rolled back to", async () => {
    const bed = await start();
    const wish = { version: "1.1.0", target: SwitchTarget.CONTROL, reason: "it is better" };
    await bed.client.switchModel(wish);
    await bed.client.rollback({});
    const { switches, channels } = await bed.client.getModelStatus({});
    expect(
      switches.map(({ fromVersion, toVersion, cause, reason }) => [fromVersion, toVersion, cause, reason]),
    ).toEqual([
      ["1.1.0", "1.0.0", SwitchCause.ROLLBACK, ""],
      ["1.0.0", "1.1.0", SwitchCause.OPERATOR, "it is better"],
      ["", "1.0.0", SwitchCause.TRAINING, ""],
    ]);
    expect(channels[0]).toMatchObject({ publishedVersion: "1.0.0", formerVersions: [], problem: "" });
  });

  it("tells why what is published does not rank", async () => {
    const bed = await start();
    await volume.models.setChannel("control", "1.1.0");
    volume.damage("1.1.0", truncate);
    await bed.watch.look();
    const [control] = (await bed.client.getModelStatus({})).channels;
    expect(control).toMatchObject({ publishedVersion: "1.1.0", servingVersion: "1.0.0" });
    expect(control?.problem).toContain("digest");
  });

  it("says that popularity ranks where there is no model", async () => {
    volume.writeChannels("{}");
    expect(await serving(await start())).toEqual(["popularity", "", ""]);
  });

  it("tells of harm, and that what did it is out, in every replica", async () => {
    const [bed, other] = [await start(), await start()];
    for (let i = 0; i < 400; i++) bed.guard.answered("1.0.0", false, 2);
    await bed.client.switchModel({ version: "1.1.0", target: SwitchTarget.CONTROL });
    await other.watch.look();
    for (let i = 0; i < 40; i++) bed.guard.answered("1.1.0", true, 0);
    const { guard: before } = await bed.client.getModelStatus({});
    expect(before).toMatchObject({
      state: GuardState.WATCHING,
      after: { version: "1.1.0", answers: 40n, failures: 40n },
      before: { version: "1.0.0", answers: 400n, failures: 0n, medianLatency: { nanos: 2_000_000 } },
    });
    await bed.watch.look();
    await other.watch.look();
    const { guard, switches } = await bed.client.getModelStatus({});
    expect(guard).toMatchObject({ state: GuardState.HARM_FOUND, after: { version: "1.0.0" } });
    expect(switches[0]).toMatchObject({
      toVersion: "1.0.0",
      cause: SwitchCause.GUARD,
      reason: guard?.finding,
    });
    expect(bed.errors).toEqual(["control does harm and is rolled back"]);
    expect([(await serving(bed))[0], (await serving(other))[0]]).toEqual(["1.0.0", "1.0.0"]);
    expect((await bed.client.reload({})).version).toBe("1.0.0"); // and stays out
  });
});

describe("ModelService.GetShadowReport", () => {
  it("is empty without a shadow", async () => {
    const bed = await start();
    expect(await bed.client.getShadowReport({})).toMatchObject({ shadowVersion: "", requests: 0n });
  });

  it("tells how the shadow compares", async () => {
    const bed = await start();
    await bed.client.switchModel({ version: "1.1.0", target: SwitchTarget.SHADOW });
    const { comparison } = bed.shadow;
    comparison?.add([1, 2, 3], [1, 2, 3]);
    comparison?.add([4, 2, 1], [1, 2, 3]);
    for (const ms of [1, 2, 3]) comparison?.shadowMs.push(ms);
    const report = await bed.client.getShadowReport({});
    expect(report).toMatchObject({ shadowVersion: "1.1.0", controlVersion: "1.0.0", requests: 2n, top: 10 });
    expect(report.meanOverlap).toBeCloseTo(5 / 6);
    expect(report.meanRankCorrelation).toBeCloseTo(0);
    expect(report.shadowLatency).toMatchObject({ median: { nanos: 2_000_000 }, p95: { nanos: 3_000_000 } });
    expect(report.controlLatency?.median).toBeUndefined();
  });
});

describe("ModelService.Retrain", () => {
  const say = (line: object) => `console.log(${JSON.stringify(JSON.stringify(line))});`;
  const bedWith = (source: string) => new ModelBed(volume, { trainer: volume.writeTrainer(source) });

  it("tells of each step, and at last what came of it", async () => {
    const bed = bedWith(
      [
        say({ level: "info", step: "events", done: 0, msg: "reading events" }),
        'console.log("something of Node\'s own");',
        say({ level: "info", step: "test", done: 0.6, msg: "testing" }),
        say({ level: "info", outcome: "rejected", version: "1.3.0", reason: "it is worse", msg: "ended" }),
        "process.exitCode = 3;",
      ].join("\n"),
    );
    const told: unknown[] = [];
    for await (const { step, done, outcome } of bed.client.retrain({}))
      told.push([step, done, outcome?.reason]);
    expect(told).toEqual([
      ["reading events", 0, undefined],
      ["testing", 0.6, undefined],
      ["done", 1, "it is worse"],
    ]);
  });

  it("ranks with the model that came of it by the time that its caller hears of it", async () => {
    const line = { outcome: "published", version: "1.1.0", reason: "it is better" };
    const file = JSON.stringify(`${volume.models.path}/channels.json`);
    const bed = bedWith(`require("fs").writeFileSync(${file}, '{"control": "1.1.0"}'); ${say(line)}`);
    await bed.start();
    let heard = "";
    for await (const { outcome } of bed.client.retrain({})) {
      if (outcome !== undefined) heard = `${outcome.version} ${(await serving(bed))[0]}`;
    }
    expect(heard).toBe("1.1.0 1.1.0");
  });

  it("passes on that it is to be done in any case", async () => {
    const bed = bedWith(
      'console.log(JSON.stringify({ outcome: "skipped", version: "", reason: process.argv.slice(2).join() }));',
    );
    const reasons: (string | undefined)[] = [];
    for (const force of [false, true]) {
      for await (const { outcome } of bed.client.retrain({ force })) reasons.push(outcome?.reason);
    }
    expect(reasons).toEqual(["", "--force"]);
  });

  it.each([
    ["4", "TRAINING_RUNNING", Code.FailedPrecondition],
    ["1", "TRAINING_FAILED", Code.Internal],
    ["73", "TRAINING_FAILED", Code.Internal],
    ["0", "TRAINING_FAILED", Code.Internal],
  ])("says how a training without an outcome ended: status %s is %s", async (status, reason, code) => {
    const line = { outcome: "busy", version: "", reason: "another trainer is at work" };
    const bed = bedWith(`${status === "4" ? say(line) : ""}process.exitCode = ${status};`);
    const call = () => drained(bed.client.retrain({}));
    await expect(call()).rejects.toMatchObject({ code });
    expect(await reasonOf(call())).toBe(reason);
  });

  it("says that there is no trainer", async () => {
    const bed = new ModelBed(volume, { trainer: "/nowhere/train.mjs" });
    expect(await reasonOf(drained(bed.client.retrain({})))).toBe("TRAINER_MISSING");
  });

  it("goes on when its caller leaves, refuses a second one meanwhile, and ends with the replica", async () => {
    const bed = bedWith(`${say({ step: "events", done: 0, msg: "reading" })} setInterval(() => {}, 1000);`);
    const leaving = new AbortController();
    const news = bed.client.retrain({}, { signal: leaving.signal })[Symbol.asyncIterator]();
    expect((await news.next()).value?.step).toBe("reading");
    leaving.abort();
    await expect(news.next()).rejects.toBeInstanceOf(ConnectError);
    expect(await reasonOf(drained(bed.client.retrain({})))).toBe("TRAINING_RUNNING");
    await bed.training.close();
    expect(await reasonOf(drained(bed.client.retrain({})))).toBe("TRAINING_FAILED");
  });
});

/** Reads a stream to its end. */
async function drained(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages);
}
