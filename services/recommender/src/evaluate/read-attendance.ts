import type { DataSet, EventDetails, ItemDetails } from "./data-set.js";
import { InteractionBuilder, Numbering } from "./interaction-builder.js";
import { DataError, eachLine, MalformedLine } from "./text-lines.js";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const HEADING = ["user", "item", "timestamp"];

/**
 * Reads events, one JSON object a line, and who went to them, tab-separated `user item day …` under a heading.
 * An event has id, title, start (a day), city, region, country, lat, lon, organiser and tags; any but id and
 * start may be null.
 */
export async function readAttendance(eventsFile: string, interactionsFile: string): Promise<DataSet> {
  const items = new Numbering();
  const details: ItemDetails[] = [];
  await eachLine(eventsFile, (line) => {
    const { id, item } = eventOf(line);
    if (items.find(id) >= 0) throw new MalformedLine(`event ${id} is there twice`);
    items.numberOf(id);
    details.push(item);
  });
  const users = new Numbering();
  const interactions = new InteractionBuilder();
  await eachLine(interactionsFile, (line, number) => {
    const [user, item, day] = line.split("\t");
    if (number === 1) {
      if (user !== HEADING[0] || item !== HEADING[1] || day !== HEADING[2]) {
        throw new MalformedLine(`expected the heading ${HEADING.join(", ")} …`);
      }
      return;
    }
    if (!user || !item) throw new MalformedLine("user or item is empty");
    const event = items.find(item);
    if (event < 0) throw new MalformedLine(`event ${item} is not in ${eventsFile}`);
    interactions.add(users.numberOf(user), event, 1, parseDay(day));
  });
  if (details.length === 0) throw new DataError(`${eventsFile}: has no events`);
  return {
    userIds: users.names,
    itemIds: items.names,
    interactions: interactions.build(),
    details,
    given: undefined,
  };
}

function eventOf(line: string): { id: string; item: ItemDetails } {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line);
  } catch (error) {
    throw new MalformedLine(`not JSON: ${(error as Error).message}`);
  }
  const id = textOf(fields, "id");
  if (id === "") throw new MalformedLine("id is missing");
  const { lat, lon, tags } = fields;
  if (!Array.isArray(tags)) throw new MalformedLine("tags is not a list");
  const event: EventDetails = {
    startMs: parseDay(fields.start),
    organiser: textOf(fields, "organiser"),
    town: textOf(fields, "city"),
    region: textOf(fields, "region"),
    country: textOf(fields, "country"),
    location:
      typeof lat === "number" && typeof lon === "number" ? { latitude: lat, longitude: lon } : undefined,
  };
  return { id, item: { title: textOf(fields, "title"), tags: tags.map(String), event } };
}

/** Text of a field that may be absent or null. */
function textOf(fields: Record<string, unknown>, name: string): string {
  const value = fields[name] ?? "";
  if (typeof value !== "string") throw new MalformedLine(`${name} is ${JSON.stringify(value)}, not text`);
  return value;
}

function parseDay(day: unknown): number {
  const ms = typeof day === "string" && DAY.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(ms)) throw new MalformedLine(`day is ${JSON.stringify(day)}, not a date like 2015-06-30`);
  return ms;
}
