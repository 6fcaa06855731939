import { fromWallClock } from "../../src/catalogue-wall-clock.ts";
import type { Cities, Place } from "./cities.ts";
import { readJsonLines } from "./files.ts";
import { later, localInstant, wallClock } from "./local-instant.ts";
import { type DayHours, inWords, type OpeningHours, openDays } from "./opening-hours.ts";
import {
  type DjRecord,
  type EventRecord,
  LeftOut,
  reference,
  type Source,
  type SourceRecords,
  type VenueRecord,
} from "./records.ts";
import { slug } from "./slug.ts";

/** A line of xmas_markets/events.jsonl, as far as it is used. */
interface Market {
  /** "xmas:berlin:0" */
  readonly id: string;
  readonly title: string;
  readonly start: string | null;
  readonly end: string | null;
  readonly venue: string | null;
  readonly address: string;
  readonly city: string | null;
  readonly district: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly opening: OpeningHours;
  readonly fee: string | null;
  readonly url: string | null;
}

const NAME = "xmas-markets";
const ZONE = "Europe/Berlin";

const ATTRIBUTIONS: Readonly<Record<string, string>> = {
  berlin: "Senatsverwaltung für Wirtschaft, Technologie und Forschung Berlin, CC BY 3.0 DE, adapted",
  brandenburg: "Berlin.de, CC BY 3.0 DE, adapted",
  moers: "Stadt Moers, Datenlizenz Deutschland Zero 2.0",
};

/** Where a market names days and no hours. */
const USUAL_HOURS = { opens: "12:00", closes: "20:00" };
/** A stage act or concert in Moers of which only the beginning is known. */
const SHOW_HOURS = 2;

/** In the list of Moers, but no market. */
const NO_MARKET = /konzert|Klaviertrio|Lesung|Bastelwerkstatt|Kinder-Weihnachts-Aktion|Christmas Rock/i;

/** What else a title tells. */
const GENRES: readonly (readonly [genre: string, title: RegExp])[] = [
  ["kids", /Kinder|Bastelwerkstatt|Familien|Märchen|Nikolaus|Wichtel/i],
  ["crafts", /handwerk|Handgemacht|KUNSTmarkt|Künstler|Bastel/i],
  ["bazaar", /basar/i],
  ["nordic", /Schwed|Dän|Finn|Nordisch|Lucia/],
  ["big band", /Big Band/],
  ["jazz", /Jazz/],
  ["soul", /Soul|Shondell|Groove/],
  ["rock", /Rock\b|Nevrez|Horst Gerhard|Udo Lindenberg/],
  ["neue deutsche welle", /goldenen Reiter/],
  ["brass band", /Knappen Quartett|Musikverein/],
  ["swing", /Bublé/],
  ["choir", /chor\b|Musical Kids/],
  ["gospel", /Reflame|Valerie Scott/],
  ["classical", /konzert|Klaviertrio/i],
  ["reading", /Lesung/],
  ["skating", /Eiswelt|Eisbahn/],
];

const STAGE = "Moerser Weihnachtsmarkt: ";
/** On the stage's programme, but nobody who plays. */
const NO_ACT = /Nikolaus|Biathlon/;

/** Entry in cents by what the source says of it; what it says of a workshop's material is no entry. */
const FREE = /^(der )?eintritt( für den weihnachtsmarkt)?( ist)? (frei|kostenlos)|^freier eintritt/i;
const ENTRY =
  /^(?:<p>)?(?:Eintritt:?|Einzelkarte:|Vorverkauf:)? ?(\d+)(?:,(\d\d))? (?:€|Euro)(?! für das Material)/;

/** Christmas markets of 2015 and 2016 in Berlin, Brandenburg and Moers. */
export function convertXmasMarkets(folder: string, cities: Cities): SourceRecords {
  const leftOut = new LeftOut();
  const venues = new Map<string, VenueRecord>();
  const djs = new Map<string, DjRecord>();
  const events = readJsonLines<Market>(`${folder}/xmas_markets/events.jsonl`).flatMap(
    (market): EventRecord[] => {
      const days = daysOf(market);
      if (days.length === 0) return leftOut.because("no date, or an end before the start");
      const place = placeOf(market, cities);
      return [eventOf(market, days, venueOf(market, cities.use(place), venues), place.id, djs)];
    },
  );
  return { name: NAME, venues: [...venues.values()], djs: [...djs.values()], events, leftOut };
}

function daysOf({ opening, start, end }: Market): DayHours[] {
  const days = openDays(opening);
  if (days.length > 0 || start === null || end === null || end < start) return days;
  const all: DayHours[] = [];
  for (let ms = Date.parse(start); ms <= Date.parse(end); ms += 86_400_000) {
    all.push({ day: new Date(ms).toISOString().slice(0, 10), ...USUAL_HOURS });
  }
  return all;
}

function eventOf(
  market: Market,
  days: readonly DayHours[],
  venue: Source,
  cityId: string,
  djs: Map<string, DjRecord>,
): EventRecord {
  const title = titleOf(market);
  const genres = genresOf(title);
  const first = days[0]!;
  return {
    source: sourceOf(market),
    title,
    description: describe(market, days),
    startTime: localInstant(first.day, first.opens, ZONE),
    endTime: closing(days.at(-1)!, regionOf(market)),
    timeZone: ZONE,
    cityId,
    venue,
    djs: actsOf(market, title).map((name) => reference(actOf(name, market, genres, djs))),
    genres,
    ...priceOf(market),
    ...(/^https?:\/\/[^/\s]+\S*$/.test(market.url ?? "") && { url: market.url! }),
  };
}

function closing({ day, opens, closes }: DayHours, region: string): string {
  if (closes === undefined && region === "moers") return later(localInstant(day, opens, ZONE), SHOW_HOURS);
  const hour = closes ?? USUAL_HOURS.closes;
  const nextDay = hour <= opens ? 86_400_000 : 0;
  return new Date(fromWallClock(wallClock(day, hour) + nextDay, ZONE)).toISOString().replace(".000Z", "Z");
}

function titleOf({ title }: Market): string {
  return title
    .trim()
    .replace(/\s*\n\s*/g, " – ")
    .replace(/ #\d+$/, "")
    .replace(/ 20\d\d\b/, "");
}

function describe(market: Market, days: readonly DayHours[]): string {
  const acts = actsOf(market, titleOf(market)).join(" and ");
  const where = [market.district, market.city?.trim() ?? "Moers"]
    .filter((part) => part !== null && part !== "")
    .join(", ");
  const guessed = Object.keys(market.opening).length === 0 ? " (hours assumed)" : "";
  const entry = market.fee
    ?.replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return [
    acts === ""
      ? `Christmas season in ${where}.`
      : `${acts} on the stage of the Christmas market in ${where}.`,
    days.length > 1 ? `Open on ${days.length} days: ${inWords(days)}${guessed}.` : "",
    days.at(-1)?.closes === undefined ? "The end is an estimate." : "",
    entry ? `Entry, as the organisers put it: ${entry}.` : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ")
    .replace(/!?\.+$/, ".");
}

function genresOf(title: string): string[] {
  const told = GENRES.filter(([, pattern]) => pattern.test(title)).map(([genre]) => genre);
  return NO_MARKET.test(title) ? told : ["christmas market", ...told];
}

function actsOf({ title }: Market, cleaned: string): string[] {
  return title.startsWith(STAGE) && !NO_ACT.test(title) ? cleaned.slice(STAGE.length).split(" / ") : [];
}

function actOf(name: string, market: Market, genres: readonly string[], djs: Map<string, DjRecord>): Source {
  const source = { name: NAME, externalId: `act-${slug(name)}`, attribution: sourceOf(market).attribution };
  const own = genres.filter((genre) => genre !== "christmas market");
  djs.set(name, {
    source,
    name,
    kind: genres.includes("choir") ? "choir" : "band",
    ...(own.length > 0 && { genres: own }),
  });
  return source;
}

function priceOf({ fee }: Market): Pick<EventRecord, "minPriceCents" | "currency"> {
  if (fee === null) return {};
  if (FREE.test(fee)) return { minPriceCents: "0", currency: "EUR" };
  const [, euros, cents] = ENTRY.exec(fee) ?? [];
  return euros === undefined
    ? {}
    : { minPriceCents: String(Number(euros) * 100 + Number(cents ?? 0)), currency: "EUR" };
}

/** The source's own name for the town, near the coordinates; "Beelitz OT Klaistow" is in Beelitz. */
function placeOf({ id, city, lat, lon }: Market, cities: Cities): Place {
  const written = (city ?? (id.includes("moers") ? "Moers" : "")).trim();
  const town = written.replace(/ OT .*| \(.*|\/.*/, "");
  const place = cities.named(town, "DE", id.includes("moers") ? "07" : undefined);
  const near = lat === null || lon === null ? undefined : cities.around(lat, lon);
  const same =
    place !== undefined &&
    (lat === null || lon === null || Math.abs(place.latitude - lat) + Math.abs(place.longitude - lon) < 0.8);
  const found = same ? place : near;
  if (found === undefined) throw new Error(`no city for ${id} in ${written}`);
  return found;
}

function venueOf(market: Market, cityId: string, venues: Map<string, VenueRecord>): Source {
  const [street = ""] = market.address.split(",").map((part) => part.trim());
  const name = market.venue ?? street.replace(/ - /g, "–");
  const source = {
    name: NAME,
    externalId: `${regionOf(market)}-${slug(name)}-${cityId}`,
    attribution: sourceOf(market).attribution,
  };
  const { lat, lon } = market;
  venues.set(source.externalId, {
    source,
    name,
    kind: "market place",
    address: market.address.replace(/\s+/g, " ").replace(/ ,/g, ",").trim(),
    cityId,
    ...(lat !== null && lon !== null && { latitude: lat, longitude: lon }),
  });
  return reference(source);
}

function sourceOf(market: Market): Required<Source> {
  return {
    name: NAME,
    externalId: market.id.replace(/^xmas:/, ""),
    attribution: ATTRIBUTIONS[regionOf(market)]!,
  };
}

function regionOf({ id }: Market): string {
  return id.split(":")[1]!;
}
