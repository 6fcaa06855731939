import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { type DescMessage, fromJsonString, type MessageShape } from "@bufbuild/protobuf";
import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import type { Source } from "@craic/proto/craic/catalogue/v1/source_pb.js";
import { DjRecordSchema } from "@craic/proto/craic/djs/v1/dj_pb.js";
import { type EventRecord, EventRecordSchema } from "@craic/proto/craic/events/v1/event_pb.js";
import { CityRecordSchema } from "@craic/proto/craic/venues/v1/city_pb.js";
import { VenueRecordSchema } from "@craic/proto/craic/venues/v1/venue_pb.js";
import { isTimeZone } from "@craic/runtime/time-zone.js";
import { violationsOf } from "@craic/runtime/validate.js";
import { type CatalogueKind, moveForward, readCatalogueLines, upcomingEvents } from "./catalogue.js";
import { toWallClock } from "./catalogue-wall-clock.js";

const FOLDER = join(__dirname, "../catalogue");
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** An "@" and a date are put after it when the event is moved. */
const MAX_EXTERNAL_ID = 160 - "@2026-11-21".length;

const cities = records("cities", CityRecordSchema);
const venues = records("venues", VenueRecordSchema);
const djs = records("djs", DjRecordSchema);
const events = records("events", EventRecordSchema);
const cityById = new Map(cities.map((city) => [city.cityId, city]));
const venueByKey = new Map(venues.map((venue) => [key(venue.source), venue]));

describe("the catalogue that ships", () => {
  it("has lines that keep the rules of their fields", () => {
    expect(broken(CityRecordSchema, cities)).toEqual([]);
    expect(broken(VenueRecordSchema, venues)).toEqual([]);
    expect(broken(DjRecordSchema, djs)).toEqual([]);
    expect(broken(EventRecordSchema, events)).toEqual([]);
  });

  it("names no record twice", () => {
    expect(doubles(cities.map(({ cityId }) => cityId))).toEqual([]);
    for (const list of [venues, djs, events])
      expect(doubles(list.map(({ source }) => key(source)))).toEqual([]);
  });

  it("leaves room in an event's external id for the day it is moved to", () => {
    expect(events.filter(({ source }) => (source?.externalId.length ?? 0) > MAX_EXTERNAL_ID)).toEqual([]);
  });

  it("credits the source of every record", () => {
    for (const list of [venues, djs, events]) {
      expect(list.filter(({ source }) => !source?.attribution)).toEqual([]);
    }
  });

  it("puts every venue and event in a city that it knows, and no city without either", () => {
    const used = new Set([...venues, ...events].map(({ cityId }) => cityId));
    expect([...used].filter((cityId) => !cityById.has(cityId))).toEqual([]);
    expect(cities.filter(({ cityId }) => !used.has(cityId))).toEqual([]);
  });

  it("gives cities time zones that exist, and events the one of their city", () => {
    expect(cities.filter(({ timeZone }) => !isTimeZone(timeZone))).toEqual([]);
    expect(events.filter((event) => event.timeZone !== cityById.get(event.cityId)?.timeZone)).toEqual([]);
  });

  it("ends every event after its start and within 120 days", () => {
    const odd = events.filter((event) => {
      const lasts = ms(event.endTime) - ms(event.startTime);
      return !(lasts > 0 && lasts <= 120 * DAY_MS);
    });
    expect(odd).toEqual([]);
  });

  it("refers to venues in the event's city and to artists that it knows", () => {
    const artists = new Set(djs.map(({ source }) => key(source)));
    const placed = events.filter(({ venue }) => venue !== undefined);
    expect(placed.filter((event) => venueByKey.get(key(event.venue))?.cityId !== event.cityId)).toEqual([]);
    expect(events.flatMap((event) => event.djs).filter((dj) => !artists.has(key(dj)))).toEqual([]);
    const playing = new Set(events.flatMap((event) => event.djs.map(key)));
    expect([...artists].filter((artist) => !playing.has(artist))).toEqual([]);
  });

  it("sets a currency exactly where there is a price", () => {
    expect(events.filter((event) => (event.minPriceCents === undefined) !== (event.currency === ""))).toEqual(
      [],
    );
  });

  it("has genres in lower case, none twice, and describes every event", () => {
    const odd = events.filter(({ genres }) => {
      const tidy = genres.map((genre) => genre.trim().toLowerCase());
      return new Set(tidy).size !== genres.length || tidy.some((genre, i) => genre !== genres[i]);
    });
    expect(odd).toEqual([]);
    expect(events.filter(({ description }) => description.trim() === "")).toEqual([]);
  });

  it("has the original dates, and nothing marked as a sample", () => {
    expect(events.filter(({ originalStartTime }) => originalStartTime !== undefined)).toEqual([]);
  });

  it("is small enough for a repository", () => {
    const files = globSync("*/*.jsonl.gz", { cwd: FOLDER });
    const bytes = files.reduce((sum, file) => sum + statSync(join(FOLDER, file)).size, 0);
    expect(files.length).toBeGreaterThan(10);
    expect(bytes).toBeLessThan(1_500_000);
  });
});

describe("what is on", () => {
  it("is enough in several cities for the next twelve weeks, and more in the largest after them", () => {
    const now = new Date("2026-11-21T08:00:00Z");
    const ahead = [...upcomingEvents(readCatalogueLines(FOLDER, "events"), now)];
    const soon = ahead.filter(({ startTime }) => ms(startTime) < now.getTime() + 12 * WEEK_MS);
    expect(countIn(soon, "Berlin")).toBeGreaterThan(90);
    expect(countIn(soon, "New York City")).toBeGreaterThan(45);
    expect(countIn(soon, "Santa Cruz de Tenerife")).toBeGreaterThan(15);
    expect(countIn(soon, "London")).toBeGreaterThan(10);
    expect(countIn(ahead, "New York City")).toBeGreaterThan(200);
    expect(countIn(ahead, "Amsterdam")).toBeGreaterThan(70);
    expect(countIn(ahead, "Dublin")).toBeGreaterThan(10);
  });

  it.each(["2027-03-01", "2032-02-29"])(
    "from %s on lies within a little more than a year, each event once",
    (day) => {
      const now = new Date(`${day}T12:00:00Z`);
      const ahead = [...upcomingEvents(readCatalogueLines(FOLDER, "events"), now)];
      expect(ahead.filter(({ endTime }) => ms(endTime) <= now.getTime())).toEqual([]);
      const samples = ahead.filter(({ originalStartTime }) => originalStartTime !== undefined);
      expect(samples.filter(({ endTime }) => ms(endTime) > now.getTime() + 54 * WEEK_MS)).toEqual([]);
      expect(doubles(ahead.map(({ source }) => key(source)))).toEqual([]);
    },
  );

  it("never has two seasons of the Philharmonic on one night", () => {
    const concerts = events.filter(({ source }) => source?.name === "nyphil");
    for (let month = 0; month < 24; month++) {
      const now = new Date(Date.UTC(2026, 11 + month, 20, 12));
      const shifts = new Map<string, Set<number>>();
      for (const concert of concerts.map((concert) => moveForward(concert, now))) {
        const night = new Date(toWallClock(ms(concert.startTime), concert.timeZone))
          .toISOString()
          .slice(0, 10);
        const weeks = Math.round((ms(concert.startTime) - ms(concert.originalStartTime)) / WEEK_MS);
        shifts.set(night, (shifts.get(night) ?? new Set()).add(weeks));
      }
      expect([...shifts].filter(([, weeks]) => weeks.size > 1)).toEqual([]);
    }
  });
});

function records<Desc extends DescMessage>(kind: CatalogueKind, desc: Desc): MessageShape<Desc>[] {
  return readCatalogueLines(FOLDER, kind).map((line) => fromJsonString(desc, line));
}

function broken<Desc extends DescMessage>(desc: Desc, list: readonly MessageShape<Desc>[]): string[] {
  return list.flatMap((record) =>
    violationsOf(desc, record).map(({ field, description }) => `${field}: ${description}`),
  );
}

function key(source: Source | undefined): string {
  return `${source?.name}:${source?.externalId}`;
}

function doubles(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.size === seen.add(name).size);
}

function ms(timestamp: Timestamp | undefined): number {
  return timestamp === undefined ? Number.NaN : timestampMs(timestamp);
}

function countIn(list: readonly EventRecord[], name: string): number {
  // Of the cities of that name, the largest.
  const [city] = cities.filter((city) => city.name === name).sort((a, b) => b.population - a.population);
  return list.filter(({ cityId }) => cityId === city?.cityId).length;
}
