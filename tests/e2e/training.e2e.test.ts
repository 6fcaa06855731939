import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@connectrpc/connect";
import { ModelChannel, ModelService } from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import { createGrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import { distFolder, type RunningCraic, startCraic } from "../fixtures/running-craic.js";
import { until } from "../fixtures/until.js";

let dataDirectory: string;
let craic: RunningCraic;

beforeAll(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "craic-e2e-"));
  craic = await startCraic({ dataDirectory });
}, 180_000);

afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }));

function startTrainer(...args: string[]) {
  return spawn(process.execPath, [join(distFolder, "craic.mjs"), "train", ...args], {
    env: { PATH: process.env.PATH, CRAIC_DATA_DIR: dataDirectory, CRAIC_TRAIN_MIN_NEW_ROWS: "1000000" },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** What `npm run train` runs. */
async function train(...args: string[]): Promise<{ status: number | null; said: string }> {
  const child = startTrainer(...args);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { status, said };
}

/** Asks the running server as its operator. */
async function asking<Answer>(
  ask: (models: Client<typeof ModelService>, headers: Record<string, string>) => Promise<Answer>,
) {
  const transport = createGrpcTransport({ address: craic.grpcAddress, maxMessageBytes: 1_000_000 });
  const headers = { authorization: `Bearer ${craic.adminToken}` };
  try {
    return await ask(createClient(ModelService, transport), headers);
  } finally {
    transport.close();
  }
}

/** The version that ranks as control in the running server. */
async function ranking(): Promise<string | undefined> {
  const { channels } = await asking((models, headers) => models.getModelStatus({}, { headers }));
  return channels.find(({ channel }) => channel === ModelChannel.CONTROL)?.servingVersion;
}

/** Has the running server train. */
function retrain(): Promise<void> {
  return asking(async (models, headers) => {
    for await (const _ of models.retrain({ force: true }, { headers }));
  });
}

const versions = () => readdirSync(join(dataDirectory, "models")).filter((name) => /^\d/.test(name));

describe("npm run train", () => {
  it("says what it is and how it ends, without a server or a database", async () => {
    const child = spawn(process.execPath, [join(distFolder, "craic.mjs"), "train", "--help"]);
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);
    expect(text).toContain("Exit status:");
  });

  it("trains nothing while there is hardly any new feedback, and says so", async () => {
    const { status, said } = await train();
    expect(status).toBe(0);
    expect(said).toMatch(/rows of feedback have come in since 1\.0\.0 was trained; 1000000 are needed/);
  }, 60_000);

  it("trains beside a running server, which ranks with the model when the command ends", async () => {
    expect(await ranking()).toBe("1.0.0");
    const { status, said } = await train("--force");
    expect({ status, said }).toMatchObject({
      status: 0,
      said: expect.stringContaining("model 1.0.1 serves"),
    });
    expect(await ranking()).toBe("1.0.1");
    expect(
      readdirSync(join(dataDirectory, "secrets")).filter((name) => name.startsWith("train-token")),
    ).toEqual([]);
  }, 60_000);

  it("stops when it is told to, and publishes nothing", async () => {
    const child = startTrainer("--force");
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const word = join(dataDirectory, "models", "trainer.json");
    await until(() => existsSync(word));
    child.kill("SIGTERM");
    expect(await ended).toBe(143);
    expect(versions().toSorted()).toEqual(["1.0.0", "1.0.1"]);
    expect(existsSync(word)).toBe(false);
  }, 60_000);

  it("makes nothing of arguments that it does not know", async () => {
    const { status, said } = await train("--quickly");
    expect({ status, said }).toMatchObject({ status: 64, said: expect.stringContaining("--quickly") });
  });

  it("says that channels.json is damaged, also to who asks a server for a training", async () => {
    const file = join(dataDirectory, "models", "channels.json");
    const whole = readFileSync(file);
    writeFileSync(file, "{");
    const { status, said } = await train("--force");
    const asked = await retrain().catch((error: Error) => error.message);
    writeFileSync(file, whole);
    expect({ status, said }).toMatchObject({
      status: 73,
      said: expect.stringContaining("channels.json cannot be read"),
    });
    expect(asked).toContain("[failed_precondition] channels.json cannot be read");
    expect(versions().toSorted()).toEqual(["1.0.0", "1.0.1"]);
  }, 60_000);

  it("leaves one of two trainers to it, and tells the other one who it is", async () => {
    const both = await Promise.all([train("--force"), train("--force")]);
    const statuses = both.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([0, 4]);
    const busy = both.find(({ status }) => status === 4);
    expect(busy?.said).toMatch(/another trainer is at work: process \d+ on \S+, since 20/);
    expect(versions().toSorted()).toEqual(["1.0.0", "1.0.1", "1.0.2"]);
  }, 60_000);

  it("trains while no server runs, and the next one starts with the model", async () => {
    expect(await craic.stop({ keepData: true })).toBe(0);
    const { status, said } = await train("--force");
    expect({ status, said }).toMatchObject({
      status: 0,
      said: expect.stringContaining("no server is running"),
    });
    expect(existsSync(join(dataDirectory, "craic.lock"))).toBe(false);
    const { control } = JSON.parse(readFileSync(join(dataDirectory, "models", "channels.json"), "utf8"));
    expect(control).toBe("1.0.3");
    craic = await startCraic({ dataDirectory, environment: { CRAIC_CATALOGUE: "none" } });
    expect(await ranking()).toBe("1.0.3");
    expect(await craic.stop()).toBe(0);
  }, 120_000);
});
