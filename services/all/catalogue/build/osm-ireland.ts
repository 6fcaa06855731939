import type { Cities } from "./cities.ts";
import { readTable } from "./files.ts";
import { LeftOut, type SourceRecords, type VenueRecord } from "./records.ts";

const NAME = "osm-ireland";
const ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0";

/**
 * Pubs and bars of Ireland from OpenStreetMap. Their file stays their own: the licence asks that a database
 * made from it is shared under it.
 */
export function convertOsmIreland(folder: string, cities: Cities): SourceRecords {
  const leftOut = new LeftOut();
  const venues = readTable(`${folder}/osm_ireland_venues/venues.tsv`).flatMap((row): VenueRecord[] => {
    const [latitude, longitude] = [Number(row.lat), Number(row.lon)];
    const place = cities.around(latitude, longitude);
    if (place === undefined || place.country !== "IE") return leftOut.because("far from any place");
    const address = addressOf(row.address!, row.city!);
    const url = urlOf(row.url!);
    return [
      {
        source: { name: NAME, externalId: row.id!.replace(/^osm:/, ""), attribution: ATTRIBUTION },
        name: row.name!,
        kind: row.kind!,
        ...(address !== "" && { address }),
        cityId: cities.use(place),
        latitude,
        longitude,
        ...(url !== undefined && { url }),
      },
    ];
  });
  return { name: NAME, venues, djs: [], events: [], leftOut };
}

/** A house number without its street tells nothing. */
function addressOf(street: string, town: string): string {
  return [/^\d*$/.test(street) ? "" : street, town].filter((part) => part !== "").join(", ");
}

function urlOf(written: string): string | undefined {
  const url = /^www\./.test(written) ? `http://${written}` : written;
  return /^https?:\/\/\S+$/.test(url) ? url : undefined;
}
