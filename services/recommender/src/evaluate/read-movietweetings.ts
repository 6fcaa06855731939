import type { DataSet, ItemDetails } from "./data-set.js";
import { InteractionBuilder, Numbering } from "./interaction-builder.js";
import { eachLine, MalformedLine, parseNumber } from "./text-lines.js";

/**
 * Reads items, tab-separated `item title year tags` with `|` between tags, and what people did with them,
 * `user item timestamp kind value` with the timestamp in seconds since 1970. Both have a heading.
 */
export async function readMovieTweetings(itemsFile: string, interactionsFile: string, minRating: number) {
  const items = new Numbering();
  const details: ItemDetails[] = [];
  await eachLine(itemsFile, (line, number) => {
    const [item, title, , tags] = line.split("\t");
    if (number === 1) return expectHeading(item, "item");
    if (!item || title === undefined || tags === undefined) {
      throw new MalformedLine("expected item, title, year and tags");
    }
    if (items.find(item) >= 0) throw new MalformedLine(`item ${item} is there twice`);
    items.numberOf(item);
    details.push({ title, tags: tags.split("|").filter((tag) => tag !== ""), event: undefined });
  });
  const users = new Numbering();
  const interactions = new InteractionBuilder();
  await eachLine(interactionsFile, (line, number) => {
    const [user, item, timestamp, , value] = line.split("\t");
    if (number === 1) return expectHeading(user, "user");
    if (!user || !item) throw new MalformedLine("user or item is empty");
    const known = items.find(item);
    if (known < 0) throw new MalformedLine(`item ${item} is not in ${itemsFile}`);
    const rating = parseNumber(value, "value");
    if (rating < minRating) return;
    interactions.add(users.numberOf(user), known, rating, parseNumber(timestamp, "timestamp") * 1_000);
  });
  return {
    userIds: users.names,
    itemIds: items.names,
    interactions: interactions.build(),
    details,
    given: undefined,
  } satisfies DataSet;
}

function expectHeading(found: string | undefined, first: string): void {
  if (found !== first) throw new MalformedLine(`expected a heading that begins with ${first}`);
}
