import { Code } from "@connectrpc/connect";
import {
  GuardState,
  ModelChannel,
  ModelCondition,
  SwitchCause,
  SwitchTarget,
} from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import { volumeForEachTest } from "../../../../tests/fixtures/model-bed.js";
import { publishModel } from "../../../../tests/fixtures/recommender-bed.js";
import { ModelDirectory } from "./model-directory.js";

const volume = volumeForEachTest("1.0.0", "1.1.0", "1.2.0");
beforeEach(() => volume.models.setChannel("control", "1.0.0"));

const start = () => volume.startReplica();
const { CONTROL, TREATMENT, SHADOW } = ModelChannel;
const truncate = (bytes: Buffer) => bytes.subarray(0, -9);
const lieAbout = (field: string, value: unknown) => (bytes: Buffer) =>
  Buffer.from(JSON.stringify({ ...JSON.parse(bytes.toString()), [field]: value }));

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

  it("reads a version once, for as long as its files are the same", async () => {
    const bed = await start();
    const loaded = jest.spyOn(ModelDirectory.prototype, "load");
    await bed.client.listModels({});
    await bed.client.listModels({});
    expect(loaded).toHaveBeenCalledTimes(3);
    volume.damage("1.1.0", truncate);
    const { models } = await bed.client.listModels({});
    expect([models[1]?.condition, loaded.mock.calls.length]).toEqual([ModelCondition.UNUSABLE, 4]);
  });

  it("calls a version unusable that has the digest it should have and cannot be ranked with", async () => {
    const bed = await start();
    volume.damage("1.1.0", lieAbout("shapes", { "blend.weights": [1] }), "manifest.json");
    volume.damage("1.2.0", lieAbout("parameters", {}), "manifest.json");
    const { models } = await bed.client.listModels({});
    expect(models.map(({ version, condition, reason }) => [version, condition, reason])).toMatchObject([
      ["1.2.0", ModelCondition.UNUSABLE, expect.stringContaining("parameter")],
      ["1.1.0", ModelCondition.UNUSABLE, expect.stringContaining("shape")],
      ["1.0.0", ModelCondition.AVAILABLE, ""],
    ]);
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

  it("names as former only what can be rolled back to: no version that is gone or damaged", async () => {
    const bed = await start();
    await volume.publish("1.3.0", "1.4.0");
    for (const version of ["1.1.0", "1.2.0", "1.3.0", "1.4.0"])
      await bed.client.switchModel({ version, target: SwitchTarget.CONTROL });
    await volume.models.remove("1.1.0");
    volume.damage("1.2.0", truncate);
    const { channels } = await bed.client.getModelStatus({});
    expect(channels[0]?.formerVersions).toEqual(["1.3.0", "1.0.0"]);
    await bed.client.rollback({});
    expect(await bed.client.rollback({})).toMatchObject({ version: "1.0.0" });
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
    const { channels } = await (await start()).client.getModelStatus({});
    expect(channels.map(({ servingVersion }) => servingVersion)).toEqual(["popularity", "", ""]);
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
    expect([bed.serving(), other.serving()]).toEqual(["1.0.0", "1.0.0"]);
    expect((await bed.client.reload({})).version).toBe("1.0.0"); // and stays out
  });
});

describe("the guard, after two switches close together", () => {
  it("goes back to what it measured by, and not to what it could not judge yet", async () => {
    const bed = await start();
    const switchTo = (version: string) => bed.client.switchModel({ version, target: SwitchTarget.CONTROL });
    const answer = (version: string, times: number, latencyMs: number) => {
      for (let i = 0; i < times; i++) bed.guard.answered(version, false, latencyMs);
    };
    answer("1.0.0", 500, 1);
    await switchTo("1.1.0");
    answer("1.1.0", 100, 20);
    await bed.watch.look();
    await switchTo("1.2.0");
    answer("1.2.0", 500, 20);
    await bed.watch.look();
    expect([bed.serving(), (await volume.models.channels()).control]).toEqual(["1.0.0", "1.0.0"]);
    const { models } = await bed.client.listModels({});
    expect(models.map(({ version, condition }) => [version, condition])).toEqual([
      ["1.2.0", ModelCondition.WITHDRAWN],
      ["1.1.0", ModelCondition.AVAILABLE],
      ["1.0.0", ModelCondition.AVAILABLE],
    ]);
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
