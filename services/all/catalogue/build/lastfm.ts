import { readFileSync } from "node:fs";
import type { Cities, Place } from "./cities.ts";
import { type CalendarEvent, readCalendar, textList, unescaped } from "./ical.ts";
import { later, localInstant } from "./local-instant.ts";
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

const NAME = "lastfm";
const ATTRIBUTION = "Last.fm event feed of 2010, from the samples of iCal4j, BSD 3-Clause";
const ZONE = "Europe/Amsterdam";

const HOURS = 3;
/** Midnight in the feed means that it does not know. */
const DEFAULT_START = "20:30";
const FESTIVAL_HOURS = ["12:00", "23:00"] as const;

/** The feed has no genres; these were added for this catalogue, for the artists that are well known. */
const GENRES: Readonly<Record<string, readonly string[]>> = {
  "Gerard van Maasakkers": ["folk"],
  "Millennium Jazz Orchestra": ["big band", "jazz"],
  "Frank Marocco": ["jazz"],
  Zu: ["noise rock", "jazz fusion"],
  Fink: ["contemporary folk"],
  "Gare du Nord": ["lounge music", "jazz"],
  "Amsterdam Klezmer Band": ["klezmer", "world music"],
  "Bettie Serveert": ["indie rock"],
  "The Monolith Deathcult": ["death metal"],
  Loefah: ["dubstep"],
  "2562": ["dubstep"],
  "JW Roy": ["americana"],
  "Grant Stewart": ["jazz"],
  Coparck: ["indie pop"],
  "El Pino and the Volunteers": ["americana"],
  "Wouter Hamel": ["vocal jazz", "pop"],
  "Dobet Gnahoré": ["world music"],
  Waylon: ["country", "pop"],
  "No Blues": ["folk", "world music"],
  Schwarzblut: ["industrial"],
  "The Opposites": ["hip hop"],
  Isbells: ["folk"],
  Anathema: ["progressive rock"],
  "Michiel Borstlap": ["jazz"],
  Heideroosjes: ["punk rock"],
  Roosbeef: ["indie pop"],
  "Peter Pan Speedrock": ["hard rock"],
  Paceshifters: ["rock"],
};

/** What stands where an artist is not known yet. */
const PLACEHOLDERS = /^(TBA|Nog Onbekend)$/i;
/** Listed twice, or at coordinates that are not the venue's. */
const WRONG = new Set(["LFMEVENT-1283011", "LFMEVENT-1135861"]);

/** 33 concerts in the east of the Netherlands, less the two that are wrong. */
export function convertLastfm(folder: string, cities: Cities): SourceRecords {
  const leftOut = new LeftOut();
  const venues = new Map<string, VenueRecord>();
  const djs = new Map<string, DjRecord>();
  const calendar = readCalendar(readFileSync(`${folder}/ics/raw/ical4j_lastfm.ics`, "utf8"));
  const places = placesByVenue(calendar, cities);
  const events = calendar.flatMap((entry): EventRecord[] => {
    if (WRONG.has(text(entry, "UID"))) return leftOut.because("listed twice, or at the wrong place");
    const found = places.get(slug(venueName(entry)));
    if (found === undefined) return leftOut.because("no coordinates");
    return [eventOf(entry, cities.use(found.place), venueOf(entry, found, venues), djs)];
  });
  return { name: NAME, venues: [...venues.values()], djs: [...djs.values()], events, leftOut };
}

function eventOf(
  entry: CalendarEvent,
  cityId: string,
  venue: Source,
  djs: Map<string, DjRecord>,
): EventRecord {
  const artists = textList(text(entry, "DESCRIPTION").split("\\n")[0]!)
    .map((name) => name.replace(/^De (?=Heideroosjes)/, ""))
    .filter((name) => !PLACEHOLDERS.test(name));
  const { startTime, endTime, remark } = timesOf(entry);
  const genres = [...new Set(artists.flatMap((name) => GENRES[name] ?? []))];
  const title = unescaped(text(entry, "SUMMARY"));
  return {
    source: { name: NAME, externalId: text(entry, "UID").replace("LFMEVENT-", ""), attribution: ATTRIBUTION },
    title,
    description: [
      ...(artists.length > 0 ? [`With ${new Intl.ListFormat("en-GB").format(artists)}.`] : []),
      remark,
    ].join(" "),
    startTime,
    endTime,
    timeZone: ZONE,
    cityId,
    venue,
    djs: artists.map((name) => reference(artistOf(name, djs))),
    genres: title.includes("Festival") ? [...genres, "festival"] : genres,
    url: text(entry, "URL"),
  };
}

/** Every end in the feed is 23:59, so only the day of it is believed. */
function timesOf(entry: CalendarEvent): { startTime: string; endTime: string; remark: string } {
  const [startDay, startTime] = dayAndTime(text(entry, "DTSTART"));
  const [endDay] = dayAndTime(text(entry, "DTEND"));
  if (startDay !== endDay || text(entry, "SUMMARY").includes("Festival")) {
    const [opens, closes] = FESTIVAL_HOURS;
    const remark = `The listing gives days only: ${opens} to ${closes} is an assumption.`;
    return {
      startTime: localInstant(startDay, opens, ZONE),
      endTime: localInstant(endDay, closes, ZONE),
      remark,
    };
  }
  const known = startTime !== "00:00";
  const start = localInstant(startDay, known ? startTime : DEFAULT_START, ZONE);
  const remark = known
    ? "The end is an estimate."
    : "The listing gives the day only: the hours are an assumption.";
  return { startTime: start, endTime: later(start, HOURS), remark };
}

/** "20100210T203000" is a day and a time. */
function dayAndTime(value: string): [day: string, time: string] {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(value) ?? [];
  return [`${year}-${month}-${day}`, `${hour}:${minute}`];
}

interface Found {
  readonly place: Place;
  readonly latitude: number;
  readonly longitude: number;
}

/** GEO has longitude and latitude swapped; where it is empty, another event at the venue tells. */
function placesByVenue(calendar: readonly CalendarEvent[], cities: Cities): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const entry of calendar) {
    const [longitude = Number.NaN, latitude = Number.NaN] = text(entry, "GEO")
      .split(";")
      .map(Number.parseFloat);
    const place = Number.isNaN(latitude) ? undefined : cities.around(latitude, longitude);
    if (place !== undefined) found.set(slug(venueName(entry)), { place, latitude, longitude });
  }
  return found;
}

/** "Deventer Schouwburg\, Netherlands" is a venue and a country. */
function venueName(entry: CalendarEvent): string {
  const name = unescaped(text(entry, "LOCATION")).replace(/, Netherlands$/, "");
  return name.replace(/^theater bouwkunde$/, "Theater Bouwkunde");
}

function venueOf(
  entry: CalendarEvent,
  { place, latitude, longitude }: Found,
  venues: Map<string, VenueRecord>,
): Source {
  const name = venueName(entry);
  const source = { name: NAME, externalId: slug(name), attribution: ATTRIBUTION };
  const kind = /Schouwburg|Theater/.test(name) ? "theatre" : /plas/.test(name) ? "open air" : "music venue";
  venues.set(source.externalId, { source, name, kind, cityId: place.id, latitude, longitude });
  return reference(source);
}

function artistOf(name: string, djs: Map<string, DjRecord>): Source {
  const source = { name: NAME, externalId: slug(name), attribution: ATTRIBUTION };
  const genres = GENRES[name] ?? [];
  const kind = genres.includes("dubstep") ? "dj" : "band";
  djs.set(source.externalId, { source, name, kind, ...(genres.length > 0 && { genres }) });
  return source;
}

function text(entry: CalendarEvent, name: string): string {
  return entry.get(name) ?? "";
}
