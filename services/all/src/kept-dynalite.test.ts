import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { provideExperimentTable } from "@craic/experiments/experiment-store.dynamo.js";
import { SettingsError } from "@craic/runtime/settings.js";
import { keepDynalite } from "./kept-dynalite.js";

const folder = mkdtempSync(join(tmpdir(), "craic-dynalite-"));
afterAll(() => rmSync(folder, { recursive: true }));

const clientOf = (endpoint: string) =>
  new DynamoDBClient({ endpoint, region: "local", credentials: { accessKeyId: "a", secretAccessKey: "b" } });

describe("keepDynalite()", () => {
  it("keeps what it was told through a restart, and can be reached from this machine alone", async () => {
    const Key = { experiment_id: { S: "ranking" } };
    const first = await keepDynalite(folder);
    expect(first.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const writer = clientOf(first.endpoint);
    await provideExperimentTable(writer, "experiments");
    await writer.send(
      new PutItemCommand({ TableName: "experiments", Item: { ...Key, note: { S: "kept" } } }),
    );
    await first.stop();
    writer.destroy();

    const second = await keepDynalite(folder);
    const reader = clientOf(second.endpoint);
    const { Item } = await reader.send(new GetItemCommand({ TableName: "experiments", Key }));
    expect(Item?.note).toEqual({ S: "kept" });
    await second.stop();
    reader.destroy();
  });

  it("waits for the former holder of its data to end, and says so once", async () => {
    const own = join(folder, "handed over");
    const former = await keepDynalite(own);
    const said: string[] = [];
    let looks = 0;
    const successor = await keepDynalite(own, {
      announce: (step) => void said.push(step),
      sleep: async () => {
        if (++looks === 3) await former.stop();
      },
    });
    expect(said).toEqual(["waiting for the process that has the emulated DynamoDB's data to end"]);
    const client = clientOf(successor.endpoint);
    await expect(client.send(new ListTablesCommand())).resolves.toMatchObject({ TableNames: [] });
    client.destroy();
    await successor.stop();
  });

  it("gives up with a sentence when the holder stays, and does it no harm", async () => {
    const own = join(folder, "held");
    const holder = await keepDynalite(own);
    let waitedMs = 0;
    const second = keepDynalite(own, {
      sleep: async (ms) => {
        waitedMs += ms;
      },
    });
    await expect(second).rejects.toThrow(`"${own}", which another process has had for 60 s`);
    await expect(second).rejects.toBeInstanceOf(SettingsError);
    expect(waitedMs).toBe(60_000);
    const client = clientOf(holder.endpoint);
    await expect(client.send(new ListTablesCommand())).resolves.toMatchObject({ TableNames: [] });
    client.destroy();
    await holder.stop();
  });

  it("tells what else is wrong with its data at once", async () => {
    const own = join(folder, "broken");
    await (await keepDynalite(own)).stop();
    writeFileSync(join(own, "CURRENT"), "nonsense");
    await expect(keepDynalite(own)).rejects.toThrow(/Corruption/);
  });
});
