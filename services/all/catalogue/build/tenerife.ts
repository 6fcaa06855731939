import { readFileSync } from "node:fs";
import type { Cities, Place } from "./cities.ts";
import { localInstant } from "./local-instant.ts";
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

/** An element of tenerife/raw/events_tenerife.json, as far as it is used. */
interface Listing {
  readonly event_id: string;
  readonly name: string;
  readonly type: string;
  readonly genres: readonly string[];
  readonly tags: readonly string[];
  /** Written as UTC; in truth the time on a clock in Tenerife. */
  readonly start_date: string;
  readonly end_date: string;
  readonly venue: Hall;
  readonly price_min: number;
  readonly currency: string;
  readonly description: string;
  readonly performers: readonly string[];
  /** Where the crawler found it. */
  readonly source: string;
  readonly source_url: string;
}

interface Hall {
  readonly venue_id: string;
  readonly name: string;
  readonly address: string;
  readonly coordinates: { readonly lat?: number; readonly lng?: number };
}

const NAME = "tenerife-music";
const ATTRIBUTION = "Tenerife Music Core Dataset v1.0, CC BY 4.0, adapted";
const ZONE = "Atlantic/Canary";

/** The genres and kinds of the listing as genres; what says nothing about taste becomes nothing. */
const GENRES: Readonly<Record<string, string | undefined>> = {
  "children's music": "kids music",
  "film music": "soundtrack",
  contemporary: undefined,
  alternative: "alternative rock",
  brazilian: "bossa nova",
  portuguese: "world music",
  "traditional canarian": "folk",
  traditional: "folk",
  urban: "reggaeton",
  hits: "pop",
  "open format": "dance",
  minimal: "minimal techno",
  entertainment: undefined,
  educational: undefined,
  fusion: undefined,
  family: "kids music",
};
const KINDS: Readonly<Record<string, string>> = {
  festival: "festival",
  "club night": "club",
  "DJ night": "club",
  party: "club",
  "live performance": "club",
  "dance performance": "dance theatre",
  lecture: "lecture",
};

/** Sites that list what others put on. */
const LISTING_SITES = new Set(["Eventbrite", "HelloCanaryIslands"]);

/** The address says so, and there are no coordinates. */
const TOWN_BY_ADDRESS = [["Playa de las Américas", "Arona"]] as const;
/** A festival all over the island is put down to its capital. */
const CAPITAL = "Santa Cruz de Tenerife";

const VENUE_KINDS: readonly (readonly [kind: string, name: RegExp])[] = [
  ["concert hall", /^Auditorio/],
  ["beach club", /Beach Club/],
  ["nightclub", /Tramps/],
  ["bar", /Bar$/],
  ["sports hall", /^Pabellón/],
  ["hotel", /NOELIA/],
  ["square", /^Plaza/],
];

const PERFORMER_KINDS: readonly (readonly [kind: string, name: RegExp])[] = [
  ["orchestra", /Sinfónica|Orchestra/],
  ["choir", /Choir|^The Sixteen/],
  ["dance company", /Company/],
  ["ensemble", /^Dúo|Brothers|Afecto|Parranda|Korrontzi|Piélago|Cantajuego/],
  ["band", /KILLAH/],
];

/** The Tenerife Music Core Dataset: a crawl of what is on, with its placeholders cleaned away. */
export function convertTenerife(folder: string, cities: Cities): SourceRecords {
  const leftOut = new LeftOut();
  const venues = new Map<string, VenueRecord>();
  const djs = new Map<string, DjRecord>();
  const listings = JSON.parse(
    readFileSync(`${folder}/tenerife/raw/events_tenerife.json`, "utf8"),
  ) as Listing[];
  const events = listings.map((listing): EventRecord => {
    const place = placeOf(listing.venue, cities);
    const genres = genresOf(listing);
    const venue = venueOf(listing.venue, cities.use(place), place, venues);
    return {
      source: {
        name: NAME,
        externalId: listing.event_id.replace(/^tenerife_music_/, ""),
        attribution: ATTRIBUTION,
      },
      title: withoutYear(listing.name, listing.start_date),
      description: listing.description,
      startTime: instant(listing.start_date),
      endTime: instant(listing.end_date),
      timeZone: ZONE,
      cityId: place.id,
      ...(venue !== undefined && { venue }),
      djs: listing.performers.map((name) => reference(performerOf(name, listing.type, genres, djs))),
      genres,
      ...priceOf(listing),
      url: listing.source_url,
      ...(!LISTING_SITES.has(listing.source) && { organiser: listing.source }),
    };
  });
  return { name: NAME, venues: [...venues.values()], djs: [...djs.values()], events, leftOut };
}

/** The digits are right and the offset is not: 20:00+00:00 in July is 20:00 in Tenerife. */
function instant(written: string): string {
  return localInstant(written.slice(0, 10), written.slice(11, 16), ZONE);
}

/** "Clubland & Darren Styles 2025" is put on each year. */
function withoutYear(title: string, start: string): string {
  return title.replace(new RegExp(` ${start.slice(0, 4)}$`), "");
}

/** A price of nothing is believed only where the listing calls entry free; the crawler writes 0 for unknown. */
function priceOf({ price_min, currency, tags }: Listing): Pick<EventRecord, "minPriceCents" | "currency"> {
  if (price_min === 0 && !tags.includes("free-entry")) return {};
  return { minPriceCents: String(Math.round(price_min * 100)), currency };
}

function genresOf({ genres, type, tags }: Listing): string[] {
  const named = genres.map((genre) => (genre in GENRES ? GENRES[genre] : genre));
  const family = tags.includes("family") ? "kids music" : undefined;
  return [...new Set([...named, family, KINDS[type]])].filter((genre) => genre !== undefined);
}

function placeOf({ name, address, coordinates }: Hall, cities: Cities): Place {
  const town = TOWN_BY_ADDRESS.find(([part]) => address.includes(part))?.[1];
  const { lat, lng } = coordinates;
  const place =
    town !== undefined || isSeveral(name) || lat === undefined || lng === undefined
      ? cities.named(town ?? CAPITAL, "ES")
      : cities.around(lat, lng);
  if (place === undefined) throw new Error(`no city for ${name}`);
  return place;
}

function isSeveral(name: string): boolean {
  return name.startsWith("Multiple venues");
}

/** A venue that is called like its town, or is several, is a placeholder. */
function venueOf(
  hall: Hall,
  cityId: string,
  place: Place,
  venues: Map<string, VenueRecord>,
): Source | undefined {
  if (isSeveral(hall.name) || hall.name === place.name) return undefined;
  const source = { name: NAME, externalId: slug(hall.name), attribution: ATTRIBUTION };
  const kind = VENUE_KINDS.find(([, name]) => name.test(hall.name))?.[0];
  const { lat, lng } = coordinatesOf(hall);
  venues.set(source.externalId, {
    source,
    name: hall.name,
    ...(kind !== undefined && { kind }),
    address: hall.address.replace(/, Spain$/, ""),
    cityId,
    ...(lat !== undefined && { latitude: lat, longitude: lng }),
  });
  return reference(source);
}

/** Where the address names no street, the coordinates are only those of the town. */
function coordinatesOf({ address, coordinates }: Hall): Hall["coordinates"] {
  return /\d/.test(address) || address.startsWith("San Cristóbal") ? coordinates : {};
}

function performerOf(
  name: string,
  type: string,
  genres: readonly string[],
  djs: Map<string, DjRecord>,
): Source {
  const source = { name: NAME, externalId: slug(name), attribution: ATTRIBUTION };
  const known = djs.get(name);
  const kind =
    KINDS[type] === "club"
      ? "dj"
      : (PERFORMER_KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? "performer");
  djs.set(name, {
    source,
    name,
    kind,
    genres: [...new Set([...(known?.genres ?? []), ...genres])].slice(0, 5),
  });
  return source;
}
