import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { startDynalite, type TestDynamo } from "../../../tests/fixtures/dynalite.js";
import { uuid } from "../../../tests/fixtures/recommendable-events.js";
import { createDynamoAssignmentStore, provideAssignmentTable } from "./assignment-store.dynamo.js";
import type { AssignmentStore, ParticipantRow } from "./assignment-store.js";
import { withConversion, withExposure } from "./attribution.js";
import { openDynamo } from "./dynamodb.js";
import { type Person, stranger } from "./person.js";
import { StoreAway } from "./store-away.js";

const TABLE = "assignments";
const rules = { windowMs: 7 * 24 * 60 * 60_000, mostExposuresPerHour: 1_000 };
const nowMs = Date.UTC(2026, 5, 20);
let dynamo: TestDynamo;
let client: DynamoDBClient;
let store: AssignmentStore;

beforeEach(async () => {
  dynamo = await startDynalite();
  client = openDynamo(dynamo.config);
  await provideAssignmentTable(client, TABLE);
  store = createDynamoAssignmentStore(client, TABLE);
});
afterEach(async () => {
  client.destroy();
  await dynamo.close();
});

function exposed(person: Person, experimentId = "ranking", i = 1): Person {
  const exposure = {
    type: "exposure",
    exposureId: uuid(i),
    experimentId,
    variant: "blend",
    occurMs: nowMs + i,
    cityId: "",
    isNew: true,
    latencyMs: 12.5,
    failed: true,
    isStaff: false,
  } as const;
  return withExposure(person, exposure, rules);
}

function converted(person: Person, i = 1): Person {
  const conversion = {
    type: "conversion",
    conversionId: uuid(100 + i),
    kind: "attend",
    occurMs: nowMs + 60_000 + i,
  } as const;
  return withConversion(person, conversion, rules);
}

/** A person who has done so much that nothing of what is kept grows any more. */
function busiest(): Person {
  let person = stranger(uuid(7));
  for (let i = 0; i < 100; i++) person = converted(exposed(person, "recommendation_algo_001", i), i);
  return person;
}

describe("the store of assignments", () => {
  it("knows nothing of a stranger", async () => {
    expect(await store.find(uuid(1))).toEqual(stranger(uuid(1)));
  });

  it("gives back a person as they were written", async () => {
    const person = exposed(busiest(), "other");
    const saved = await store.save(stranger(person.userId), person);
    expect(await store.find(person.userId)).toEqual(saved);
    expect(saved?.participations.get("other")).toEqual({
      ...person.participations.get("other"),
      revision: 1,
    });
  });

  it("writes only what changed", async () => {
    const first = (await store.save(stranger(uuid(1)), exposed(exposed(stranger(uuid(1))), "other")))!;
    dynamo.operations.length = 0;
    await store.save(first, exposed(first, "ranking", 2));
    expect(dynamo.operations).toEqual(["PutItem"]);
  });

  it.each<[string, (person: Person) => Person]>([
    ["a new part", exposed],
    ["a new person", converted],
  ])("lets one of two who write %s through", async (_, change) => {
    const person = stranger(uuid(1));
    const both = await Promise.all([store.save(person, change(person)), store.save(person, change(person))]);
    expect(both.filter((saved) => saved !== undefined)).toHaveLength(1);
  });

  it("lets one of two who change the same through", async () => {
    const person = (await store.save(stranger(uuid(1)), converted(exposed(stranger(uuid(1))))))!;
    const both = await Promise.all([2, 3].map((i) => store.save(person, exposed(person, "ranking", i))));
    expect(both.filter((saved) => saved !== undefined)).toHaveLength(1);
    const again = await Promise.all([2, 3].map((i) => store.save(person, converted(person, i))));
    expect(again).toContain(undefined);
  });

  it("keeps an item below the 1 KB that a write is paid by, whatever somebody does", async () => {
    const person = busiest();
    await store.save(stranger(person.userId), person);
    for (const experiment_id of ["recommendation_algo_001", "#person"]) {
      const Key = { user_id: { S: person.userId }, experiment_id: { S: experiment_id } };
      const found = await client.send(new GetItemCommand({ TableName: TABLE, Key }));
      const bytes = Object.entries(found.Item!).reduce(
        (sum, [name, value]) => sum + name.length + sizeOf(value),
        0,
      );
      expect(bytes).toBeGreaterThan(500);
      expect(bytes).toBeLessThanOrEqual(1_024);
    }
  });

  it("goes through everybody, over more than one page of 1 MB", async () => {
    const people = Array.from({ length: 30 }, (_, i) => stranger(uuid(i)));
    for (const person of people) await store.save(person, exposed(person));
    for (const filler of ["a", "b", "c", "d", "e", "f"]) {
      const Item = {
        user_id: { S: filler },
        experiment_id: { S: "#person" },
        pad: { B: new Uint8Array(350_000) },
      };
      await client.send(new PutItemCommand({ TableName: TABLE, Item }));
    }
    dynamo.operations.length = 0;
    const rows: ParticipantRow[] = [];
    for await (const page of store.scan()) rows.push(...page);
    expect(rows.map(({ userId }) => userId).sort()).toEqual(people.map(({ userId }) => userId).sort());
    expect(dynamo.operations.length).toBeGreaterThan(1);
  });

  it("says that it is away while nothing answers", async () => {
    dynamo.isAway = true;
    await expect(store.find(uuid(1))).rejects.toBeInstanceOf(StoreAway);
    await expect(store.save(stranger(uuid(1)), exposed(stranger(uuid(1))))).rejects.toBeInstanceOf(StoreAway);
    await expect(store.scan()[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(StoreAway);
  });
});

/** Bytes that DynamoDB counts for an attribute: numbers take one for two digits and one more, lists three and one each. */
function sizeOf(value: object): number {
  if ("S" in value) return Buffer.byteLength(value.S as string);
  if ("N" in value) return Math.ceil((value.N as string).length / 2) + 1;
  if ("B" in value) return (value.B as Uint8Array).length;
  if ("L" in value) return (value.L as object[]).reduce((sum, each) => sum + 1 + sizeOf(each), 3);
  return 1;
}
