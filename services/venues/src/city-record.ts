import type { CityRecord } from "@craic/proto/craic/venues/v1/city_pb.js";
import type { FieldViolation } from "@craic/runtime/errors.js";
import { isTimeZone } from "@craic/runtime/time-zone.js";
import type { CityContent } from "./city.js";

/** What is wrong with a city beyond the rules of each of its fields. */
export function cityProblems({ name, timeZone }: CityRecord): FieldViolation[] {
  const problems: FieldViolation[] = [];
  if (name.trim() === "") problems.push({ field: "name", description: "is blank" });
  if (!isTimeZone(timeZone)) {
    problems.push({ field: "time_zone", description: `"${timeZone}" is no IANA time zone` });
  }
  return problems;
}

/** What a record without problems says. */
export function cityFromRecord(record: CityRecord): CityContent {
  return {
    cityId: record.cityId,
    name: record.name.trim(),
    otherNames: record.otherNames,
    countryCode: record.countryCode,
    latitude: record.latitude,
    longitude: record.longitude,
    timeZone: record.timeZone,
    population: record.population,
  };
}
