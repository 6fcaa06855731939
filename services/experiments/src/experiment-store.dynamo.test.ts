import { DescribeTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startDynalite, type TestDynamo } from "../../../tests/fixtures/dynalite.js";
import { exampleContent } from "../../../tests/fixtures/experiments.js";
import { openDynamo } from "./dynamodb.js";
import { draftOf, inState, type RecordedChange, withContent } from "./experiment-record.js";
import { createDynamoExperimentStore, provideExperimentTable } from "./experiment-store.dynamo.js";
import type { ExperimentStore } from "./experiment-store.js";
import { StoreAway } from "./store-away.js";

const TABLE = "experiments";
let dynamo: TestDynamo;
let client: DynamoDBClient;
let store: ExperimentStore;

beforeEach(async () => {
  dynamo = await startDynalite();
  client = openDynamo(dynamo.config);
  await provideExperimentTable(client, TABLE);
  store = createDynamoExperimentStore(client, TABLE);
});
afterEach(async () => {
  client.destroy();
  await dynamo.close();
});

const made = (experimentId = "ranking", by = "ada"): RecordedChange => ({
  record: draftOf(exampleContent({ experimentId, overrides: new Map([["u", "blend"]]) }), 1_000),
  changeMs: 1_000,
  changedBy: by,
});

/** The same experiment under another description: one revision on. */
function edited(before: RecordedChange, description: string): RecordedChange {
  const { record } = before;
  return {
    record: withContent(record, { ...record, description }, 2_000),
    changeMs: 2_000,
    changedBy: "bob",
  };
}

describe("the store of experiments", () => {
  it("makes its table, paid for by request, where there is none, and leaves one that is there", async () => {
    await provideExperimentTable(client, TABLE);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: TABLE }));
    expect(Table?.BillingModeSummary?.BillingMode).toBe("PAY_PER_REQUEST");
    expect(dynamo.operations.filter((name) => name === "CreateTable")).toHaveLength(1);
  });

  it("gives back what it was given", async () => {
    const change = made();
    expect(await store.create(change)).toBe(true);
    expect(await store.find("ranking")).toEqual(change);
    expect(await store.find("other")).toBeUndefined();
  });

  it("makes an experiment once", async () => {
    await store.create(made());
    expect(await store.create(made("ranking", "bob"))).toBe(false);
    expect((await store.find("ranking"))?.changedBy).toBe("ada");
  });

  it("lets one of two changes of the same revision through", async () => {
    const before = made();
    await store.create(before);
    const changes = ["a", "b"].map((text) => store.replace(before, edited(before, text)));
    expect((await Promise.all(changes)).sort()).toEqual([false, true]);
    expect((await store.find("ranking"))?.record.revision).toBe(2);
  });

  it("keeps every state that an experiment was in, the latest first, by pages", async () => {
    let change = made();
    await store.create(change);
    for (const description of ["one", "two", "three"]) {
      const next = edited(change, description);
      await store.replace(change, next);
      change = next;
    }
    const texts = async (from: number, limit: number) =>
      (await store.history("ranking", from, limit)).map(({ record }) => record.description);
    expect(await texts(99, 10)).toEqual(["three", "two", "one", ""]);
    expect(await texts(99, 2)).toEqual(["three", "two"]);
    expect(await texts(2, 10)).toEqual(["one", ""]);
    expect((await store.history("ranking", 99, 10)).map(({ changedBy }) => changedBy)).toEqual([
      "bob",
      "bob",
      "bob",
      "ada",
    ]);
    expect(await store.history("other", 99, 10)).toEqual([]);
  });

  it("lists experiments and none of their former states, over more than one page of 1 MB", async () => {
    const overrides = new Map(Array.from({ length: 5_000 }, (_, i) => [`${i}`.padStart(36, "0"), "blend"]));
    for (const id of ["a", "b", "c", "d", "e", "f"]) {
      const change = made(id);
      await store.create({ ...change, record: { ...change.record, overrides } });
    }
    const before = (await store.find("a"))!;
    await store.replace(before, { ...before, record: inState(before.record, "running", 5_000) });
    dynamo.operations.length = 0;
    const found = await store.list();
    expect(found.map(({ experimentId }) => experimentId).sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(dynamo.operations.filter((name) => name === "Scan").length).toBeGreaterThan(1);
  });

  it("tries again when DynamoDB has had enough, and says that it is away when that does not help", async () => {
    await store.create(made());
    dynamo.operations.length = 0;
    dynamo.throttleNext(2);
    expect(await store.find("ranking")).toBeDefined();
    expect(dynamo.operations).toEqual(["GetItem", "GetItem", "GetItem"]);
    dynamo.throttleNext(3);
    await expect(store.find("ranking")).rejects.toBeInstanceOf(StoreAway);
  });

  it("says that it is away while nothing answers", async () => {
    dynamo.isAway = true;
    await expect(store.find("ranking")).rejects.toBeInstanceOf(StoreAway);
    await expect(store.list()).rejects.toBeInstanceOf(StoreAway);
    await expect(store.create(made())).rejects.toBeInstanceOf(StoreAway);
    await expect(provideExperimentTable(client, TABLE)).rejects.toBeInstanceOf(StoreAway);
  });
});
