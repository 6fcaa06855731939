import { Cities, type Place } from "./cities.ts";

const dublin = place("1", "Dublin", "IE", 1_024_027, 53.33306, -6.24889, ["Baile Atha Cliath"]);
const rialto = place("2", "Rialto", "IE", 5_000, 53.3355, -6.2969);
const swords = place("3", "Swords", "IE", 40_776, 53.45972, -6.21806);
const ohio = { ...place("4", "Dublin", "US", 45_098, 40.09923, -83.11408), division: "OH" };
const california = { ...place("5", "Dublin", "US", 57_721, 37.70215, -121.93579), division: "CA" };
const manhattan = place("5125771", "Manhattan", "US", 1_487_536, 40.78343, -73.96625);
const newYork = place("5128581", "New York City", "US", 8_804_190, 40.71427, -74.00597, ["New York"]);
const all = [dublin, rialto, swords, ohio, california, manhattan, newYork];

describe("Cities", () => {
  it("finds by name in the country, in the state where one is said, or else the largest", () => {
    const cities = new Cities(all);
    expect(cities.named("Dublin", "IE")).toBe(dublin);
    expect(cities.named("dublin", "US")).toBe(california);
    expect(cities.named("Dublin", "US", "OH")).toBe(ohio);
    expect(cities.named("Baile Átha Cliath", "IE")).toBe(dublin);
    expect(cities.named("Dublin", "DE")).toBeUndefined();
  });

  it("takes a part of a city for the city", () => {
    expect(new Cities(all).named("Manhattan", "US")).toBe(newYork);
  });

  it("puts a point into the largest place that reaches it, and else into the nearest", () => {
    const cities = new Cities(all);
    expect(cities.around(53.3356, -6.297)).toBe(dublin);
    expect(cities.around(53.46, -6.22)).toBe(swords);
    expect(cities.around(53.52, -6.25)).toBe(swords);
    expect(cities.around(52.0, -9.0)).toBeUndefined();
  });

  it("records the places in use, the largest first, with what sources call them", () => {
    const cities = new Cities(all);
    cities.use(swords);
    cities.use(dublin, "Dublin 8");
    expect(cities.records().map(({ name, otherNames }) => [name, otherNames])).toEqual([
      ["Dublin", ["Dublin 8", "Baile Atha Cliath"]],
      ["Swords", undefined],
    ]);
  });
});

function place(
  id: string,
  name: string,
  country: string,
  population: number,
  latitude: number,
  longitude: number,
  otherNames: readonly string[] = [],
): Place {
  const timeZone = country === "IE" ? "Europe/Dublin" : "America/New_York";
  return { id, name, otherNames, country, division: "", population, latitude, longitude, timeZone };
}
