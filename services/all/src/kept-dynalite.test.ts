import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { provideExperimentTable } from "@craic/experiments/experiment-store.dynamo.js";
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
});
