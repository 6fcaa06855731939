import { type CallOptions, createClient } from "@connectrpc/connect";
import { ImportOutcome } from "@craic/proto/craic/catalogue/v1/import_pb.js";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { CityService } from "@craic/proto/craic/venues/v1/city_service_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import { createGrpcTransport } from "@craic/runtime/grpc-transport.js";
import { importedId } from "@craic/runtime/imported-id.js";
import { createConnection } from "mysql2/promise";
import { createRandom } from "../../services/numerics/src/random.js";
import { importRecords } from "../fixtures/import-records.js";
import { type PopulationSize, personId, simulatePopulation } from "../fixtures/population.js";
import { nowMs as populationNowMs, uuid } from "../fixtures/recommendable-events.js";

/** GeoNames id of Dublin. */
export const CITY = "2964574";
const SOURCE = "bench";
const SEED = 20_260_620;
const ROWS_AT_ONCE = 5_000;
/** Text of the length that real events have. */
const DESCRIPTION =
  "A night that begins with the first record and ends when the last one has been played. ".repeat(3);
const KINDS = { save: 1, unsave: 2, hide: 3, unhide: 4, click: 5, impression: 6 } as const;

export interface Reached {
  readonly grpcAddress: string;
  readonly adminToken: string;
  /** The databases of the services, by name. */
  readonly urls: ReadonlyMap<string, string>;
}

/**
 * Fills the services with a simulated city: the catalogue through their own imports, people and what they did
 * straight into the tables, half a million rows being too many for a start. Times are moved to the present.
 */
export async function fillWorld(
  size: PopulationSize,
  { grpcAddress, adminToken, urls }: Reached,
): Promise<void> {
  const { events, acts } = simulatePopulation(size, SEED);
  const shiftMs = Math.round((Date.now() - populationNowMs) / 60_000) * 60_000;
  const iso = (ms: number) => new Date(ms + shiftMs).toISOString();
  const source = (externalId: string) => ({ name: SOURCE, externalId });
  const transport = createGrpcTransport({
    address: grpcAddress,
    maxMessageBytes: 4_194_304,
    defaultTimeoutMs: 300_000,
  });
  const asAdmin = { headers: { authorization: `Bearer ${adminToken}` } };
  const importAll = async (rpc: ImportRpc, records: object[]) => {
    const results = await importRecords((lines) => rpc(lines, asAdmin), records);
    const bad = results.find(({ outcome }) => outcome === ImportOutcome.REJECTED);
    if (bad !== undefined) throw new Error(`line ${bad.lineNumber}: ${bad.problems}`);
  };
  try {
    const { importCities } = createClient(CityService, transport);
    await importAll(importCities, [
      {
        cityId: CITY,
        name: "Dublin",
        countryCode: "IE",
        latitude: 53.33,
        longitude: -6.25,
        timeZone: "Europe/Dublin",
        population: 1_024_027,
      },
    ]);
    const venueIds = [...new Set(events.map(({ venueId }) => venueId))];
    const { importVenues } = createClient(VenueService, transport);
    await importAll(
      importVenues,
      venueIds.map((id, i) => ({
        source: source(id),
        name: `Venue ${i}`,
        kind: "club",
        address: `${i} Dame Street`,
        cityId: CITY,
      })),
    );
    const djIds = [...new Set(events.flatMap(({ djIds }) => djIds))];
    const { importDjs } = createClient(DjService, transport);
    await importAll(
      importDjs,
      djIds.map((id, i) => ({ source: source(id), name: `Artist ${i}`, kind: "dj", genres: ["techno"] })),
    );
    const { importEvents } = createClient(EventService, transport);
    await importAll(
      importEvents,
      events.map((event, i) => ({
        source: source(event.eventId),
        title: `A night out, number ${i}`,
        description: DESCRIPTION,
        startTime: iso(event.startMs),
        endTime: iso(event.endMs),
        timeZone: event.timeZone,
        cityId: CITY,
        venue: source(event.venueId),
        djs: event.djIds.map(source),
        genres: event.genres,
        minPriceCents: String(event.minPriceCents ?? 0),
        currency: event.currency,
        organiser: event.organiser,
      })),
    );
  } finally {
    transport.close();
  }
  const eventIds = events.map(({ eventId }) => bytes(importedId("event", source(eventId))));
  await insertPeople(urls.get("auth") as string, size.users);
  await insertAll(
    urls.get("recommender") as string,
    "INSERT INTO feedback (feedback_id, user_id, event_id, kind, occur_ms, recommendation_id, position) VALUES ?",
    (function* () {
      let number = 0;
      for (const { user, event, kind, occurMs } of acts) {
        yield [
          bytes(uuid(0x4000_0000 + number++)),
          bytes(personId(user)),
          eventIds[event],
          KINDS[kind],
          occurMs + shiftMs,
          null,
          0,
        ];
      }
    })(),
  );
}

type ImportRpc = (
  lines: AsyncIterable<{ line: string }>,
  options: CallOptions,
) => ReturnType<Parameters<typeof importRecords>[0]>;

async function insertPeople(url: string, users: number): Promise<void> {
  const random = createRandom(SEED + 1);
  await insertAll(
    url,
    `INSERT INTO users
      (user_id, email, password_hash, display_name, roles, create_time_ms, genres, dj_ids, city_ids) VALUES ?`,
    Array.from({ length: users }, (_, user) => [
      bytes(personId(user)),
      `person-${user}@example.org`,
      "no password opens this account",
      `Person ${user}`,
      "[]",
      Date.now(),
      JSON.stringify([`genre ${Math.floor(random() * 40)}`, `genre ${Math.floor(random() * 40)}`]),
      Buffer.alloc(0),
      JSON.stringify([CITY]),
    ]),
  );
}

async function insertAll(url: string, statement: string, rows: Iterable<unknown[]>): Promise<void> {
  const connection = await createConnection({ uri: url });
  let batch: unknown[][] = [];
  const flush = async () => {
    if (batch.length > 0) await connection.query(statement, [batch]);
    batch = [];
  };
  for (const row of rows) {
    batch.push(row);
    if (batch.length === ROWS_AT_ONCE) await flush();
  }
  await flush();
  await connection.end();
}

function bytes(id: string): Buffer {
  return Buffer.from(id.replaceAll("-", ""), "hex");
}
