import { customType } from "drizzle-orm/mysql-core";

// Column types that mean the same on every server, whatever its default character set and collation.

/** Text of at most `length` code points, told apart byte by byte. */
export const exactText = customType<{ data: string; config: { length: number }; configRequired: true }>({
  dataType: ({ length }) => `varchar(${length}) character set utf8mb4 collate utf8mb4_bin`,
});

/** Text of at most 16 MB, told apart byte by byte. */
export const longText = customType<{ data: string }>({
  dataType: () => "mediumtext character set utf8mb4 collate utf8mb4_bin",
});

/** ASCII of exactly `length` characters: a UUID has 36. */
export const exactAscii = customType<{ data: string; config: { length: number }; configRequired: true }>({
  dataType: ({ length }) => `char(${length}) character set ascii collate ascii_bin`,
});

/** A list of strings that is read as a whole and never searched, as JSON. */
export const stringList = customType<{ data: readonly string[]; driverData: string }>({
  dataType: () => "mediumtext character set utf8mb4 collate utf8mb4_bin",
  toDriver: (list) => JSON.stringify(list),
  fromDriver: (json) => JSON.parse(json),
});

/** An instant, as milliseconds since 1970 in UTC. */
export const instant = customType<{ data: Date; driverData: number }>({
  dataType: () => "bigint",
  toDriver: (date) => date.getTime(),
  fromDriver: (ms) => new Date(ms),
});
