import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { ImportOutcome } from "@craic/proto/craic/catalogue/v1/import_pb.js";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { importedId } from "@craic/runtime/imported-id.js";
import { importRecords, outcomesOf } from "../../../tests/fixtures/import-records.js";
import { localClient } from "../../../tests/fixtures/local-client.js";
import { createTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.js";
import { createDjService } from "./dj-service.js";
import { createMysqlDjStore } from "./dj-store.mysql.js";

const NOW = new Date("2026-06-20T22:00:00Z");
const LATER = new Date("2026-06-21T22:00:00Z");

let database: TestDatabase;
let now: Date;
beforeAll(async () => {
  database = await createTestDatabase("djs");
});
beforeEach(async () => {
  for (const table of ["djs", "dj_genres"]) await database.pool.query(`DELETE FROM ${table}`);
  now = NOW;
});
afterAll(() => database.close());

const client = () =>
  localClient(DjService, createDjService({ store: createMysqlDjStore(database), now: () => now }));
const record = (externalId: string, changes: object = {}) => ({
  source: { name: "test", externalId },
  name: `DJ ${externalId}`,
  ...changes,
});
const idOf = (externalId: string) => importedId("dj", { name: "test", externalId });
const put = async (...records: object[]) => {
  for (const { problems } of await importRecords(client().importDjs, records)) expect(problems).toEqual([]);
};
const list = async (request: Parameters<ReturnType<typeof client>["listDjs"]>[0] = {}) =>
  (await client().listDjs(request)).djs.map(({ name }) => name);

describe("ListDjs", () => {
  it("lists by name, whatever its case and accents, ties by id", async () => {
    const ties = ["x", "y", "z"].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
    await put(
      record("1", { name: "Sunil Sharpe" }),
      record("2", { name: "Áine" }),
      ...["x", "y", "z"].map((externalId) => record(externalId, { name: "boots", kind: externalId })),
    );
    const { djs } = await client().listDjs({});
    expect(djs.map(({ name, kind }) => `${name} ${kind}`.trim())).toEqual([
      "Áine",
      ...ties.map((kind) => `boots ${kind}`),
      "Sunil Sharpe",
    ]);
  });

  it("narrows by any of some genres, and by beginnings of words of the name", async () => {
    await put(
      record("1", { name: "Björk", genres: ["Pop", "electronic"] }),
      record("2", { name: "Aphex Twin", genres: ["electronic", "ambient"] }),
      record("3", { name: "Twin Shadow" }),
    );
    expect(await list({ genres: ["ELECTRONIC"] })).toEqual(["Aphex Twin", "Björk"]);
    expect(await list({ genres: ["pop", "ambient", "jazz"] })).toEqual(["Aphex Twin", "Björk"]);
    expect(await list({ query: "bjo" })).toEqual(["Björk"]);
    expect(await list({ query: "twin" })).toEqual(["Aphex Twin", "Twin Shadow"]);
    expect(await list({ query: "win" })).toEqual([]);
    expect(await list({ query: "twin", genres: ["ambient"] })).toEqual(["Aphex Twin"]);
  });

  it.each([1, 2, 3, 4])(
    "pages of %d lose nothing and repeat nothing, with long names and equal ones",
    async (pageSize) => {
      const long = "각".repeat(199);
      const names = [`${long}가`, `${long}나`, "Same", "Same"];
      await put(...names.map((name, i) => record(String(i), { name, genres: ["x", "y"] })));
      const found: string[] = [];
      let pageToken = "";
      do {
        const page = await client().listDjs({ pageSize, pageToken, genres: ["x", "y"] });
        expect(page.djs.length).toBeGreaterThan(0);
        found.push(...page.djs.map(({ djId }) => djId));
        pageToken = page.nextPageToken;
        expect(pageToken.length).toBeLessThanOrEqual(500);
      } while (pageToken !== "");
      expect(found.toSorted()).toEqual(names.map((_, i) => idOf(String(i))).toSorted());
    },
  );

  it("reads page_size 0 as 25 and more than 100 as 100", async () => {
    await put(...Array.from({ length: 101 }, (_, i) => record(String(i))));
    expect(await list()).toHaveLength(25);
    expect(await list({ pageSize: 101 })).toHaveLength(100);
  });

  it("is INVALID_ARGUMENT for a token that is not ours or of other filters", async () => {
    await put(record("a"), record("b"));
    const { nextPageToken } = await client().listDjs({ pageSize: 1 });
    for (const request of [{ pageToken: "garbage" }, { pageToken: nextPageToken, genres: ["x"] }]) {
      await expect(client().listDjs(request)).rejects.toMatchObject({
        code: Code.InvalidArgument,
        rawMessage: expect.stringMatching(/^page_token: /),
      });
    }
  });
});

describe("GetDj and BatchGetDjs", () => {
  it("return all that was imported", async () => {
    const source = { name: "test", externalId: "a", attribution: "© Test" };
    await put({
      source,
      name: " Sunil ",
      kind: "dj",
      genres: ["Techno ", "TECHNO", "house"],
      url: "http://example.org",
    });
    expect((await client().getDj({ djId: idOf("a") })).dj).toMatchObject({
      djId: idOf("a"),
      name: "Sunil",
      kind: "dj",
      genres: ["techno", "house"],
      url: "http://example.org",
      source,
      updateTime: timestampFromDate(NOW),
    });
  });

  it("answer NOT_FOUND for one id that is not known, and leave it out of many", async () => {
    await put(record("a"), record("b"));
    await expect(client().getDj({ djId: idOf("none") })).rejects.toMatchObject({
      code: Code.NotFound,
      rawMessage: `no dj "${idOf("none")}"`,
    });
    const djIds = ["b", "none", "a", "b"].map(idOf);
    const { djs } = await client().batchGetDjs({ djIds });
    expect(djs.map(({ name }) => name)).toEqual(["DJ b", "DJ a"]);
  });
});

describe("ImportDjs", () => {
  it("creates, leaves alone, updates, and says when a record last changed", async () => {
    const file = [record("a", { genres: ["x"] }), record("b", { genres: ["x", "y"] })];
    expect(await outcomesOf(client().importDjs, file)).toEqual(["CREATED", "CREATED"]);
    now = LATER;
    const changed = [file[0] as object, record("b", { genres: ["y", "z"] })];
    expect(await outcomesOf(client().importDjs, changed)).toEqual(["UNCHANGED", "UPDATED"]);
    expect(await list({ genres: ["x"] })).toEqual(["DJ a"]);
    expect(await list({ genres: ["z"] })).toEqual(["DJ b"]);
    const { djs } = await client().batchGetDjs({ djIds: ["a", "b"].map(idOf) });
    expect(djs.map(({ updateTime }) => updateTime)).toEqual([
      timestampFromDate(NOW),
      timestampFromDate(LATER),
    ]);
  });

  it.each([
    ["a blank name", { name: " " }, "name: is blank"],
    ["a blank genre", { genres: ["a", " "] }, "genres[1]: is blank"],
    ["a bad URL", { url: "http://%" }, "url: is no URL"],
    ["no source", { source: undefined }, "source: is required"],
  ])("rejects a line with %s, naming the field, and lets the rest in", async (_what, changes, problem) => {
    const results = await importRecords(client().importDjs, [record("a", changes), record("b")]);
    expect(results[0]).toMatchObject({ lineNumber: 1, outcome: ImportOutcome.REJECTED, problems: [problem] });
    expect(results[1]).toMatchObject({ lineNumber: 2, outcome: ImportOutcome.CREATED, id: idOf("b") });
    expect(await list()).toEqual(["DJ b"]);
  });
});
