import { type DynamoDBClient, PutItemCommand, paginateQuery, paginateScan } from "@aws-sdk/client-dynamodb";
import type { AssignmentStore, ParticipantRow } from "./assignment-store.js";
import { conditionally, type Item, provideTable, reaching } from "./dynamodb.js";
import { type Participation, type Person, stranger } from "./person.js";
import {
  itemOfParticipation,
  itemOfPerson,
  PERSON,
  participationFrom,
  personFrom,
  WRITE_LOG,
} from "./person-row.js";

/**
 * One item a person and experiment, and one a person for what they did of late and whose browser they are: a person is
 * read by one query. Each item is written under the condition that it is as it was read.
 */
export function createDynamoAssignmentStore(client: DynamoDBClient, table: string): AssignmentStore {
  const TableName = table;

  function put(item: Item, revision: number): Promise<boolean> {
    return conditionally(
      client.send(
        new PutItemCommand({
          TableName,
          Item: { ...item, rev: { N: String(revision + 1) } },
          ...(revision === 0
            ? { ConditionExpression: "attribute_not_exists(user_id)" }
            : {
                ConditionExpression: "rev = :before",
                ExpressionAttributeValues: { ":before": { N: String(revision) } },
              }),
        }),
      ),
    );
  }

  return {
    async find(userId) {
      let person: Person = stranger(userId);
      const participations = new Map<string, Participation>();
      const query = {
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: "user_id = :user",
        ExpressionAttributeValues: { ":user": { S: userId } },
      };
      for await (const items of itemsOf(paginateQuery({ client }, query))) {
        for (const item of items) {
          if (item.experiment_id?.S === PERSON) person = personFrom(item);
          else participations.set(item.experiment_id?.S ?? "", participationFrom(item));
        }
      }
      return { ...person, participations };
    },

    async save(before, after) {
      const { userId } = after;
      const participations = new Map(after.participations);
      for (const [experimentId, participation] of after.participations) {
        if (participation === before.participations.get(experimentId)) continue;
        if (!(await put(itemOfParticipation(userId, participation), participation.revision)))
          return undefined;
        participations.set(experimentId, { ...participation, revision: participation.revision + 1 });
      }
      let { revision } = after;
      // Last: what is written so far tells by itself what comes twice, should this not be.
      if (after.recentConversions !== before.recentConversions || after.linkedTo !== before.linkedTo) {
        if (!(await put(itemOfPerson(after), revision))) return undefined;
        revision++;
      }
      return { ...after, revision, participations };
    },

    async *scan() {
      for await (const items of itemsOf(paginateScan({ client }, { TableName }))) {
        yield items
          .filter((item) => item.experiment_id?.S !== PERSON && item.user_id?.S !== WRITE_LOG)
          .map(
            (item): ParticipantRow => ({
              userId: item.user_id?.S ?? "",
              participation: participationFrom(item),
            }),
          );
      }
    },
  };
}

/** Makes the table where there is none. */
export function provideAssignmentTable(client: DynamoDBClient, table: string): Promise<void> {
  return provideTable(client, table, ["user_id", "experiment_id"]);
}

async function* itemsOf(pages: AsyncIterator<{ Items?: Item[] | undefined }>): AsyncGenerator<Item[]> {
  for (;;) {
    const { done, value } = await reaching(pages.next());
    if (done) return;
    yield value.Items ?? [];
  }
}
