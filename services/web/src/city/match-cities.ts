import type { CitySummary } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";

/** The cities a word of whose name, or of whose country's, begins with each word of a query. */
export function matchCities(cities: readonly CitySummary[], query: string): CitySummary[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return cities.filter(({ city }) => {
    if (city === undefined) return false;
    const names = fold(`${city.name} ${countryName(city.countryCode)}`).split(/[\s-]+/);
    return words.every((word) => names.some((name) => name.startsWith(word)));
  });
}

const countries = new Intl.DisplayNames("en", { type: "region" });

/** "Ireland" for "IE". */
export function countryName(code: string): string {
  try {
    return countries.of(code) ?? code;
  } catch {
    return code;
  }
}

/** Lower case without accents, so that "malaga" finds Málaga. */
function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
