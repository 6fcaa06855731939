import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { volumeForEachTest } from "../../../../tests/fixtures/model-bed.js";
import { publishModel } from "../../../../tests/fixtures/recommender-bed.js";
import { channelNames } from "./channels.js";
import type { Wish } from "./model-lifecycle.js";
import { digestOf } from "./model-manifest.js";

const volume = volumeForEachTest("1.0.0", "1.1.0", "1.2.0", "1.3.0");
const wish: Wish = { expected: "", cause: "operator", reason: "" };

describe("ModelLifecycle.follow()", () => {
  it("loads what is published, not what is newest", async () => {
    const replica = await volume.startReplica("1.0.0");
    expect([replica.serving(), replica.errors]).toEqual(["1.0.0", []]);
    await volume.models.setChannel("control", "1.1.0");
    await replica.lifecycle.follow();
    expect(replica.serving()).toBe("1.1.0");
  });

  it("does nothing where nothing was ever published", async () => {
    const replica = await volume.startReplica();
    expect([replica.serving(), replica.lifecycle.hasProblems, replica.errors]).toEqual([
      undefined,
      false,
      [],
    ]);
  });

  it("comes back after a restart with what every channel had", async () => {
    const before = await volume.startReplica("1.0.0", "1.1.0");
    await before.lifecycle.switchTo(["treatment"], "1.2.0", wish);
    await before.lifecycle.switchTo(["shadow"], "1.3.0", wish);
    await before.lifecycle.rollBack("control", wish);
    const after = await volume.startReplica();
    expect(channelNames.map((channel) => after.serving(channel))).toEqual(["1.0.0", "1.2.0", "1.3.0"]);
  });

  it("starts with the newest usable model before a control that is not, and says why", async () => {
    await volume.models.setChannel("control", "1.2.0");
    volume.corrupt("1.2.0");
    volume.corrupt("1.1.0");
    const replica = await volume.startReplica();
    expect([replica.serving(), replica.errors.length]).toEqual(["1.0.0", 2]);
    expect(replica.lifecycle.problemWith("control")).toContain("digest");
  });

  it("starts with no model that was withdrawn or rejected", async () => {
    const gate = { outcome: "rejected", reason: "it is worse", comparisons: [] } as const;
    await publishModel(volume.models, "1.4.0", { gate });
    await publishModel(volume.models, "1.5.0");
    const first = await volume.startReplica("1.2.0", "1.3.0");
    await first.lifecycle.rollBack("control", wish);
    await first.lifecycle.switchTo(["control"], "1.5.0", wish);
    volume.corrupt("1.5.0");
    expect((await volume.startReplica()).serving()).toBe("1.2.0");
  });

  it("ranks by popularity when no model can be used", async () => {
    await volume.models.setChannel("control", "1.0.0");
    volume.corrupt("1.0.0");
    const replica = await volume.startReplica();
    expect([replica.serving(), replica.errors.length]).toEqual([undefined, 1]);
  });

  it("goes on with what it has when what is published cannot be used", async () => {
    const replica = await volume.startReplica("1.0.0", "1.2.0");
    await volume.models.setChannel("control", "1.3.0");
    volume.corrupt("1.3.0");
    await replica.lifecycle.follow();
    await replica.lifecycle.follow();
    expect([replica.serving(), replica.errors.length]).toEqual(["1.2.0", 1]);
    expect(replica.lifecycle.problemWith("control")).toContain("1.3.0 cannot be used");
  });

  it.each(["", '{"control": "1.', '{"control": 7}'])(
    "goes on with what it has when channels.json is %j",
    async (content) => {
      const replica = await volume.startReplica("1.0.0");
      volume.writeChannels(content);
      await replica.lifecycle.follow();
      expect(replica.serving()).toBe("1.0.0");
      expect(replica.lifecycle.problemWith("channels")).toContain("channels.json cannot be read");
      expect(replica.errors).toHaveLength(1);
    },
  );

  it("goes on with what it has when the volume is gone, and follows again when it is back", async () => {
    const replica = await volume.startReplica("1.0.0");
    await replica.lifecycle.switchTo(["shadow"], "1.1.0", wish);
    renameSync(volume.models.path, `${volume.models.path}-away`);
    await replica.watch.look();
    expect([replica.serving(), replica.serving("shadow")]).toEqual(["1.0.0", "1.1.0"]);
    expect(replica.lifecycle.problemWith("channels")).toContain("gone");
    renameSync(`${volume.models.path}-away`, volume.models.path);
    await volume.models.setChannel("control", "1.2.0");
    await replica.watch.look();
    expect([replica.serving(), replica.lifecycle.hasProblems]).toEqual(["1.2.0", false]);
  });

  it("says that channels.json is gone for as long as it is, and logs it once", async () => {
    const replica = await volume.startReplica("1.0.0");
    const file = join(volume.models.path, "channels.json");
    renameSync(file, `${file}-away`);
    for (let looks = 0; looks < 40; looks++) await replica.watch.look();
    expect(replica.lifecycle.problemWith("channels")).toContain("channels.json cannot be read");
    expect([replica.serving(), replica.errors.length]).toEqual(["1.0.0", 1]);
    renameSync(`${file}-away`, file);
    await replica.watch.look();
    expect(replica.lifecycle.hasProblems).toBe(false);
  });

  it("follows a version whose number has come back with other bytes, on an empty volume or beside others", async () => {
    const replica = await volume.startReplica("1.0.0");
    for (const path of [volume.models.path, volume.pathOf("1.0.0", "")]) {
      rmSync(path, { recursive: true });
      const before = replica.model.loadedIn("control")!;
      const weights = before.ranker.model.weights.map((weight) => 2 * weight);
      const manifest = await publishModel(volume.models, "1.0.0", { weights });
      await volume.models.setChannel("control", "1.0.0");
      await replica.watch.look();
      const sha256 = digestOf(manifest);
      expect(replica.model.loadedIn("control")).toMatchObject({ manifest, sha256 });
      expect(await replica.lifecycle.reload("control", "1.0.0", sha256)).toMatchObject({ reloaded: false });
    }
  });

  it("keeps control's model when control is published empty", async () => {
    const replica = await volume.startReplica("1.0.0");
    volume.writeChannels('{"shadow": "1.1.0"}');
    await replica.watch.look();
    expect([replica.serving(), replica.serving("shadow")]).toEqual(["1.0.0", "1.1.0"]);
  });

  it("empties a channel that is published empty", async () => {
    const [first, second] = [await volume.startReplica("1.0.0"), await volume.startReplica()];
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
    const [first, second] = [await volume.startReplica("1.0.0"), await volume.startReplica()];
    await first.lifecycle.switchTo(["control"], "1.1.0", wish);
    await second.watch.look();
    expect(second.serving()).toBe("1.1.0");
  });

  it("leaves alone what an operator has loaded, until something else is published", async () => {
    const replica = await volume.startReplica("1.0.0");
    await replica.lifecycle.reload("control", "1.1.0", "");
    await replica.watch.look();
    await replica.watch.look();
    expect(replica.serving()).toBe("1.1.0");
    await volume.models.setChannel("control", "1.2.0");
    await replica.watch.look();
    expect(replica.serving()).toBe("1.2.0");
  });

  it("tries again what could not be followed", async () => {
    const replica = await volume.startReplica("1.0.0");
    const aside = `${volume.models.path}/elsewhere`;
    renameSync(join(volume.models.path, "1.1.0"), aside);
    const record = JSON.stringify({ control: "1.1.0" });
    volume.writeChannels(record);
    await replica.watch.look();
    expect(replica.lifecycle.problemWith("control")).toBe('no model "1.1.0"');
    renameSync(aside, join(volume.models.path, "1.1.0"));
    for (let looks = 0; looks < 15; looks++) await replica.watch.look();
    expect([replica.serving(), replica.lifecycle.hasProblems]).toEqual(["1.1.0", false]);
  });
});
