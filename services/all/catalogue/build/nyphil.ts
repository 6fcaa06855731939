import type { Cities, Place } from "./cities.ts";
import { readJsonLines } from "./files.ts";
import { later, localInstant } from "./local-instant.ts";
import { programmeGenres } from "./nyphil-genres.ts";
import {
  type DjRecord,
  type EventRecord,
  LeftOut,
  reference,
  type Source,
  type SourceRecords,
  type VenueRecord,
} from "./records.ts";
import { plain, slug } from "./slug.ts";
import { workTitle } from "./work-titles.ts";

/** A line of nyphil/events.jsonl.gz, as far as it is used. */
interface Concert {
  readonly id: string;
  readonly title: string;
  /** Local, without a zone; without a time where the archive has none. */
  readonly start: string;
  readonly venue: string;
  readonly city: string;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly tags: readonly string[];
  readonly artists: readonly string[];
  readonly composers: readonly string[];
  readonly works: readonly string[];
}

const NAME = "nyphil";
const ATTRIBUTION = "New York Philharmonic Performance History, CC0 1.0";
const ORCHESTRA = "New York Philharmonic";

/**
 * The 52 weeks before the archive's end. Exactly 52, because a moved year is 52 or 53 weeks: so the hall's
 * calendar wraps around without a night on which two seasons meet.
 */
const FIRST_DAY = "2024-12-22";
const LAST_DAY = "2025-12-20";

const HOURS = 2.5;
const HOURS_FOR_CHILDREN = 1;

/** Nobody can buy a ticket for these. */
const CLOSED = /Private|Fundraising|for Schools/;
const AT_HOME = /^Home of |Residence|^\d/i;

/** Who plays, as the heading of the archive's title names them. */
const HEADINGS: Readonly<Record<string, string>> = {
  "Members of NY Philharmonic": "Members of the New York Philharmonic",
  "NY Philharmonic Ensembles": "New York Philharmonic Ensembles",
  "NYP Presentation": "New York Philharmonic presents",
};

/** Series that mean something outside the house. */
const SERIES = /Young People's|Sound ON|Nightcap|Artist Spotlight|Pride Alliance|Take a Breath|Parks/;

const NOT_COMPOSERS = new Set(["Traditional", "VARIOUS", "Anthem"]);
const NOT_ARTISTS = new Set(["Not conducted"]);

export function convertNyphil(folder: string, cities: Cities): SourceRecords {
  const leftOut = new LeftOut();
  const venues = new Map<string, VenueRecord>();
  const djs = new Map<string, { record: DjRecord; genres: string[] }>();
  const events = readJsonLines<Concert>(`${folder}/nyphil/events.jsonl.gz`).flatMap(
    (concert): EventRecord[] => {
      const day = concert.start.slice(0, 10);
      if (day < FIRST_DAY || day > LAST_DAY) return leftOut.because("outside the 52 weeks");
      if (concert.start.length < 16) return leftOut.because("no time of day");
      if (concert.tags.some((tag) => CLOSED.test(tag)) || AT_HOME.test(concert.venue))
        return leftOut.because("not open to the public");
      if (concert.works.length === 0) return leftOut.because("no programme");
      const place =
        concert.lat === null || concert.lon === null ? undefined : cities.at(concert.lat, concert.lon);
      if (place === undefined) return leftOut.because("no such city in the GeoNames cut");
      return [eventOf(concert, place, venueOf(concert, cities.use(place), venues), djs)];
    },
  );
  return {
    name: NAME,
    venues: [...venues.values()],
    djs: [...djs.values()].map(withGenres),
    events,
    leftOut,
  };
}

function eventOf(
  concert: Concert,
  place: Place,
  venue: Source,
  djs: Map<string, { record: DjRecord; genres: string[] }>,
): EventRecord {
  const composers = concert.composers.map(personOf).filter(({ family }) => !NOT_COMPOSERS.has(family));
  const genres = programmeGenres(
    composers.map(({ family }) => withoutMarks(family)),
    concert.works,
    concert.tags,
  );
  const startTime = localInstant(concert.start.slice(0, 10), concert.start.slice(11, 16), place.timeZone);
  return {
    source: { name: NAME, externalId: concert.id.replace(/^nyphil:/, ""), attribution: ATTRIBUTION },
    title: titleOf(
      concert,
      composers.map(({ family }) => family),
    ),
    description: describe(
      concert,
      composers.map(({ full }) => full),
    ),
    startTime,
    endTime: later(startTime, genres.includes("kids music") ? HOURS_FOR_CHILDREN : HOURS),
    timeZone: place.timeZone,
    cityId: place.id,
    venue,
    djs: billing(concert).map((artist) => reference(artistOf(artist, genres, djs))),
    genres,
    organiser: ORCHESTRA,
  };
}

function titleOf({ title, tags, works }: Concert, families: readonly string[]): string {
  const heading = title.split(":")[0]!;
  const film = works.length === 1 && /LIVE TO FILM|IN CONCERT$/.test(works[0]!);
  if (film) return `${workTitle(works[0]!).replace(" - ", ": ")}, with the ${ORCHESTRA}`;
  const children = tags.find((tag) => tag.includes("Young People's"));
  const named = families.length > 3 ? `${families.slice(0, 3).join(", ")} and more` : listed(families);
  return `${children ?? HEADINGS[heading] ?? heading}: ${named === "" ? workTitle(works[0]!) : named}`;
}

/** The archive lists composers and works apart, so the two are not paired here either. */
function describe({ artists, works, tags }: Concert, composers: readonly string[]): string {
  const performers = [...new Set(artists)]
    .filter((name) => !NOT_ARTISTS.has(name))
    .map((name) => personOf(name).full);
  const titles = [...new Set(works.map(workTitle))].filter((title) => !/^From\b/.test(title));
  const series = tags.filter((tag) => SERIES.test(tag));
  return [
    ...(series.length > 0 ? [`${series.join(", ")}.`] : []),
    ...(performers.length > 0 ? [`With ${listed(performers).replace(/\.$/, "")}.`] : []),
    ...(composers.length > 0 ? [`Music by ${listed(composers).replace(/\.$/, "")}.`] : []),
    `Programme: ${titles.join("; ")}.`,
    "The end is an estimate.",
  ].join(" ");
}

/** The orchestra first where it plays itself, then everybody named. */
function billing({ title, artists }: Concert): string[] {
  const own = title.startsWith("NYP Presentation") ? [] : [ORCHESTRA];
  return [...new Set([...own, ...artists])].filter((name) => !NOT_ARTISTS.has(name)).slice(0, 60);
}

function artistOf(
  name: string,
  genres: readonly string[],
  djs: Map<string, { record: DjRecord; genres: string[] }>,
): Source {
  const person = name.includes(",");
  const kind =
    name === ORCHESTRA || name.includes("Orchestra") ? "orchestra" : person ? "performer" : "ensemble";
  const source = { name: NAME, externalId: slug(name.replace(/[[\]()]/g, "")), attribution: ATTRIBUTION };
  const entry = djs.get(name) ?? { record: { source, name: personOf(name).full, kind }, genres: [] };
  entry.genres.push(...genres);
  djs.set(name, entry);
  return source;
}

/** An artist is filed under what at least half of their concerts here are. */
function withGenres({ record, genres }: { record: DjRecord; genres: readonly string[] }): DjRecord {
  const counts = new Map<string, number>();
  for (const genre of genres) counts.set(genre, (counts.get(genre) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return {
    ...record,
    genres: [...counts]
      .filter(([, count]) => count * 2 >= most)
      .map(([genre]) => genre)
      .slice(0, 5),
  };
}

function venueOf({ venue }: Concert, cityId: string, venues: Map<string, VenueRecord>): Source {
  const name = venue.replace(/^(.*), The$/, "The $1");
  const source = { name: NAME, externalId: slug(venue), attribution: ATTRIBUTION };
  const kind = /Park|Lawn|Amphitheater/.test(name)
    ? "park"
    : /Church|Cathedral/.test(name)
      ? "church"
      : /Museum/.test(name)
        ? "museum"
        : "concert hall";
  venues.set(source.externalId, { source, name, kind, cityId });
  return reference(source);
}

/** "Janacek [Janácek], Leoš" is Leoš Janácek: brackets and parentheses hold the spelling with its marks. */
function personOf(name: string): { family: string; full: string } {
  const parts = name.split(",").map((part) => spelled(part.trim()));
  const [family = "", given = "", suffix = ""] = parts;
  if (family.includes("/")) return { family, full: severalPeople(family.split("/"), given.split("/")) };
  return {
    family,
    full: [given === family ? "" : given, family, suffix].filter((part) => part !== "").join(" "),
  };
}

/** "Ashman/Menken, Howard/Alan" are two. */
function severalPeople(families: readonly string[], givens: readonly string[]): string {
  return families.map((family, index) => `${givens[index] ?? ""} ${family}`.trim()).join(" / ");
}

function spelled(part: string): string {
  const [, inside] = /[[(]([^\])]+)[\])]/.exec(part) ?? [];
  if (inside === undefined) return part;
  return plain(inside) === plain(part.replace(/\s*[[(].*$/, "")) ? inside : part.replace(/\s*[[(].*$/, "");
}

function withoutMarks(family: string): string {
  return family.normalize("NFKD").replace(/\p{M}/gu, "").replace(/ł/g, "l");
}

function listed(names: readonly string[]): string {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(names);
}
