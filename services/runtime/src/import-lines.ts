import { createHash } from "node:crypto";
import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { type ImportLineResultSchema, ImportOutcome } from "@craic/proto/craic/catalogue/v1/import_pb.js";
import { batches } from "./batches.js";
import type { FieldViolation } from "./errors.js";
import { parseRecord } from "./parse-record.js";
import { violationsOf } from "./validate.js";

/** Most lines that are stored together. */
const BATCH_LINES = 200;
/** Most characters that are stored together, so that a batch of long records fits in one packet to the server. */
const BATCH_CHARACTERS = 256 * 1024;
/** How long a line waits for others to be stored with: short beside a person's patience, long beside a socket's. */
const LINGER_MS = 10;
/** Most problems that are told of one line. */
const MAX_PROBLEMS = 20;
/** Longest a problem is told at. */
const MAX_PROBLEM_LENGTH = 300;

/** A record that is fit to be stored. */
export interface ImportEntry<Content> {
  readonly id: string;
  readonly content: Content;
  /** 32 characters; differs when the content does. */
  readonly hash: string;
}

/** What makes lines into records of one kind. */
export interface ImportSpec<Desc extends DescMessage, Content> {
  /** The message that a line is, as proto JSON. */
  readonly record: Desc;
  /** What is wrong with a message whose fields keep their rules. */
  readonly problemsOf: (message: MessageShape<Desc>) => readonly FieldViolation[];
  /** The record as the store keeps it; asked of messages that nothing is wrong with. */
  readonly contentOf: (message: MessageShape<Desc>) => Content;
  readonly idOf: (content: Content) => string;
  /**
   * Stores those entries that are new or whose hash is another, all of them or none; no id is there twice.
   * Answers with the hash that each id had before, for those that were known.
   */
  readonly save: (entries: readonly ImportEntry<Content>[]) => Promise<ReadonlyMap<string, string>>;
}

type Result = MessageInitShape<typeof ImportLineResultSchema>;

/**
 * Imports a file line by line and answers for each line, in order, once it is stored. Holds one batch in
 * memory, whatever the file's length. A file that names a record twice leaves it as the later line has it.
 */
export async function* importLines<Desc extends DescMessage, Content>(
  requests: AsyncIterable<{ readonly line: string }>,
  spec: ImportSpec<Desc, Content>,
): AsyncGenerator<{ result: Result }, void, undefined> {
  let lineNumber = 0;
  for await (const batch of batches(requests, isFull, LINGER_MS)) {
    const read = batch
      .map(({ line }) => ({ lineNumber: ++lineNumber, line }))
      .filter(({ line }) => line.trim() !== "")
      .map(({ lineNumber, line }) => ({ lineNumber, ...readLine(line, spec) }));
    // A later line replaces an earlier one of the same record.
    const entries = new Map(read.flatMap(({ entry }) => (entry ? [[entry.id, entry] as const] : [])));
    const hashes = new Map(entries.size > 0 ? await spec.save([...entries.values()]) : []);
    for (const { lineNumber, entry, problems } of read) {
      if (entry === undefined) {
        yield { result: { lineNumber, outcome: ImportOutcome.REJECTED, problems } };
        continue;
      }
      const outcome = outcomeOf(hashes.get(entry.id), entry.hash);
      hashes.set(entry.id, entry.hash);
      yield { result: { lineNumber, outcome, id: entry.id } };
    }
  }
}

function isFull(batch: readonly { readonly line: string }[]): boolean {
  return (
    batch.length >= BATCH_LINES || batch.reduce((sum, { line }) => sum + line.length, 0) >= BATCH_CHARACTERS
  );
}

function outcomeOf(hashBefore: string | undefined, hash: string): ImportOutcome {
  if (hashBefore === undefined) return ImportOutcome.CREATED;
  return hashBefore === hash ? ImportOutcome.UNCHANGED : ImportOutcome.UPDATED;
}

interface Reading<Content> {
  readonly entry?: ImportEntry<Content>;
  /** Why there is no entry. */
  readonly problems?: string[];
}

function readLine<Desc extends DescMessage, Content>(
  line: string,
  { record, problemsOf, contentOf, idOf }: ImportSpec<Desc, Content>,
): Reading<Content> {
  const parsed = parseRecord(record, line.trim());
  if ("problems" in parsed) return rejected(parsed.problems);
  const violations = violationsOf(record, parsed.message);
  if (violations.length > 0) return rejected(violations);
  const problems = problemsOf(parsed.message);
  if (problems.length > 0) return rejected(problems);
  const content = contentOf(parsed.message);
  return { entry: { id: idOf(content), content, hash: hashOf(content) } };
}

function rejected(violations: readonly FieldViolation[]): { problems: string[] } {
  const problems = violations
    .slice(0, MAX_PROBLEMS)
    .map(({ field, description }) => `${field}: ${description}`.slice(0, MAX_PROBLEM_LENGTH).toWellFormed());
  return { problems };
}

/** The first half of a SHA-256: told apart by chance once in 2⁶⁴ records. */
function hashOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
}
