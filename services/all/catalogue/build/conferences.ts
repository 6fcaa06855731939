import type { Cities, Place } from "./cities.ts";
import { readJsonLines } from "./files.ts";
import { localInstant } from "./local-instant.ts";
import { type EventRecord, LeftOut, type SourceRecords } from "./records.ts";
import { slug } from "./slug.ts";

/** A line of conferences/events.jsonl.gz, as far as it is used. */
interface Edition {
  readonly title: string;
  readonly start: string;
  readonly end: string;
  readonly city: string | null;
  readonly country: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly online: boolean;
  readonly tags: readonly string[];
  readonly language: string | null;
  readonly url: string | null;
}

const NAME = "confs-tech";
const ATTRIBUTION = "confs.tech conference-data contributors, MIT licence";

const FIRST_YEAR = "2014";
/** Most of what was announced for this time did not take place, or not on the spot. */
const PANDEMIC = ["2020-03-10", "2021-07-01"] as const;
/** Links from before have often passed to other owners. */
const LINKS_FROM = "2022";

const OPENS = "09:00";
const CLOSES = "18:00";

const COUNTRIES: Readonly<Record<string, string>> = {
  "U.S.A.": "US",
  "U.K.": "GB",
  Scotland: "GB",
  Germany: "DE",
  Canada: "CA",
  Australia: "AU",
  France: "FR",
  Spain: "ES",
  Netherlands: "NL",
  Italy: "IT",
  Ireland: "IE",
  Poland: "PL",
  Switzerland: "CH",
  Austria: "AT",
  Belgium: "BE",
  Sweden: "SE",
  Denmark: "DK",
  Norway: "NO",
  Finland: "FI",
  Portugal: "PT",
  Ukraine: "UA",
  Greece: "GR",
  Turkey: "TR",
  Romania: "RO",
  Hungary: "HU",
  Croatia: "HR",
  Serbia: "RS",
  Bulgaria: "BG",
  "Czech Republic": "CZ",
  "New Zealand": "NZ",
  Lithuania: "LT",
  Latvia: "LV",
  Estonia: "EE",
  Slovakia: "SK",
  Slovenia: "SI",
  Iceland: "IS",
  Cyprus: "CY",
  Malta: "MT",
  Moldova: "MD",
  "North Macedonia": "MK",
  "Bosnia and Herzegovina": "BA",
  Kosovo: "XK",
  Luxembourg: "LU",
};

/** Names that GeoNames, as it was cut, does not have. */
const SPELLINGS: Readonly<Record<string, string>> = {
  Nürnberg: "Nuremberg",
  Milano: "Milan",
  "Den Haag": "The Hague",
  "Clear Water": "Clearwater",
  Sidney: "Sydney",
  Wuerzburg: "Würzburg",
  "Sitges, Barcelona": "Sitges",
  "Falmouth, Cornwall": "Falmouth",
  Heraklion: "Irákleion",
  Odessa: "Odesa",
  Ghent: "Gent",
  "St. John’s": "St. John's",
  "Rapperswil-Jona": "Rapperswil",
  Beckenridge: "Breckenridge",
};

/** What the source's topics are called as genres. Others keep their name. */
const TOPICS: Readonly<Record<string, string>> = {
  general: "technology",
  cpp: "c++",
  dotnet: ".net",
  golang: "go",
  opensource: "open source",
  "tech-comm": "technical communication",
};

const TOPIC_NAMES: Readonly<Record<string, string>> = {
  javascript: "JavaScript",
  typescript: "TypeScript",
  devops: "DevOps",
  ux: "UX",
  php: "PHP",
  ios: "iOS",
  css: "CSS",
  api: "APIs",
  iot: "IoT",
  graphql: "GraphQL",
  sre: "SRE",
  java: "Java",
  android: "Android",
  python: "Python",
  ruby: "Ruby",
  rust: "Rust",
  kotlin: "Kotlin",
  elixir: "Elixir",
  scala: "Scala",
  clojure: "Clojure",
  haskell: "Haskell",
  elm: "Elm",
  groovy: "Groovy",
  cfml: "CFML",
  go: "Go",
  "c++": "C++",
  ".net": ".NET",
};

/**
 * Conferences of confs.tech: the latest edition of each series that took or takes place on the spot in a
 * place of the GeoNames cut.
 */
export function convertConferences(folder: string, cities: Cities): SourceRecords {
  const leftOut = new LeftOut();
  const editions = readJsonLines<Edition>(`${folder}/conferences/events.jsonl.gz`);
  const placed = editions.flatMap((edition) => {
    const reason = unsuitable(edition);
    if (reason !== undefined) return leftOut.because(reason);
    const place = placeOf(edition, cities);
    if (place === undefined) return leftOut.because("no such city in the GeoNames cut");
    return [{ edition, place }];
  });
  const latest = latestOfEachSeries(placed);
  leftOut.because("an earlier edition of a series", placed.length - latest.length);
  const events = latest.map(({ edition, place }) => eventOf(edition, place, cities));
  return { name: NAME, venues: [], djs: [], events, leftOut };
}

function unsuitable({ title, start, end, online, city }: Edition): string | undefined {
  if (start < FIRST_YEAR) return `before ${FIRST_YEAR}`;
  if (city === null) return "online only";
  if (start >= PANDEMIC[0] && start < PANDEMIC[1]) return "announced for the pandemic's lockdowns";
  // In those years a city with the flag meant that the conference had moved online.
  if (online && start < "2022") return "online only";
  if (/\b(online|virtual)\b/i.test(title)) return "online only";
  if (end < start || daysBetween(start, end) > 14) return "impossible or very long";
  return undefined;
}

function placeOf({ city, country, lat, lon }: Edition, cities: Cities): Place | undefined {
  const exact = lat === null || lon === null ? undefined : cities.at(lat, lon);
  if (exact !== undefined) return exact;
  const code = COUNTRIES[country ?? ""];
  if (code === undefined) return undefined;
  const { town, division } = townAndState(city ?? "");
  return cities.named(SPELLINGS[town] ?? town, code, division);
}

/** "Clearwater, FL" is a town and a state. */
function townAndState(city: string): { town: string; division?: string } {
  const [, town, division] = /^(.*), ([A-Z]{2})$/.exec(city) ?? [];
  return { town: town ?? city, division };
}

/**
 * Editions of one series share the city and either the name, but for years, ordinals and the word conference,
 * or the address of their page, but for digits. The latest of each series stays.
 */
function latestOfEachSeries<T extends { edition: Edition; place: Place }>(placed: readonly T[]): T[] {
  const kept: T[] = [];
  const seen = new Set<string>();
  for (const item of [...placed].sort((a, b) => b.edition.start.localeCompare(a.edition.start))) {
    const keys = seriesKeys(item.edition).map((key) => `${item.place.id} ${key}`);
    if (!keys.some((key) => seen.has(key))) kept.push(item);
    for (const key of keys) seen.add(key);
  }
  return kept.reverse();
}

function seriesKeys({ title, url }: Edition): string[] {
  const name = slug(title.replace(/\b20\d\d\b|'\d\d\b|\b\d+(st|nd|rd|th)\b|\bconference\b/gi, ""));
  const page = (url ?? "")
    .toLowerCase()
    .replace(/^https?:\/\/(www\.)?/, "")
    .replace(/[0-9]/g, "")
    .replace(/[/?#-]+$/, "");
  return page === "" ? [name] : [name, page];
}

function eventOf(edition: Edition, place: Place, cities: Cities): EventRecord {
  const { title, start, end, url } = edition;
  const genres = [...edition.tags.map((topic) => TOPICS[topic] ?? topic), "conference"];
  const link = start >= LINKS_FROM && /^https?:\/\/\S+$/.test(url ?? "") ? url : null;
  return {
    source: {
      name: NAME,
      externalId: `${slug(title)}-${slug(place.name)}-${start}`,
      attribution: ATTRIBUTION,
    },
    title: title.trim(),
    description: describe(edition, genres.slice(0, -1)),
    startTime: localInstant(start, OPENS, place.timeZone),
    endTime: localInstant(end, CLOSES, place.timeZone),
    timeZone: place.timeZone,
    cityId: cities.use(place, townAndState(edition.city ?? "").town),
    genres,
    ...(link !== null && { url: link }),
  };
}

function describe({ language, online, start }: Edition, genres: readonly string[]): string {
  const topics = listed(genres.map((genre) => TOPIC_NAMES[genre] ?? genre));
  const names = new Intl.DisplayNames("en", { type: "language" });
  const languages = (language ?? "")
    .split(",")
    .map((code) => code.trim().toLowerCase())
    .filter((code) => /^[a-z]{2}$/.test(code))
    .map((code) => names.of(code) ?? code);
  return [
    `A conference on ${topics}.`,
    ...(languages.length > 0 ? [`Talks in ${listed(languages)}.`] : []),
    ...(online && start >= "2022" ? ["Can be followed online too."] : []),
    `The listing gives days only: ${OPENS} to ${CLOSES} is an assumption.`,
  ].join(" ");
}

function listed(names: readonly string[]): string {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(names);
}

function daysBetween(start: string, end: string): number {
  return (Date.parse(end) - Date.parse(start)) / 86_400_000;
}
