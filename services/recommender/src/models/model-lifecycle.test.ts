import { rmSync } from "node:fs";
import { join } from "node:path";
import { volumeForEachTest } from "../../../../tests/fixtures/model-bed.js";
import { UnreadableChannels, UnwritableChannels } from "./channels-file.js";
import { UnusableModel } from "./model-directory.js";
import type { Wish } from "./model-lifecycle.js";

const volume = volumeForEachTest("1.0.0", "1.1.0", "1.2.0", "1.3.0");
const wish: Wish = { expected: "", cause: "operator", reason: "" };
const byGuard: Wish = { expected: "", cause: "guard", reason: "it fails" };

describe("ModelLifecycle.reload()", () => {
  it("loads a version once, however often it is asked for", async () => {
    const replica = await volume.startReplica("1.0.0");
    const calls = Array.from({ length: 5 }, () => replica.lifecycle.reload("control", "1.1.0", ""));
    const answers = await Promise.all(calls);
    expect(answers.map(({ reloaded }) => reloaded)).toEqual([true, false, false, false, false]);
    expect(new Set(answers.map(({ model }) => model)).size).toBe(1);
    expect(replica.switches).toEqual(["undefined → 1.0.0 by training", "1.0.0 → 1.1.0 by operator"]);
  });

  it("loads one after the other what is asked for at the same time; the last one stays", async () => {
    const replica = await volume.startReplica("1.0.0");
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
    const replica = await volume.startReplica("1.0.0");
    await volume.models.setChannel("control", "1.2.0");
    expect((await replica.lifecycle.reload("control", "", "")).model.manifest.version).toBe("1.2.0");
    await expect(replica.lifecycle.reload("shadow", "", "")).rejects.toMatchObject({
      reason: "CHANNEL_EMPTY",
    });
  });

  it("leaves the old model after any failure, and goes on with the next call", async () => {
    const replica = await volume.startReplica("1.0.0");
    volume.corrupt("1.1.0");
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
    const replica = await volume.startReplica("1.0.0");
    volume.corrupt("1.1.0");
    await expect(replica.lifecycle.switchTo(["control"], "1.1.0", wish)).rejects.toThrow(UnusableModel);
    expect([replica.serving(), (await volume.models.channels()).control]).toEqual(["1.0.0", "1.0.0"]);
  });

  it("publishes nothing whose file is damaged, though it ranks here already", async () => {
    const replica = await volume.startReplica("1.0.0");
    await replica.lifecycle.switchTo(["treatment", "shadow"], "1.1.0", wish);
    volume.corrupt("1.1.0");
    await expect(replica.lifecycle.switchTo(["control"], "1.1.0", wish)).rejects.toThrow("digest");
    expect([replica.serving(), (await volume.models.channels()).control]).toEqual(["1.0.0", "1.0.0"]);
    await replica.lifecycle.switchTo(["control"], "1.2.0", wish);
    expect([replica.serving(), replica.serving("treatment")]).toEqual(["1.2.0", "1.1.0"]);
  });

  it("does not find a version that was taken away, though it ranks here", async () => {
    const replica = await volume.startReplica("1.0.0");
    await volume.models.remove("1.0.0");
    const switching = replica.lifecycle.switchTo(["shadow"], "1.0.0", wish);
    await expect(switching).rejects.toMatchObject({ reason: "MODEL_NOT_FOUND" });
  });

  it("changes nothing when channels.json cannot be written", async () => {
    const replica = await volume.startReplica("1.0.0");
    volume.refuseWriting("ENOSPC");
    const switching = replica.lifecycle.switchTo(["control"], "1.1.0", wish);
    await expect(switching).rejects.toThrow(UnwritableChannels);
    expect([replica.serving(), (await volume.models.channels()).control]).toEqual(["1.0.0", "1.0.0"]);
  });

  it("lets one of two operators win who both expect what they saw", async () => {
    const [first, second] = [await volume.startReplica("1.0.0"), await volume.startReplica()];
    const expecting = { ...wish, expected: "1.0.0" };
    const outcomes = await Promise.allSettled([
      first.lifecycle.switchTo(["control"], "1.1.0", expecting),
      second.lifecycle.switchTo(["control"], "1.2.0", expecting),
    ]);
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused).toMatchObject([{ reason: { reason: "CHANNEL_MOVED" } }]);
    const winner = outcomes[0].status === "fulfilled" ? "1.1.0" : "1.2.0";
    expect((await volume.models.channels()).control).toBe(winner);
  });

  it("ends a withdrawal", async () => {
    const replica = await volume.startReplica("1.0.0", "1.1.0");
    await replica.lifecycle.rollBack("control", wish);
    const reloading = replica.lifecycle.reload("control", "1.1.0", "");
    await expect(reloading).rejects.toMatchObject({ reason: "MODEL_WITHDRAWN" });
    await replica.lifecycle.switchTo(["control"], "1.1.0", wish);
    expect([replica.serving(), replica.lifecycle.record.withdrawn]).toEqual(["1.1.0", {}]);
  });
});

describe("ModelLifecycle.rollBack()", () => {
  it("goes back one version at a time, passing over what cannot be used", async () => {
    const replica = await volume.startReplica("1.0.0", "1.1.0", "1.2.0", "1.3.0");
    volume.corrupt("1.1.0");
    const back = () => replica.lifecycle.rollBack("control", wish);
    expect([await back(), replica.serving()]).toEqual([{ version: "1.2.0", withdrawn: "1.3.0" }, "1.2.0"]);
    expect(await back()).toEqual({ version: "1.0.0", withdrawn: "1.2.0" });
    await expect(back()).rejects.toMatchObject({ reason: "NOTHING_BEFORE" });
    expect(replica.serving()).toBe("1.0.0");
  });

  it("goes back to a version further back where that is wanted and can be used, and forgets those between", async () => {
    const replica = await volume.startReplica("1.0.0", "1.1.0", "1.2.0");
    const back = await replica.lifecycle.rollBack("control", byGuard, "1.0.0");
    expect([back, replica.serving()]).toEqual([{ version: "1.0.0", withdrawn: "1.2.0" }, "1.0.0"]);
    expect(Object.keys(replica.lifecycle.record.withdrawn)).toEqual(["1.2.0"]);
    const further = replica.lifecycle.rollBack("control", wish);
    await expect(further).rejects.toMatchObject({ reason: "NOTHING_BEFORE" });
  });

  it.each([
    ["is damaged", () => volume.corrupt("1.0.0"), "1.0.0"],
    ["never served", () => undefined, "1.3.0"],
  ])("goes back to the version before where the one that is wanted %s", async (_, happen, wanted) => {
    const replica = await volume.startReplica("1.0.0", "1.1.0", "1.2.0");
    happen();
    const back = await replica.lifecycle.rollBack("control", byGuard, wanted);
    expect(back).toEqual({ version: "1.1.0", withdrawn: "1.2.0" });
  });

  it("of treatment does not withdraw what control ranks with, nor keep it from being loaded again", async () => {
    const replica = await volume.startReplica("1.0.0");
    await replica.lifecycle.switchTo(["treatment"], "1.0.0", wish);
    await replica.lifecycle.switchTo(["control", "treatment", "shadow"], "1.1.0", wish);
    await replica.lifecycle.rollBack("treatment", wish);
    expect(replica.lifecycle.record.withdrawn).toEqual({});
    await replica.lifecycle.rollBack("control", wish);
    expect(replica.lifecycle.record.withdrawn).toHaveProperty(["1.1.0"]);
    const reloading = (channel: "control" | "shadow") => replica.lifecycle.reload(channel, "1.1.0", "");
    expect(await reloading("shadow")).toMatchObject({ reloaded: false });
    await expect(reloading("control")).rejects.toMatchObject({ reason: "MODEL_WITHDRAWN" });
  });

  it("passes over what is damaged on the volume, though it ranks here", async () => {
    const replica = await volume.startReplica("1.0.0", "1.1.0", "1.2.0");
    await replica.lifecycle.switchTo(["shadow"], "1.1.0", wish);
    volume.corrupt("1.1.0");
    expect((await replica.lifecycle.rollBack("control", wish)).version).toBe("1.0.0");
  });

  it("has nothing to go back to in a channel that never had anything", async () => {
    const replica = await volume.startReplica("1.0.0");
    const rolling = replica.lifecycle.rollBack("treatment", wish);
    await expect(rolling).rejects.toMatchObject({ reason: "NOTHING_BEFORE" });
  });

  it("takes out what it was asked about, and nothing that was published meanwhile", async () => {
    const replica = await volume.startReplica("1.0.0", "1.1.0");
    const prepare = replica.model.prepare.bind(replica.model);
    jest.spyOn(replica.model, "prepare").mockImplementation(async (version) => {
      await volume.models.setChannel("control", "1.2.0");
      return prepare(version);
    });
    await expect(replica.lifecycle.rollBack("control", wish)).rejects.toMatchObject({
      reason: "CHANNEL_MOVED",
    });
    expect((await volume.models.channels()).control).toBe("1.2.0");
  });

  it("happens once when two replicas find the same harm", async () => {
    const [first, second] = [
      await volume.startReplica("1.0.0", "1.1.0", "1.2.0"),
      await volume.startReplica(),
    ];
    const wishes = { ...byGuard, expected: "1.2.0" };
    const outcomes = await Promise.allSettled(
      [first, second].map((replica) => replica.lifecycle.rollBack("control", wishes)),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await volume.models.channels()).control).toBe("1.1.0");
  });

  it("is not undone by the watch, a restart or a call of Reload", async () => {
    const replica = await volume.startReplica("1.0.0", "1.1.0");
    await replica.lifecycle.rollBack("control", byGuard);
    await replica.watch.look();
    await replica.lifecycle.reload("control", "", "");
    expect([replica.serving(), (await volume.startReplica()).serving()]).toEqual(["1.0.0", "1.0.0"]);
  });

  it("takes a harmful model out of this replica though the disk is full, and says that it is not written", async () => {
    const replica = await volume.startReplica("1.0.0", "1.1.0");
    volume.refuseWriting("ENOSPC");
    await expect(replica.lifecycle.rollBack("control", byGuard)).rejects.toThrow(UnwritableChannels);
    expect([replica.serving(), (await volume.models.channels()).control]).toEqual(["1.0.0", "1.1.0"]);
    jest.restoreAllMocks();
    await replica.lifecycle.rollBack("control", byGuard);
    expect((await volume.models.channels()).control).toBe("1.0.0");
  });

  it("takes a harmful model out of this replica though channels.json is damaged", async () => {
    const replica = await volume.startReplica("1.0.0", "1.1.0");
    volume.writeChannels("{");
    await expect(replica.lifecycle.rollBack("control", byGuard)).rejects.toThrow(UnreadableChannels);
    expect(replica.serving()).toBe("1.0.0");
  });

  it("takes a harmful model out of this replica though channels.json is gone", async () => {
    const replica = await volume.startReplica("1.0.0", "1.1.0");
    rmSync(join(volume.models.path, "channels.json"));
    await expect(replica.lifecycle.rollBack("control", wish)).rejects.toThrow(UnreadableChannels);
    expect(replica.serving()).toBe("1.1.0");
    await expect(replica.lifecycle.rollBack("control", byGuard)).rejects.toThrow(UnreadableChannels);
    expect(replica.serving()).toBe("1.0.0");
  });

  it("leaves an operator's model where it is when the disk is full", async () => {
    const replica = await volume.startReplica("1.0.0", "1.1.0");
    volume.refuseWriting("ENOSPC");
    await expect(replica.lifecycle.rollBack("control", wish)).rejects.toThrow(UnwritableChannels);
    expect(replica.serving()).toBe("1.1.0");
  });
});
