import { crc32 } from "node:zlib";
import { invalidArgument } from "./errors.js";

const DEFAULT_PAGE_SIZE = 25;
const MAX_PAGE_SIZE = 100;
/** Bytes of the filters' checksum that a token carries: enough to tell lists apart, not meant to resist forgery. */
const CHECKSUM_BYTES = 4;

/** Where a page ended: what the list is ordered by, of its last row. */
export type Cursor = readonly (string | number)[];

/** How many rows a page_size asks for: 0 means 25, more than 100 is read as 100. */
export function pageLimit(pageSize: number): number {
  return Math.min(pageSize || DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
}

/** An opaque token for the page after `cursor`, good for these filters only. */
export function encodePageToken(cursor: Cursor, filters: unknown): string {
  return Buffer.concat([checksumOf(filters), Buffer.from(JSON.stringify(cursor))]).toString("base64url");
}

/**
 * The cursor that encodePageToken() was given; undefined for the empty token of a first page.
 *
 * INVALID_ARGUMENT if the token is not one of ours or was made for other filters.
 */
export function decodePageToken<C extends Cursor>(
  token: string,
  filters: unknown,
  isCursor: (value: unknown) => value is C,
): C | undefined {
  if (token === "") return undefined;
  const bytes = Buffer.from(token, "base64url");
  const cursor = parseJson(bytes.subarray(CHECKSUM_BYTES).toString());
  // Decoding base64 passes over what is not base64, hence the way back.
  if (bytes.toString("base64url") !== token || !isCursor(cursor)) {
    throw invalidArgument({ field: "page_token", description: "is not one of ours" });
  }
  if (!bytes.subarray(0, CHECKSUM_BYTES).equals(checksumOf(filters))) {
    throw invalidArgument({ field: "page_token", description: "belongs to a list with other filters" });
  }
  return cursor;
}

/** One page of a list. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Empty when this is the last page. */
  readonly nextPageToken: string;
}

/**
 * Cuts a page out of rows that were read with a limit of one more than the page holds: the presence of that
 * row is how we know that there is a next page.
 */
export function cutPage<Row>(
  found: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => Cursor,
  filters: unknown,
): Page<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const hasNext = found.length > limit && last !== undefined;
  return { rows, nextPageToken: hasNext ? encodePageToken(cursorOf(last), filters) : "" };
}

function checksumOf(filters: unknown): Buffer {
  const bytes = Buffer.allocUnsafe(CHECKSUM_BYTES);
  bytes.writeUInt32BE(crc32(JSON.stringify(filters)));
  return bytes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
