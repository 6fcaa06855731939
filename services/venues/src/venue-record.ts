import type { VenueRecord } from "@craic/proto/craic/venues/v1/venue_pb.js";
import type { FieldViolation } from "@craic/runtime/errors.js";
import type { VenueContent } from "./venue.js";

/** What is wrong with a venue beyond the rules of each of its fields. */
export function venueProblems({ name, latitude, longitude, url }: VenueRecord): FieldViolation[] {
  const problems: FieldViolation[] = [];
  const reject = (field: string, description: string) => problems.push({ field, description });
  if (name.trim() === "") reject("name", "is blank");
  if (latitude !== undefined && longitude === undefined) reject("longitude", "is required with latitude");
  if (longitude !== undefined && latitude === undefined) reject("latitude", "is required with longitude");
  if (url !== "" && !URL.canParse(url)) reject("url", "is no URL");
  return problems;
}

/** What a record without problems says. */
export function venueFromRecord(record: VenueRecord): VenueContent {
  const { source, latitude, longitude } = record;
  return {
    source: {
      name: source?.name ?? "",
      externalId: source?.externalId ?? "",
      attribution: source?.attribution ?? "",
    },
    name: record.name.trim(),
    kind: record.kind,
    address: record.address,
    cityId: record.cityId,
    position: latitude === undefined || longitude === undefined ? undefined : { latitude, longitude },
    url: record.url,
  };
}
