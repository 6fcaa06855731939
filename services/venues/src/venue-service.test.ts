import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { ImportOutcome } from "@craic/proto/craic/catalogue/v1/import_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import { importedId } from "@craic/runtime/imported-id.js";
import { importRecords, outcomesOf } from "../../../tests/fixtures/import-records.js";
import { localClient } from "../../../tests/fixtures/local-client.js";
import { createTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.js";
import { createVenueService } from "./venue-service.js";
import { createMysqlVenueStore } from "./venue-store.mysql.js";

const NOW = new Date("2026-06-20T22:00:00Z");
const LATER = new Date("2026-06-21T22:00:00Z");

let database: TestDatabase;
let now: Date;
beforeAll(async () => {
  database = await createTestDatabase("venues");
});
beforeEach(async () => {
  await database.pool.query("DELETE FROM venues");
  now = NOW;
});
afterAll(() => database.close());

const client = () => {
  const store = createMysqlVenueStore(database);
  return localClient(VenueService, createVenueService({ store, now: () => now }));
};
const record = (externalId: string, changes: object = {}) => ({
  source: { name: "test", externalId },
  name: `Venue ${externalId}`,
  cityId: "2964574",
  ...changes,
});
const idOf = (externalId: string) => importedId("venue", { name: "test", externalId });
const put = async (...records: object[]) => {
  for (const { problems } of await importRecords(client().importVenues, records))
    expect(problems).toEqual([]);
};
const list = async (request: Parameters<ReturnType<typeof client>["listVenues"]>[0] = {}) =>
  (await client().listVenues(request)).venues.map(({ name }) => name);

describe("ListVenues", () => {
  it("lists by name, whatever its case and accents, ties by id", async () => {
    const ties = ["x", "y", "z"].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
    await put(
      record("1", { name: "Whelan's" }),
      record("2", { name: "Ábbey" }),
      record("3", { name: "button Factory" }),
      ...["x", "y", "z"].map((externalId) => record(externalId, { name: "Same", address: externalId })),
    );
    const { venues } = await client().listVenues({});
    expect(venues.map(({ name, address }) => `${name} ${address}`.trim())).toEqual([
      "Ábbey",
      "button Factory",
      ...ties.map((address) => `Same ${address}`),
      "Whelan's",
    ]);
  });

  it("narrows by city, and by beginnings of words of name or address", async () => {
    await put(
      record("1", { name: "Café en Seine", address: "40 Dawson Street" }),
      record("2", { name: "Dawson Lounge", cityId: "1" }),
    );
    expect(await list({ cityId: "1" })).toEqual(["Dawson Lounge"]);
    expect(await list({ query: "DAWS" })).toEqual(["Café en Seine", "Dawson Lounge"]);
    expect(await list({ query: "cafe 40" })).toEqual(["Café en Seine"]);
    expect(await list({ query: "awson" })).toEqual([]);
    expect(await list({ query: "dawson", cityId: "1" })).toEqual(["Dawson Lounge"]);
  });

  it.each([1, 2, 3, 4])(
    "pages of %d lose nothing and repeat nothing, with long names and equal ones",
    async (pageSize) => {
      const long = "각".repeat(199);
      const names = [`${long}가`, `${long}나`, "Same", "Same"];
      await put(...names.map((name, i) => record(String(i), { name })));
      const found: string[] = [];
      let pageToken = "";
      do {
        const page = await client().listVenues({ pageSize, pageToken });
        expect(page.venues.length).toBeGreaterThan(0);
        found.push(...page.venues.map(({ venueId }) => venueId));
        pageToken = page.nextPageToken;
        expect(pageToken.length).toBeLessThanOrEqual(500);
      } while (pageToken !== "");
      expect(found.toSorted()).toEqual(names.map((_, i) => idOf(String(i))).toSorted());
    },
  );

  it("goes on where a page ended when venues are added in between", async () => {
    await put(record("b"), record("d"));
    const { nextPageToken } = await client().listVenues({ pageSize: 1 });
    await put(record("a"), record("c"));
    expect(await list({ pageToken: nextPageToken })).toEqual(["Venue c", "Venue d"]);
  });

  it("reads page_size 0 as 25 and more than 100 as 100", async () => {
    await put(...Array.from({ length: 101 }, (_, i) => record(String(i))));
    expect(await list()).toHaveLength(25);
    expect(await list({ pageSize: 5_000 })).toHaveLength(100);
  });

  it("is INVALID_ARGUMENT for a token that is not ours or of other filters", async () => {
    await put(record("a"), record("b"));
    const { nextPageToken } = await client().listVenues({ pageSize: 1 });
    for (const request of [{ pageToken: "garbage" }, { pageToken: nextPageToken, cityId: "2964574" }]) {
      await expect(client().listVenues(request)).rejects.toMatchObject({
        code: Code.InvalidArgument,
        rawMessage: expect.stringMatching(/^page_token: /),
      });
    }
  });
});

describe("GetVenue and BatchGetVenues", () => {
  it("return all that was imported", async () => {
    await put(
      record("a", {
        source: { name: "test", externalId: "a", attribution: "© Test" },
        kind: "pub",
        address: "25 Wexford Street",
        latitude: 53.33,
        longitude: -6.26,
        url: "https://example.org/",
      }),
    );
    const { venue } = await client().getVenue({ venueId: idOf("a") });
    expect(venue).toMatchObject({
      venueId: idOf("a"),
      name: "Venue a",
      kind: "pub",
      address: "25 Wexford Street",
      cityId: "2964574",
      latitude: 53.33,
      longitude: -6.26,
      url: "https://example.org/",
      source: { name: "test", externalId: "a", attribution: "© Test" },
      updateTime: timestampFromDate(NOW),
    });
  });

  it("leave the position unset when it is not known, and tell it from the one at zero", async () => {
    await put(record("nowhere"), record("null-island", { latitude: 0, longitude: 0 }));
    const { venue: nowhere } = await client().getVenue({ venueId: idOf("nowhere") });
    expect([nowhere?.latitude, nowhere?.longitude]).toEqual([undefined, undefined]);
    const { venue: island } = await client().getVenue({ venueId: idOf("null-island") });
    expect([island?.latitude, island?.longitude]).toEqual([0, 0]);
  });

  it("answer NOT_FOUND for one id that is not known, and leave it out of many", async () => {
    await put(record("a"), record("b"));
    await expect(client().getVenue({ venueId: idOf("none") })).rejects.toMatchObject({ code: Code.NotFound });
    const venueIds = ["b", "none", "a", "b"].map(idOf);
    const { venues } = await client().batchGetVenues({ venueIds });
    expect(venues.map(({ name }) => name)).toEqual(["Venue b", "Venue a"]);
  });
});

describe("ImportVenues", () => {
  it("creates, leaves alone, updates, and says when a record last changed", async () => {
    expect(await outcomesOf(client().importVenues, [record("a"), record("b")])).toEqual([
      "CREATED",
      "CREATED",
    ]);
    now = LATER;
    const outcomes = await outcomesOf(client().importVenues, [record("a"), record("b", { name: "New" })]);
    expect(outcomes).toEqual(["UNCHANGED", "UPDATED"]);
    const { venues } = await client().batchGetVenues({ venueIds: ["a", "b"].map(idOf) });
    expect(venues.map(({ name, updateTime }) => ({ name, updateTime }))).toEqual([
      { name: "Venue a", updateTime: timestampFromDate(NOW) },
      { name: "New", updateTime: timestampFromDate(LATER) },
    ]);
    expect(await list({ query: "new" })).toEqual(["New"]);
    expect(await list({ query: "b" })).toEqual([]);
  });

  it.each([
    ["a blank name", { name: " " }, "name: is blank"],
    ["no city", { cityId: "" }, "city_id: is required"],
    ["half a position", { latitude: 1 }, "longitude: is required with latitude"],
    ["the other half", { longitude: 1 }, "latitude: is required with longitude"],
    ["a latitude off the globe", { latitude: 91, longitude: 0 }, "latitude: must be at most 90"],
    ["a bad URL", { url: "http://%" }, "url: is no URL"],
  ])("rejects a line with %s, naming the field, and lets the rest in", async (_what, changes, problem) => {
    const results = await importRecords(client().importVenues, [record("a", changes), record("b")]);
    expect(results[0]).toMatchObject({ lineNumber: 1, outcome: ImportOutcome.REJECTED, problems: [problem] });
    expect(results[1]).toMatchObject({ lineNumber: 2, outcome: ImportOutcome.CREATED, id: idOf("b") });
    expect(await list()).toEqual(["Venue b"]);
  });
});
