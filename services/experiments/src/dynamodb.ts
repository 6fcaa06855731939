import {
  type AttributeValue,
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from "@aws-sdk/client-dynamodb";
import { StoreAway } from "./store-away.js";

/** Where DynamoDB is and how long to wait for it. */
export interface DynamoConfig {
  /** Empty for AWS, which region and credentials are found for as with every AWS program. */
  readonly endpoint: string;
  /** Empty for what the environment says. */
  readonly region: string;
  /** Calls to one table at a time, at most. */
  readonly connections: number;
  readonly timeoutMs: number;
  /** Tries of one call, the first included; the waits between grow, with jitter. */
  readonly attempts: number;
}

export type Item = Record<string, AttributeValue>;

/** An emulation on this machine takes any credentials, but wants some. */
const LOCAL: Pick<DynamoDBClientConfig, "region" | "credentials"> = {
  region: "local",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};
const CREATE_POLL_MS = 100;
const CREATE_WITHIN_MS = 60_000;
/** Our own mistakes, and what a condition is for: trying again changes nothing, and they are no outage. */
const NO_OUTAGE = new Set([
  "ValidationException",
  "SerializationException",
  "ConditionalCheckFailedException",
]);

export function openDynamo(config: DynamoConfig): DynamoDBClient {
  const { endpoint, region, connections, timeoutMs, attempts } = config;
  const isLocal = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]?/.test(endpoint);
  return new DynamoDBClient({
    ...(isLocal ? LOCAL : {}),
    ...(endpoint === "" ? {} : { endpoint }),
    ...(region === "" ? {} : { region }),
    maxAttempts: attempts,
    retryMode: "standard",
    requestHandler: {
      connectionTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: connections, keepAlive: true },
      httpsAgent: { maxSockets: connections, keepAlive: true },
    },
  });
}

/** Throws StoreAway instead of what says that DynamoDB is away, too slow, has had enough of us or does not let us in. */
export async function reaching<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && NO_OUTAGE.has(error.name)) throw error;
    throw new StoreAway(error);
  }
}

/** The same; false where the condition of a write did not hold. */
export async function conditionally(write: Promise<unknown>): Promise<boolean> {
  try {
    await reaching(write);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
    throw error;
  }
}

/**
 * Makes a table, paid for by request, where there is none, and waits until it can be used.
 *
 * @param keys names of its partition key and, where there is one, its sort key; both are texts
 */
export async function provideTable(
  client: DynamoDBClient,
  table: string,
  keys: readonly [string, string?],
): Promise<void> {
  const names = keys.filter((key) => key !== undefined);
  const input: CreateTableCommandInput = {
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? "HASH" : "RANGE" })),
  };
  for (let waitedMs = 0; waitedMs < CREATE_WITHIN_MS; waitedMs += CREATE_POLL_MS) {
    const status = await statusOf(client, table);
    if (status === "ACTIVE" || status === "UPDATING") return;
    if (status === undefined) await createUnlessMade(client, input);
    await new Promise((resolve) => setTimeout(resolve, CREATE_POLL_MS));
  }
  throw new StoreAway(new Error(`table ${table} is not ready after ${CREATE_WITHIN_MS} ms`));
}

async function statusOf(client: DynamoDBClient, table: string): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    return Table?.TableStatus;
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw new StoreAway(error);
  }
}

/** Another replica may be faster. */
async function createUnlessMade(client: DynamoDBClient, input: CreateTableCommandInput): Promise<void> {
  try {
    await client.send(new CreateTableCommand(input));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ResourceInUseException") throw new StoreAway(error);
  }
}
