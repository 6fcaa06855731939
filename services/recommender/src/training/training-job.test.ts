import { appendFileSync, readdirSync } from "node:fs";
import { Code } from "@connectrpc/connect";
import { KubernetesApi, pathOf } from "@craic/runtime/kubernetes.js";
import { createLogger } from "@craic/runtime/log.js";
import { FakeKubernetes } from "../../../../tests/fixtures/fake-kubernetes.js";
import { ModelBed, reasonOf, volumeForEachTest } from "../../../../tests/fixtures/model-bed.js";
import { until } from "../../../../tests/fixtures/until.js";
import { TrainingJob } from "./training-job.js";

const cronJobPath = pathOf("craic", "batch/v1/cronjobs", "craic-trainer");
const jobPath = pathOf("craic", "batch/v1/jobs", "craic-trainer-retrain");
const complete = { conditions: [{ type: "Complete", status: "True" }] };
const failed = { conditions: [{ type: "Failed", status: "True", message: "it was active for too long" }] };

let server: FakeKubernetes;
let training: TrainingJob;
let bed: ModelBed;

// Before the volume goes, which it reads.
afterEach(async () => {
  await training.close();
  await server.stop();
});
const volume = volumeForEachTest("1.0.0", "1.1.0");

beforeEach(async () => {
  server = await FakeKubernetes.start();
  server.put(cronJobPath, {
    metadata: { name: "craic-trainer", uid: "the-uid" },
    spec: {
      schedule: "0 2 * * *",
      jobTemplate: {
        metadata: { labels: { component: "trainer" } },
        spec: { backoffLimit: 2, template: { metadata: { labels: { a: "b" } }, spec: { containers: [{}] } } },
      },
    },
  });
  await volume.models.setChannel("control", "1.0.0");
  training = newTraining();
  bed = new ModelBed(volume, { training });
});

function newTraining(): TrainingJob {
  const api = new KubernetesApi(server.account);
  const log = createLogger("silent", "test");
  return new TrainingJob({ api, cronJob: "craic-trainer", modelDir: volume.models.path, pollMs: 5, log });
}

/** The Job's pod, as far as the replica sees of it. */
class Pod {
  private constructor(private readonly report: string) {}

  static async started(): Promise<Pod> {
    await until(() => server.get(jobPath) !== undefined);
    // biome-ignore lint/suspicious/noExplicitAny: a Job, as JSON
    const { template } = (server.get(jobPath) as any).spec;
    return new Pod(template.metadata.annotations["craic/report-file"]);
  }

  say(...lines: object[]): this {
    for (const line of lines) appendFileSync(this.report, `${JSON.stringify(line)}\n`);
    return this;
  }

  end(status: object): void {
    server.put(jobPath, { ...server.get(jobPath), status });
  }
}

describe("Retrain in a cluster", () => {
  it("makes one Job of the CronJob, with its pod's spec as it is", async () => {
    const call = drained(bed.client.retrain({ force: true }));
    const pod = await Pod.started();
    expect(server.get(jobPath)).toMatchObject({
      kind: "Job",
      metadata: {
        name: "craic-trainer-retrain",
        labels: { component: "trainer" },
        ownerReferences: [{ kind: "CronJob", name: "craic-trainer", uid: "the-uid" }],
      },
      spec: {
        backoffLimit: 0,
        template: {
          metadata: { labels: { a: "b" }, annotations: { "craic/force": "true" } },
          spec: { containers: [{}] },
        },
      },
    });
    pod.say({ outcome: "skipped", version: "", reason: "nothing is new" }, { status: 0 }).end(complete);
    await call;
    expect(server.calls.filter((call) => call.startsWith("POST"))).toHaveLength(1);
  });

  it("tells of each step as it begins, and at last what came of it, and leaves no file behind", async () => {
    const news = bed.client.retrain({})[Symbol.asyncIterator]();
    const first = news.next();
    const pod = await Pod.started();
    pod.say({ step: "events", done: 0, msg: "reading events" });
    expect((await first).value).toMatchObject({ step: "reading events", done: 0 });
    pod.say({ step: "test", done: 0.6, msg: "testing" });
    expect((await news.next()).value).toMatchObject({ step: "testing", done: 0.6 });
    pod.say({ outcome: "rejected", version: "1.3.0", reason: "it is worse" }, { status: 3 }).end(failed);
    expect((await news.next()).value).toMatchObject({ outcome: { version: "1.3.0", reason: "it is worse" } });
    expect((await news.next()).done).toBe(true);
    expect(readdirSync(volume.models.path).filter((name) => name.includes("report"))).toEqual([]);
  });

  it("ranks with the model that came of it by the time that its caller hears of it", async () => {
    await bed.start();
    const news = bed.client.retrain({})[Symbol.asyncIterator]();
    const first = news.next();
    const pod = await Pod.started();
    await volume.models.setChannel("control", "1.1.0");
    pod.say({ outcome: "published", version: "1.1.0", reason: "it is better" }).end(complete);
    await first;
    expect(bed.serving()).toBe("1.1.0");
  });

  it("reads a line only once all of it is there", async () => {
    const news = bed.client.retrain({})[Symbol.asyncIterator]();
    const first = news.next();
    await Pod.started();
    // biome-ignore lint/suspicious/noExplicitAny: a Job, as JSON
    const file = (server.get(jobPath) as any).spec.template.metadata.annotations["craic/report-file"];
    const line = JSON.stringify({ step: "events", done: 0, msg: "wie schön" });
    const bytes = Buffer.from(`${line}\n`);
    appendFileSync(file, bytes.subarray(0, bytes.length - 4));
    const looks = server.calls.length;
    await until(() => server.calls.length > looks + 3);
    appendFileSync(file, bytes.subarray(bytes.length - 4));
    expect((await first).value).toMatchObject({ step: "wie schön" });
  });

  it("refuses a second one while the first runs, whichever replica is asked", async () => {
    const call = drained(bed.client.retrain({}));
    const pod = await Pod.started();
    const other = new ModelBed(volume, { training: newTraining() });
    expect(await reasonOf(drained(other.client.retrain({})))).toBe("TRAINING_RUNNING");
    pod.say({ outcome: "skipped", version: "", reason: "" }).end(complete);
    await call;
  });

  it("takes the Job before away once it has ended", async () => {
    server.put(jobPath, { metadata: { name: "craic-trainer-retrain" }, status: complete });
    const call = drained(bed.client.retrain({}));
    await until(() => server.calls.includes(`DELETE ${jobPath}`));
    const pod = await Pod.started();
    pod.say({ outcome: "skipped", version: "", reason: "" }).end(complete);
    await call;
  });

  it("waits for a Job that is being taken away", async () => {
    server.put(jobPath, { metadata: { name: "craic-trainer-retrain" }, status: complete });
    let inTheWay = 3;
    server.onCall = (call) => (call.startsWith("POST") && inTheWay-- > 0 ? 409 : undefined);
    const call = drained(bed.client.retrain({}));
    await until(() => server.calls.filter((each) => each.startsWith("POST")).length === 4);
    (await Pod.started()).say({ outcome: "skipped", version: "", reason: "" }).end(complete);
    await call;
  });

  it.each([
    [{ status: 4 }, { outcome: "busy", reason: "another trainer is at work" }, "TRAINING_RUNNING"],
    [{ status: 73 }, {}, "TRAINING_FAILED"],
  ])("says how a training without an outcome ended: %j is %s", async (status, line, reason) => {
    const call = reasonOf(drained(bed.client.retrain({})));
    (await Pod.started()).say(line, status).end(failed);
    expect(await call).toBe(reason);
  });

  it("says what Kubernetes knows where the trainer was ended without a word", async () => {
    const call = drained(bed.client.retrain({}));
    call.catch(() => undefined);
    (await Pod.started()).end(failed);
    await expect(call).rejects.toMatchObject({
      code: Code.Internal,
      message: expect.stringContaining("active for too long"),
    });
  });

  it("says that there is no CronJob to train by", async () => {
    await new KubernetesApi(server.account).remove(cronJobPath);
    expect(await reasonOf(drained(bed.client.retrain({})))).toBe("TRAINER_MISSING");
  });

  it("goes on while the API server is away for a while", async () => {
    const call = drained(bed.client.retrain({}));
    const pod = await Pod.started();
    let away = 10;
    server.onCall = () => (away-- > 0 ? 503 : undefined);
    await until(() => away < 0);
    pod.say({ outcome: "skipped", version: "", reason: "" }).end(complete);
    await call;
  });

  it("lets the Job go on when the replica stops, and says so", async () => {
    const call = reasonOf(drained(bed.client.retrain({})));
    await Pod.started();
    await training.close();
    expect(await call).toBe("TRAINING_FAILED");
    expect(server.calls.some((call) => call.startsWith("DELETE"))).toBe(false);
  });
});

/** Reads a stream to its end. */
async function drained(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages);
}
