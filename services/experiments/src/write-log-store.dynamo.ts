import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { conditionally, type Item, reaching } from "./dynamodb.js";
import { idFrom, WRITE_LOG, writeId } from "./person-row.js";
import type { LogEntry, WriteLogStore } from "./write-log-store.js";

const ID_BYTES = 16;
/** Digits of a number in the sort key, so that keys are ordered as numbers are. */
const DIGITS = 15;

/** The log lies beside the people, under a key of its own, one item an entry. */
export function createDynamoWriteLogStore(client: DynamoDBClient, table: string): WriteLogStore {
  const TableName = table;
  const user_id = { S: WRITE_LOG };

  return {
    async latest() {
      const query = new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: "user_id = :log",
        ExpressionAttributeValues: { ":log": user_id },
        ScanIndexForward: false,
        Limit: 1,
      });
      const { Items = [] } = await reaching(client.send(query));
      return Number(Items[0]?.experiment_id?.S ?? 0);
    },

    async after(number) {
      const query = new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: "user_id = :log AND experiment_id > :after",
        ExpressionAttributeValues: { ":log": user_id, ":after": keyOf(number) },
      });
      const { Items = [] } = await reaching(client.send(query));
      return Items.map(entryFrom);
    },

    add({ number, writer, userIds }) {
      const who = Buffer.alloc(userIds.length * ID_BYTES);
      for (const [i, userId] of userIds.entries()) writeId(who, i * ID_BYTES, userId);
      return conditionally(
        client.send(
          new PutItemCommand({
            TableName,
            Item: { user_id, experiment_id: keyOf(number), by: { S: writer }, who: { B: who } },
            ConditionExpression: "attribute_not_exists(user_id)",
          }),
        ),
      );
    },

    async remove(number) {
      const Key = { user_id, experiment_id: keyOf(number) };
      await reaching(client.send(new DeleteItemCommand({ TableName, Key })));
    },
  };
}

function keyOf(number: number) {
  return { S: String(number).padStart(DIGITS, "0") };
}

function entryFrom(item: Item): LogEntry {
  const who = Buffer.from(item.who?.B ?? []);
  return {
    number: Number(item.experiment_id?.S),
    writer: item.by?.S ?? "",
    userIds: Array.from({ length: who.length / ID_BYTES }, (_, i) => idFrom(who, i * ID_BYTES)),
  };
}
