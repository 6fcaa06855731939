import { rmSync } from "node:fs";
import { join } from "node:path";
import { Code } from "@connectrpc/connect";
import {
  ModelChannel,
  ModelCondition,
  SwitchTarget,
} from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import { type ModelBed, reasonOf, volumeForEachTest } from "../../../../tests/fixtures/model-bed.js";

const volume = volumeForEachTest("1.0.0", "1.1.0", "1.2.0");
beforeEach(() => volume.models.setChannel("control", "1.0.0"));

const start = () => volume.startReplica();
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
      "has a manifest with the digest of another file before its own",
      () =>
        volume.damage(
          "1.1.0",
          (bytes) =>
            Buffer.from(bytes.toString().replace('"sha256": {', `$& "another": "${"a".repeat(64)}",`)),
          "manifest.json",
        ),
      "MODEL_UNUSABLE",
      Code.FailedPrecondition,
    ],
    [
      "has a manifest that tells of an array which is not in the file",
      () =>
        volume.damage(
          "1.1.0",
          (bytes) => Buffer.from(bytes.toString().replace('"shapes": {', '$& "vector.bias": [32],')),
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

  it("says that channels.json is gone, until SwitchModel makes a new one", async () => {
    const bed = await start();
    rmSync(join(volume.models.path, "channels.json"));
    expect(await reasonOf(bed.client.reload({}))).toBe("CHANNELS_UNREADABLE");
    await bed.watch.look();
    expect((await bed.client.getModelStatus({})).problem).toContain("gone");
    await bed.client.switchModel({ version: "1.1.0", target: SwitchTarget.CONTROL });
    expect((await bed.client.getModelStatus({})).problem).toBe("");
    expect(await volume.models.channels()).toEqual({ control: "1.1.0" });
  });

  it("knows what is published by then, though it is told of a version by name", async () => {
    const [bed, other] = [await start(), await start()];
    await volume.models.setChannel("control", "1.1.0");
    await bed.client.reload({ version: "1.1.0" });
    const [control] = (await bed.client.getModelStatus({})).channels;
    expect(control).toMatchObject({ publishedVersion: "1.1.0", servingVersion: "1.1.0" });
    await other.client.rollback({});
    expect(await reasonOf(bed.client.reload({ version: "1.1.0" }))).toBe("MODEL_WITHDRAWN");
  });

  it("puts right what could not be followed before", async () => {
    const bed = await start();
    await volume.models.setChannel("control", "1.1.0");
    volume.damage("1.1.0", (bytes) => bytes.with(bytes.length - 20, bytes.at(-20)! ^ 4));
    await bed.watch.look();
    volume.damage("1.1.0", (bytes) => bytes.with(bytes.length - 20, bytes.at(-20)! ^ 4));
    await bed.client.reload({});
    const [control] = (await bed.client.getModelStatus({})).channels;
    expect(control).toMatchObject({ servingVersion: "1.1.0", problem: "" });
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

  it("is refused for a version whose file is damaged, though it ranks in another channel", async () => {
    const bed = await start();
    await bed.client.switchModel({ version: "1.1.0", target: SwitchTarget.SHADOW });
    volume.damage("1.1.0", (bytes) => bytes.with(bytes.length - 20, bytes.at(-20)! ^ 4));
    const call = bed.client.switchModel({ version: "1.1.0", target: SwitchTarget.CONTROL });
    expect(await reasonOf(call)).toBe("DIGEST_MISMATCH");
    expect(await volume.models.channels()).toEqual({ control: "1.0.0", shadow: "1.1.0" });
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
    volume.refuseWriting(code);
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

  it("says that an operator took a version back where none said why", async () => {
    const bed = await start();
    await bed.client.switchModel({ version: "1.1.0", target: SwitchTarget.CONTROL });
    await bed.client.rollback({});
    const { models } = await bed.client.listModels({});
    expect(models.find(({ version }) => version === "1.1.0")?.reason).toBe("an operator rolled it back");
    await expect(bed.client.reload({ version: "1.1.0" })).rejects.toThrow(
      "model 1.1.0 was rolled back: an operator rolled it back",
    );
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
