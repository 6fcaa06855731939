import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startDynalite, type TestDynamo } from "../../../tests/fixtures/dynalite.js";
import { uuid } from "../../../tests/fixtures/recommendable-events.js";
import { createDynamoAssignmentStore, provideAssignmentTable } from "./assignment-store.dynamo.js";
import { openDynamo } from "./dynamodb.js";
import { StoreAway } from "./store-away.js";
import { createDynamoWriteLogStore } from "./write-log-store.dynamo.js";
import type { WriteLogStore } from "./write-log-store.js";

const TABLE = "assignments";
let dynamo: TestDynamo;
let client: DynamoDBClient;
let store: WriteLogStore;

beforeEach(async () => {
  dynamo = await startDynalite();
  client = openDynamo(dynamo.config);
  await provideAssignmentTable(client, TABLE);
  store = createDynamoWriteLogStore(client, TABLE);
});
afterEach(async () => {
  client.destroy();
  await dynamo.close();
});

const entry = (number: number) => ({ number, writer: "a", userIds: [uuid(number), uuid(number + 1)] });

describe("the store of the log", () => {
  it("begins empty, and gives back entries in order from the one after a number", async () => {
    expect([await store.latest(), await store.after(0)]).toEqual([0, []]);
    for (const number of [1, 2, 9, 10, 11]) expect(await store.add(entry(number))).toBe(true);
    expect(await store.latest()).toBe(11);
    expect(await store.after(2)).toEqual([9, 10, 11].map(entry));
  });

  it("has one entry of each number, of two who add it at once", async () => {
    const both = await Promise.all([store.add(entry(1)), store.add({ ...entry(1), writer: "b" })]);
    expect(both.filter(Boolean)).toHaveLength(1);
  });

  it("forgets an entry", async () => {
    for (const number of [1, 2]) await store.add(entry(number));
    await store.remove(1);
    await store.remove(1);
    expect(await store.after(0)).toEqual([entry(2)]);
  });

  it("is nobody's part in an experiment", async () => {
    await store.add(entry(1));
    const people = createDynamoAssignmentStore(client, TABLE);
    for await (const rows of people.scan()) expect(rows).toEqual([]);
  });

  it("says that it is away while nothing answers", async () => {
    dynamo.isAway = true;
    await expect(store.latest()).rejects.toBeInstanceOf(StoreAway);
    await expect(store.after(0)).rejects.toBeInstanceOf(StoreAway);
    await expect(store.add(entry(1))).rejects.toBeInstanceOf(StoreAway);
  });
});
