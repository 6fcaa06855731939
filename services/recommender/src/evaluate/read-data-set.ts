import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DataSet } from "./data-set.js";
import { readAttendance } from "./read-attendance.js";
import { readLeaveOneOut } from "./read-leave-one-out.js";
import { readMovieTweetings } from "./read-movietweetings.js";
import { readRatings } from "./read-ratings.js";
import { DataError } from "./text-lines.js";

/** The forms of data that can be read. */
export const formats = ["attendance", "movietweetings", "leave-one-out", "ratings"] as const;
export type Format = (typeof formats)[number];

/** Names under which files of ratings are published. */
const RATINGS_FILES = /^(ratings\.(dat|csv|tsv|txt)|u\.data|.*\.ratings?)(\.gz)?$/;

/**
 * Reads the data in a folder, or in one file of ratings.
 *
 * @param format "auto" finds it out from the names of the files
 * @param minRating ratings below it are left out
 * @throws DataError when there is nothing to read, or more than one thing, or a line is malformed
 */
export async function readDataSet(
  path: string,
  format: Format | "auto",
  minRating: number,
): Promise<DataSet> {
  const files = filesIn(path);
  const chosen = format === "auto" ? detect(path, files) : format;
  const one = (pattern: RegExp) => theOne(path, files, pattern);
  const data = await read();
  if (data.interactions.count === 0) throw new DataError(`${path}: has no interactions`);
  return data;

  function read(): Promise<DataSet> {
    switch (chosen) {
      case "attendance":
        return readAttendance(one(/^events\.jsonl(\.gz)?$/), one(/^interactions\.tsv(\.gz)?$/));
      case "movietweetings":
        return readMovieTweetings(one(/^items\.tsv(\.gz)?$/), one(/^interactions\.tsv(\.gz)?$/), minRating);
      case "leave-one-out": {
        const train = one(/\.train\.rating(\.gz)?$/);
        const test = one(/\.test\.rating(\.gz)?$/);
        return readLeaveOneOut({ train, test, negatives: one(/\.test\.negative(\.gz)?$/) }, minRating);
      }
      case "ratings":
        return readRatings(files === undefined ? path : one(RATINGS_FILES), minRating);
    }
  }
}

/** Names of the files in a folder; undefined when the path is a file. */
function filesIn(path: string): string[] | undefined {
  try {
    return statSync(path).isDirectory() ? readdirSync(path).sort() : undefined;
  } catch (error) {
    throw new DataError((error as Error).message);
  }
}

function detect(path: string, files: readonly string[] | undefined): Format {
  if (files === undefined) return "ratings";
  const has = (pattern: RegExp) => files.some((file) => pattern.test(file));
  if (has(/\.train\.rating(\.gz)?$/)) return "leave-one-out";
  if (has(/^events\.jsonl(\.gz)?$/)) return "attendance";
  if (has(/^items\.tsv(\.gz)?$/)) return "movietweetings";
  if (has(RATINGS_FILES)) return "ratings";
  const folders = files.map((file) => join(path, file)).filter((each) => statSync(each).isDirectory());
  const hint = folders.length === 0 ? "" : `; perhaps one of its folders is meant: ${folders.join(", ")}`;
  throw new DataError(`${path}: no data found in a form that is known${hint}`);
}

function theOne(path: string, files: readonly string[] | undefined, pattern: RegExp): string {
  const found = (files ?? []).filter((file) => pattern.test(file));
  if (found.length === 1) return join(path, found[0]!);
  const what = found.length === 0 ? "no file" : `more than one file (${found.join(", ")})`;
  throw new DataError(`${path}: ${what} with a name like ${pattern.source.replaceAll("\\", "")}`);
}
