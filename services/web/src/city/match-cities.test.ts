import { create } from "@bufbuild/protobuf";
import { CitySummarySchema } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { countryName, matchCities } from "./match-cities.js";

const cities = [
  ["Dublin", "IE"],
  ["New York City", "US"],
  ["Málaga", "ES"],
  ["Stratford-upon-Avon", "GB"],
].map(([name, countryCode]) => create(CitySummarySchema, { city: { name, countryCode } }));
const match = (query: string) => matchCities(cities, query).map(({ city }) => city?.name);

describe("matchCities()", () => {
  it.each([
    ["", ["Dublin", "New York City", "Málaga", "Stratford-upon-Avon"]],
    ["dub", ["Dublin"]],
    ["  YORK new ", ["New York City"]],
    ["malaga", ["Málaga"]],
    ["ireland", ["Dublin"]],
    ["avon", ["Stratford-upon-Avon"]],
    ["ublin", []],
  ])("for %j finds %j", (query, names) => {
    expect(match(query)).toEqual(names);
  });

  it("leaves out a summary without a city", () => {
    expect(matchCities([create(CitySummarySchema)], "")).toEqual([]);
  });
});

describe("countryName()", () => {
  it.each([
    ["IE", "Ireland"],
    ["not a code", "not a code"],
  ])("of %j is %j", (code, name) => {
    expect(countryName(code)).toBe(name);
  });
});
