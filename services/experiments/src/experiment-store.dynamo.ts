import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { conditionally, type Item, provideTable, reaching } from "./dynamodb.js";
import type { ExperimentRecord, RecordedChange } from "./experiment-record.js";
import type { ExperimentStore } from "./experiment-store.js";

/** A pause before what DynamoDB left out of an answer, for it has had enough, is asked for again. */
const LEFT_OUT_MS = 50;
/** Between an experiment's id, which has none, and the number of a revision that another one has replaced. */
const REVISION = "#";

/**
 * One item an experiment, and one for each revision that was replaced. There are no transactions to lean on:
 * whoever replaces a revision writes it to the history first, which does no harm twice, and then puts the next one in its
 * place if it is still there. A change is thus never without its history, whatever ends in between.
 */
export function createDynamoExperimentStore(client: DynamoDBClient, table: string): ExperimentStore {
  const TableName = table;

  return {
    async find(experimentId) {
      const Key = { experiment_id: { S: experimentId } };
      const { Item } = await reaching(
        client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })),
      );
      return Item && changeFrom(Item);
    },

    async list() {
      const records: ExperimentRecord[] = [];
      for await (const { Items = [] } of reachingPages(
        paginateScan({ client }, { TableName, ConsistentRead: true }),
      )) {
        for (const item of Items) {
          if (!(item.experiment_id?.S ?? "").includes(REVISION)) records.push(changeFrom(item).record);
        }
      }
      return records;
    },

    create: (change) =>
      conditionally(
        client.send(
          new PutItemCommand({
            TableName,
            Item: itemOf(change),
            ConditionExpression: "attribute_not_exists(experiment_id)",
          }),
        ),
      ),

    async replace(before, after) {
      const { experimentId, revision } = before.record;
      const archived = { ...itemOf(before), experiment_id: { S: revisionKey(experimentId, revision) } };
      await reaching(client.send(new PutItemCommand({ TableName, Item: archived })));
      return conditionally(
        client.send(
          new PutItemCommand({
            TableName,
            Item: itemOf(after),
            ConditionExpression: "revision = :before",
            ExpressionAttributeValues: { ":before": { N: String(revision) } },
          }),
        ),
      );
    },

    async history(experimentId, fromRevision, limit) {
      const current = await this.find(experimentId);
      if (current === undefined) return [];
      const newest = Math.min(fromRevision, current.record.revision);
      const revisions = Array.from({ length: Math.min(limit, newest) }, (_, i) => newest - i);
      const keys = revisions
        .filter((revision) => revision < current.record.revision)
        .map((revision) => ({ experiment_id: { S: revisionKey(experimentId, revision) } }));
      const found = (await readAll(client, table, keys)).map(changeFrom);
      if (newest === current.record.revision) found.push(current);
      return found.toSorted((a, b) => b.record.revision - a.record.revision);
    },
  };
}

/** Makes the table where there is none. */
export function provideExperimentTable(client: DynamoDBClient, table: string): Promise<void> {
  return provideTable(client, table, ["experiment_id"]);
}

/** Reads up to 100 items a call, and asks again for those that an answer had no room for. */
async function readAll(client: DynamoDBClient, table: string, keys: readonly Item[]): Promise<Item[]> {
  const found: Item[] = [];
  let missing = keys;
  while (missing.length > 0) {
    const asked = missing.slice(0, 100);
    const request = { RequestItems: { [table]: { Keys: asked, ConsistentRead: true } } };
    const { Responses, UnprocessedKeys } = await reaching(client.send(new BatchGetItemCommand(request)));
    found.push(...(Responses?.[table] ?? []));
    const left = UnprocessedKeys?.[table]?.Keys ?? [];
    if (left.length > 0) await new Promise((resolve) => setTimeout(resolve, LEFT_OUT_MS));
    missing = [...left, ...missing.slice(100)];
  }
  return found;
}

async function* reachingPages<Page>(pages: AsyncIterator<Page>): AsyncGenerator<Page> {
  for (;;) {
    const { done, value } = await reaching(pages.next());
    if (done) return;
    yield value;
  }
}

function revisionKey(experimentId: string, revision: number): string {
  return `${experimentId}${REVISION}${revision}`;
}

function itemOf({ record, changeMs, changedBy }: RecordedChange): Item {
  const definition = { ...record, overrides: Object.fromEntries(record.overrides) };
  return {
    experiment_id: { S: record.experimentId },
    revision: { N: String(record.revision) },
    state: { S: record.state },
    change_ms: { N: String(changeMs) },
    changed_by: { S: changedBy },
    definition: { S: JSON.stringify(definition) },
  };
}

function changeFrom(item: Item): RecordedChange {
  const { overrides, ...rest } = JSON.parse(item.definition?.S ?? "{}");
  const absent = { namespace: undefined, startMs: undefined, stopMs: undefined, primaryMetrics: ["save"] };
  return {
    record: { ...absent, ...rest, overrides: new Map(Object.entries(overrides)) },
    changeMs: Number(item.change_ms?.N),
    changedBy: item.changed_by?.S ?? "",
  };
}
