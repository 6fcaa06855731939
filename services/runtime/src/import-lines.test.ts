import { ImportOutcome } from "@craic/proto/craic/catalogue/v1/import_pb.js";
import { type Source, SourceSchema } from "@craic/proto/craic/catalogue/v1/source_pb.js";
import { type ImportEntry, importLines } from "./import-lines.js";

interface Content {
  readonly id: string;
  readonly text: string;
}

describe("importLines", () => {
  it("answers for each line in order, blank ones counted and passed over", async () => {
    const { importAll } = store();
    const lines = [record("a"), "", "not JSON", " \t\r", record("b"), record("")];
    expect(await importAll(lines)).toEqual([
      { lineNumber: 1, outcome: ImportOutcome.CREATED, id: "a" },
      {
        lineNumber: 3,
        outcome: ImportOutcome.REJECTED,
        problems: [expect.stringMatching(/^line: is not JSON/)],
      },
      { lineNumber: 5, outcome: ImportOutcome.CREATED, id: "b" },
      { lineNumber: 6, outcome: ImportOutcome.REJECTED, problems: ["external_id: is required"] },
    ]);
  });

  it("takes lines as files have them: with a byte order mark, carriage returns, spaces around", async () => {
    const { importAll } = store();
    const results = await importAll([`\uFEFF${record("a")}\r`, `  ${record("b")} `]);
    expect(results.map(({ outcome }) => outcome)).toEqual([ImportOutcome.CREATED, ImportOutcome.CREATED]);
  });

  it("tells every broken rule of a field, or else what the kind of record forbids", async () => {
    const { importAll } = store();
    const broken = JSON.stringify({ name: "Not A Name", externalId: "x".repeat(161) });
    const [fields, kind] = await importAll([broken, record("forbidden")]);
    expect(fields?.problems).toEqual([
      expect.stringMatching(/^name: /),
      expect.stringMatching(/^external_id: must have at most 160/),
    ]);
    expect(kind?.problems).toEqual(["external_id: is forbidden"]);
  });

  it("creates, then leaves alone what is the same, then updates what differs", async () => {
    const { importAll, saved } = store();
    await importAll([record("a", "1"), record("b", "1")]);
    const results = await importAll([record("a", "1"), record("b", "2"), record("c", "1")]);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ImportOutcome.UNCHANGED,
      ImportOutcome.UPDATED,
      ImportOutcome.CREATED,
    ]);
    expect(saved.get("b")?.content.text).toBe("2");
  });

  it("keeps the later of two lines of one record, and answers as if they had come one by one", async () => {
    const { importAll, saved, batchSizes } = store();
    const results = await importAll([record("a", "1"), record("a", "2"), record("a", "2"), record("a", "1")]);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ImportOutcome.CREATED,
      ImportOutcome.UPDATED,
      ImportOutcome.UNCHANGED,
      ImportOutcome.UPDATED,
    ]);
    expect(saved.get("a")?.content.text).toBe("1");
    expect(batchSizes).toEqual([1]);
  });

  it("stores 200 lines at a time, or fewer when they are long", async () => {
    const short = store();
    await short.importAll(Array.from({ length: 450 }, (_, i) => record(`r${i}`)));
    expect(short.batchSizes).toEqual([200, 200, 50]);
    const long = store();
    await long.importAll(Array.from({ length: 9 }, (_, i) => `${record(`r${i}`)}${" ".repeat(65_000)}`));
    expect(long.batchSizes).toEqual([5, 4]);
  });

  it("does not ask the store about a batch without a good line", async () => {
    const { importAll, batchSizes } = store();
    await importAll(["", "{"]);
    expect(batchSizes).toEqual([]);
  });

  it("ends with the store's error after the results of what was stored; a second run completes the file", async () => {
    const lines = Array.from({ length: 450 }, (_, i) => record(`r${i}`));
    const { importAll, saved, failAt } = store();
    failAt(2);
    const told: number[] = [];
    await expect(importAll(lines, (lineNumber) => told.push(lineNumber))).rejects.toThrow("database gone");
    expect(told).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    failAt(undefined);
    const results = await importAll(lines);
    expect(results.filter(({ outcome }) => outcome === ImportOutcome.UNCHANGED)).toHaveLength(200);
    expect(results.filter(({ outcome }) => outcome === ImportOutcome.CREATED)).toHaveLength(250);
    expect(saved.size).toBe(450);
  });

  it("keeps a long answer short, and never cuts a character in half", async () => {
    const { importAll } = store();
    const keys = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`x${"😀".repeat(200)}${i}`, 1]));
    const [result] = await importAll([JSON.stringify(keys), record("a")]);
    expect(result?.problems).toHaveLength(20);
    for (const problem of result?.problems ?? []) {
      expect(problem.length).toBeLessThanOrEqual(300);
      expect(problem.isWellFormed()).toBe(true);
    }
  });
});

function record(externalId: string, attribution = ""): string {
  return JSON.stringify({ name: "test", externalId, attribution });
}

/** A store of sources, by external id. */
function store() {
  const saved = new Map<string, ImportEntry<Content>>();
  const batchSizes: number[] = [];
  let failing: number | undefined;
  const spec = {
    record: SourceSchema,
    problemsOf: ({ externalId }: Source) =>
      externalId === "forbidden" ? [{ field: "external_id", description: "is forbidden" }] : [],
    contentOf: ({ externalId, attribution }: Source): Content => ({ id: externalId, text: attribution }),
    idOf: ({ id }: Content) => id,
    async save(entries: readonly ImportEntry<Content>[]) {
      batchSizes.push(entries.length);
      if (batchSizes.length === failing) throw new Error("database gone");
      const known = entries.flatMap(({ id }) => {
        const before = saved.get(id);
        return before ? [[id, before.hash] as const] : [];
      });
      for (const entry of entries) saved.set(entry.id, entry);
      return new Map(known);
    },
  };
  return {
    saved,
    batchSizes,
    failAt(batch: number | undefined) {
      failing = batch;
    },
    async importAll(lines: readonly string[], onLine = (_lineNumber: number) => {}) {
      const results = [];
      for await (const { result } of importLines(requestsOf(lines), spec)) {
        results.push(result);
        onLine(result.lineNumber ?? 0);
      }
      return results;
    },
  };
}

async function* requestsOf(lines: readonly string[]) {
  for (const line of lines) yield { line };
}
