import { Code } from "@connectrpc/connect";
import { ImportOutcome } from "@craic/proto/craic/catalogue/v1/import_pb.js";
import { CityService } from "@craic/proto/craic/venues/v1/city_service_pb.js";
import { importRecords, outcomesOf } from "../../../tests/fixtures/import-records.js";
import { localClient } from "../../../tests/fixtures/local-client.js";
import { createTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.js";
import { createCityService } from "./city-service.js";
import { createMysqlCityStore } from "./city-store.mysql.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase("venues");
});
beforeEach(() => database.pool.query("DELETE FROM cities"));
afterAll(() => database.close());

const client = () => localClient(CityService, createCityService({ store: createMysqlCityStore(database) }));
const record = (cityId: string, changes: object = {}) => ({
  cityId,
  name: `City ${cityId}`,
  countryCode: "IE",
  latitude: 53.3,
  longitude: -6.2,
  timeZone: "Europe/Dublin",
  population: 1_000,
  ...changes,
});
const put = async (...records: object[]) => {
  for (const { problems } of await importRecords(client().importCities, records))
    expect(problems).toEqual([]);
};
const list = async (request: Parameters<ReturnType<typeof client>["listCities"]>[0] = {}) =>
  (await client().listCities(request)).cities.map(({ cityId }) => cityId);

describe("ListCities", () => {
  it("lists the largest first, ties by id", async () => {
    await put(
      record("3"),
      record("10"),
      record("1", { population: 5 }),
      record("2", { population: 4_294_967_295 }),
    );
    expect(await list()).toEqual(["2", "10", "3", "1"]);
  });

  it("narrows by country, and by beginnings of words of any name", async () => {
    await put(
      record("1", { name: "Dublin", otherNames: ["Baile Átha Cliath", "Dyflin"] }),
      record("2", { name: "New Dublin", countryCode: "CA" }),
      record("3", { name: "Zürich", countryCode: "CH" }),
    );
    expect(await list({ query: "dubl" })).toEqual(["1", "2"]);
    expect(await list({ query: "baile atha" })).toEqual(["1"]);
    expect(await list({ query: "ZURI" })).toEqual(["3"]);
    expect(await list({ query: "ublin" })).toEqual([]);
    expect(await list({ countryCode: "CH" })).toEqual(["3"]);
    expect(await list({ query: "dublin", countryCode: "CA" })).toEqual(["2"]);
  });

  it.each([1, 2, 3, 4, 5])(
    "pages of %d lose nothing, repeat nothing and never end in an empty page",
    async (pageSize) => {
      await put(
        record("1"),
        record("2"),
        record("3"),
        record("4", { population: 9_000 }),
        record("5", { population: 0 }),
      );
      const pages: string[][] = [];
      let pageToken = "";
      do {
        const page = await client().listCities({ pageSize, pageToken });
        pages.push(page.cities.map(({ cityId }) => cityId));
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
      expect(pages.flat()).toEqual(["4", "1", "2", "3", "5"]);
      expect(pages).toHaveLength(Math.ceil(5 / pageSize));
    },
  );

  it("is INVALID_ARGUMENT for a token that is not ours or of other filters", async () => {
    await put(record("1"), record("2"));
    const { nextPageToken } = await client().listCities({ pageSize: 1 });
    for (const request of [{ pageToken: "garbage" }, { pageToken: nextPageToken, query: "city" }]) {
      await expect(client().listCities(request)).rejects.toMatchObject({
        code: Code.InvalidArgument,
        rawMessage: expect.stringMatching(/^page_token: /),
      });
    }
  });

  it("sorts no more rows than it answers", async () => {
    await put(
      ...Array.from({ length: 500 }, (_, i) =>
        record(String(i), { population: i, countryCode: i % 2 ? "IE" : "GB" }),
      ),
    );
    for (const where of ["", "WHERE country_code = 'IE'"]) {
      const [plan] = await database.pool.query<never>(
        `EXPLAIN SELECT city_id FROM cities ${where} ORDER BY population DESC, city_id LIMIT 26`,
      );
      expect((plan as { Extra: string }[])[0]?.Extra).not.toContain("filesort");
    }
  });
});

describe("GetCity and BatchGetCities", () => {
  it("return all that was imported", async () => {
    await put(record("2964574", { name: " Dublin " }));
    expect((await client().getCity({ cityId: "2964574" })).city).toMatchObject({
      cityId: "2964574",
      name: "Dublin",
      countryCode: "IE",
      latitude: 53.3,
      longitude: -6.2,
      timeZone: "Europe/Dublin",
      population: 1_000,
    });
  });

  it("answer NOT_FOUND for one id that is not known, however like another, and leave it out of many", async () => {
    await put(record("1"), record("2"));
    for (const cityId of ["9", "1 ", "01", "' OR ''='"]) {
      await expect(client().getCity({ cityId })).rejects.toMatchObject({ code: Code.NotFound });
    }
    const { cities } = await client().batchGetCities({ cityIds: ["2", "9", "1", "2"] });
    expect(cities.map(({ cityId }) => cityId)).toEqual(["2", "1"]);
  });
});

describe("ImportCities", () => {
  it("creates, leaves alone and updates, other names included", async () => {
    expect(await outcomesOf(client().importCities, [record("1"), record("2")])).toEqual([
      "CREATED",
      "CREATED",
    ]);
    const changed = [record("1"), record("2", { otherNames: ["Second"] })];
    expect(await outcomesOf(client().importCities, changed)).toEqual(["UNCHANGED", "UPDATED"]);
    expect(await list({ query: "second" })).toEqual(["2"]);
  });

  it.each([
    ["a blank name", { name: " " }, "name: is blank"],
    [
      "no such time zone",
      { timeZone: "Europe/Atlantis" },
      'time_zone: "Europe/Atlantis" is no IANA time zone',
    ],
    ["an id that is no number", { cityId: "dublin" }, "city_id: "],
    ["a country in lower case", { countryCode: "ie" }, "country_code: "],
    ["a latitude off the globe", { latitude: -90.1 }, "latitude: "],
    ["fewer than no inhabitants", { population: -1 }, "population: "],
  ])("rejects a line with %s, naming the field", async (_what, changes, problem) => {
    const [result] = await importRecords(client().importCities, [record("1", changes)]);
    expect(result).toMatchObject({ outcome: ImportOutcome.REJECTED, id: "" });
    expect(result?.problems).toEqual([expect.stringContaining(problem)]);
    expect(await list()).toEqual([]);
  });
});
