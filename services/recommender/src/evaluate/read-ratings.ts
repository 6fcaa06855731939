import type { DataSet } from "./data-set.js";
import { InteractionBuilder, Numbering } from "./interaction-builder.js";
import { eachLine, MalformedLine, parseNumber } from "./text-lines.js";

/** One line of a file of ratings. */
export interface Rating {
  readonly user: string;
  readonly item: string;
  readonly value: number;
  readonly timeS: number;
}

const BLANKS = /\s+/;
const SEPARATORS: readonly (string | RegExp)[] = ["::", "\t", ",", BLANKS];

/**
 * Reads a file of lines `user item rating timestamp`, separated by `::`, tabs, commas or blanks, the timestamp
 * in seconds since 1970. MovieLens publishes ratings.dat, u.data and ratings.csv so; a heading is passed over.
 */
export async function eachRating(file: string, take: (rating: Rating) => void): Promise<void> {
  let separator: string | RegExp | undefined;
  await eachLine(file, (line, number) => {
    separator ??= separatorOf(line);
    const fields = (separator === BLANKS ? line.trim() : line).split(separator);
    if (number === 1 && isHeading(fields)) return;
    if (fields.length !== 4) {
      throw new MalformedLine(`expected user, item, rating and timestamp, found ${fields.length} fields`);
    }
    const [user, item, rating, timestamp] = fields as [string, string, string, string];
    if (user === "" || item === "") throw new MalformedLine(`${user === "" ? "user" : "item"} is empty`);
    take({
      user,
      item,
      value: parseNumber(rating, "rating"),
      timeS: parseNumber(timestamp, "timestamp"),
    });
  });
}

/** The ratings of a file, those below `minRating` left out. */
export async function readRatings(file: string, minRating: number): Promise<DataSet> {
  const users = new Numbering();
  const items = new Numbering();
  const interactions = new InteractionBuilder();
  await eachRating(file, ({ user, item, value, timeS }) => {
    if (value < minRating) return;
    interactions.add(users.numberOf(user), items.numberOf(item), value, timeS * 1_000);
  });
  return {
    userIds: users.names,
    itemIds: items.names,
    interactions: interactions.build(),
    details: undefined,
    given: undefined,
  };
}

function separatorOf(line: string): string | RegExp {
  return SEPARATORS.find((separator) => line.split(separator).length >= 3) ?? BLANKS;
}

/** Whether the first line names the columns: none of the numbers is one. */
function isHeading(fields: readonly string[]): boolean {
  return fields.length === 4 && fields.slice(2).every((field) => Number.isNaN(Number(field)));
}
