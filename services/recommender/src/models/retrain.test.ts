import { Code, ConnectError } from "@connectrpc/connect";
import { ModelBed, reasonOf, volumeForEachTest } from "../../../../tests/fixtures/model-bed.js";

const volume = volumeForEachTest("1.0.0", "1.1.0");
beforeEach(() => volume.models.setChannel("control", "1.0.0"));

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
      if (outcome !== undefined) heard = `${outcome.version} ${bed.serving()}`;
    }
    expect(heard).toBe("1.1.0 1.1.0");
  });

  it("hears of every step, and passes on that it is to be done in any case", async () => {
    const bed = bedWith(
      'console.log(JSON.stringify({ outcome: "skipped", version: "", reason: [process.env.LOG_LEVEL, ...process.argv.slice(2)].join() }));',
    );
    const reasons: (string | undefined)[] = [];
    for (const force of [false, true]) {
      for await (const { outcome } of bed.client.retrain({ force })) reasons.push(outcome?.reason);
    }
    expect(reasons).toEqual(["info", "info,--force"]);
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

  it("passes on why a trainer published nothing", async () => {
    const reason = "model 1.3.0 was not published: no space is left for it at /models (ENOSPC)";
    const bed = bedWith(`${say({ outcome: "failed", version: "", reason })} process.exitCode = 73;`);
    const call = drained(bed.client.retrain({}));
    await expect(call).rejects.toMatchObject({ code: Code.Internal, rawMessage: reason });
  });

  it("says that channels.json is damaged, and trains nothing", async () => {
    const bed = bedWith(say({ outcome: "published", version: "1.1.0", reason: "it is better" }));
    volume.writeChannels("{");
    const call = () => drained(bed.client.retrain({}));
    await expect(call()).rejects.toMatchObject({
      code: Code.FailedPrecondition,
      rawMessage: expect.stringContaining("channels.json cannot be read"),
    });
    expect(await reasonOf(call())).toBe("CHANNELS_UNREADABLE");
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
