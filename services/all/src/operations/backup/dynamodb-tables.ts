import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  ListTablesCommand,
  paginateScan,
  ResourceNotFoundException,
  type TableDescription,
  type WriteRequest,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { Logger } from "@craic/runtime/log.js";
import { writeStream } from "./backup-folder.js";

type Item = Record<string, AttributeValue>;

/** DynamoDB takes so many in one call. */
const BATCH = 25;
const CREATE_WITHIN_S = 60;
/** Pauses before what DynamoDB has put off is sent again. */
const PUT_OFF_MS = 100;
const PUT_OFF_TIMES = 50;
/** The client tries three times itself at each of these. */
const ANSWERING_PAUSE_MS = 2_000;
const ANSWERING_TIMES = 150;

/** An emulation takes any credentials, but wants some. */
export function openEmulatedDynamo(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

/** Waits for an emulation that is being started. @throws what was last wrong, after five minutes */
export async function untilAnswering(client: DynamoDBClient, log: Pick<Logger, "warn">): Promise<void> {
  for (let times = 1; ; times++) {
    try {
      await client.send(new ListTablesCommand({ Limit: 1 }));
      return;
    } catch (error) {
      if (times === ANSWERING_TIMES) throw error;
      if (times === 1) log.warn({ error: String(error) }, "DynamoDB does not answer yet; waiting for it");
      await new Promise((resolve) => setTimeout(resolve, ANSWERING_PAUSE_MS));
    }
  }
}

/** Writes a table that there is: <table>.keys.json, and one item a line in <table>.items.gz. */
export async function copyTable(client: DynamoDBClient, table: string, folder: string): Promise<void> {
  const description = await describe(client, table);
  if (description === undefined) return;
  const { KeySchema, AttributeDefinitions } = description;
  async function* lines() {
    for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
      for (const item of Items) yield `${JSON.stringify(item, binaryAsText)}\n`;
    }
  }
  await writeStream(Readable.from(lines()).pipe(createGzip()), join(folder, `${table}.items.gz`));
  await writeFile(join(folder, `${table}.keys.json`), JSON.stringify({ KeySchema, AttributeDefinitions }));
}

/** Makes a table hold what was copied and nothing else. */
export async function restoreTable(client: DynamoDBClient, table: string, folder: string): Promise<void> {
  const { KeySchema, AttributeDefinitions } = JSON.parse(
    await readFile(join(folder, `${table}.keys.json`), "utf8"),
  );
  const keys = (KeySchema as KeySchemaElement[]).map(({ AttributeName }) => String(AttributeName));
  const keyOf = (item: Item) => Object.fromEntries(keys.map((key) => [key, item[key] as AttributeValue]));
  if ((await describe(client, table)) === undefined) {
    const BillingMode = "PAY_PER_REQUEST";
    await client.send(
      new CreateTableCommand({ TableName: table, KeySchema, AttributeDefinitions, BillingMode }),
    );
    await waitUntilTableExists({ client, maxWaitTime: CREATE_WITHIN_S }, { TableName: table });
  }
  const copied = new Set<string>();
  const batch = new Batch(client, table);
  for await (const item of itemsIn(join(folder, `${table}.items.gz`))) {
    copied.add(JSON.stringify(keyOf(item)));
    await batch.add({ PutRequest: { Item: item } });
  }
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    for (const item of Items) {
      const Key = keyOf(item);
      if (!copied.has(JSON.stringify(Key))) await batch.add({ DeleteRequest: { Key } });
    }
  }
  await batch.send();
}

async function describe(client: DynamoDBClient, table: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: table }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function* itemsIn(file: string): AsyncGenerator<Item> {
  const plain = createGunzip();
  const source = createReadStream(file);
  source.once("error", (error) => plain.destroy(error));
  for await (const line of createInterface({ input: source.pipe(plain) })) {
    yield JSON.parse(line, textAsBinary) as Item;
  }
}

/** Writes that are sent 25 at a time. */
class Batch {
  private waiting: WriteRequest[] = [];

  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async add(write: WriteRequest): Promise<void> {
    if (this.waiting.push(write) === BATCH) await this.send();
  }

  async send(): Promise<void> {
    let rest = this.waiting;
    this.waiting = [];
    for (let times = 0; rest.length > 0; times++) {
      if (times > PUT_OFF_TIMES) throw new Error(`DynamoDB would not take all of ${this.table}`);
      if (times > 0) await new Promise((resolve) => setTimeout(resolve, PUT_OFF_MS));
      const { UnprocessedItems } = await this.client.send(
        new BatchWriteItemCommand({ RequestItems: { [this.table]: rest } }),
      );
      rest = UnprocessedItems?.[this.table] ?? [];
    }
  }
}

/** JSON has no bytes: DynamoDB itself writes what is under B and BS in base64. Items have objects there, not bytes. */
function binaryAsText(this: unknown, key: string, value: unknown): unknown {
  const plain = (this as Readonly<Record<string, unknown>>)[key];
  return plain instanceof Uint8Array ? Buffer.from(plain).toString("base64") : value;
}

function textAsBinary(key: string, value: unknown): unknown {
  if (key === "B" && typeof value === "string") return Buffer.from(value, "base64");
  if (key === "BS" && Array.isArray(value)) return value.map((text) => Buffer.from(String(text), "base64"));
  return value;
}
