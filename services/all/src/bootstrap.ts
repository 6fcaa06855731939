import { type CallOptions, createClient, type Transport } from "@connectrpc/connect";
import { type ImportLineResult, ImportOutcome } from "@craic/proto/craic/catalogue/v1/import_pb.js";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { CityService } from "@craic/proto/craic/venues/v1/city_service_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import {
  CATALOGUE_KINDS,
  type CatalogueKind,
  eventLine,
  readCatalogueLines,
  upcomingEvents,
} from "./catalogue.js";
import { type AudienceEvent, audienceEvent } from "./simulated-audience-event.js";

/** A whole kind takes a second or two; this is for a machine that is busy with something else. */
const IMPORT_TIMEOUT_MS = 5 * 60_000;
/** Lines between two reports of progress. */
const PROGRESS_LINES = 200;
/** Problems that are told when our own catalogue is not taken. */
const MAX_TOLD = 5;

export interface BootstrapOptions {
  /** Reaches the services. */
  readonly transport: Transport;
  /** Of an administrator. */
  readonly accessToken: string;
  /** The catalogue's. */
  readonly folder: string;
  readonly now: Date;
  readonly signal?: AbortSignal;
  readonly onProgress?: (kind: CatalogueKind, done: number, total: number) => void;
}

/** What became of the lines of one kind. */
export interface ImportCounts {
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
}

export interface BootstrapReport {
  readonly counts: Readonly<Record<CatalogueKind, ImportCounts>>;
  /** The events as they are now ahead, under the ids by which they were stored. */
  readonly events: readonly AudienceEvent[];
}

/** Thrown when a service does not take a line of our own catalogue: a fault of ours, whatever it says. */
export class CatalogueRejected extends Error {}

type AnyRequests = AsyncIterable<{ line: string }>;
type AnyResponses = AsyncIterable<{ result?: ImportLineResult }>;
type Import = (requests: AnyRequests, options: CallOptions) => AnyResponses;

/**
 * Brings the catalogue's cities, venues, artists and upcoming events into the services, through the same
 * calls that anybody imports by. What is there already stays as it is, so it may be done at every start; the
 * next occurrences of events that are over by then are new.
 */
export async function bootstrapCatalogue(options: BootstrapOptions): Promise<BootstrapReport> {
  const { transport, folder, now } = options;
  const imports: Record<CatalogueKind, Import> = {
    cities: createClient(CityService, transport).importCities,
    venues: createClient(VenueService, transport).importVenues,
    djs: createClient(DjService, transport).importDjs,
    events: createClient(EventService, transport).importEvents,
  };
  const counts = {} as Record<CatalogueKind, ImportCounts>;
  const events: AudienceEvent[] = [];
  for (const kind of CATALOGUE_KINDS) {
    const written = readCatalogueLines(folder, kind);
    const lines = kind === "events" ? movedLines(written, now, events) : written;
    const job = { kind, lines, total: written.length, call: imports[kind] };
    counts[kind] = await importLines(job, options, (line, id) => {
      const event = kind === "events" ? events[line] : undefined;
      if (event !== undefined) event.eventId = id;
    });
  }
  return { counts, events };
}

/** The lines of events as they are now ahead, each made when it is asked for; notes in `events` what they are. */
function* movedLines(written: readonly string[], now: Date, events: AudienceEvent[]): Generator<string> {
  for (const event of upcomingEvents(written, now)) {
    events.push(audienceEvent(event));
    yield eventLine(event);
  }
}

interface ImportJob {
  readonly kind: CatalogueKind;
  readonly lines: Iterable<string>;
  readonly total: number;
  readonly call: Import;
}

async function importLines(
  { kind, lines, total, call }: ImportJob,
  { accessToken, signal, onProgress }: BootstrapOptions,
  onTaken: (line: number, id: string) => void,
): Promise<ImportCounts> {
  const counts: ImportCounts = { created: 0, updated: 0, unchanged: 0, rejected: 0 };
  const problems: string[] = [];
  let answered = 0;
  const headers = { authorization: `Bearer ${accessToken}` };
  for await (const { result } of call(requestsOf(lines), { headers, signal, timeoutMs: IMPORT_TIMEOUT_MS })) {
    if (result === undefined) continue;
    counts[outcomeOf(result)]++;
    if (result.outcome === ImportOutcome.REJECTED) {
      problems.push(`line ${result.lineNumber}: ${result.problems.join(", ")}`);
    } else {
      onTaken(result.lineNumber - 1, result.id);
    }
    answered++;
    if (answered % PROGRESS_LINES === 0 || answered === total) onProgress?.(kind, answered, total);
  }
  if (problems.length > 0) {
    const told = problems.slice(0, MAX_TOLD).join("\n");
    throw new CatalogueRejected(`${problems.length} of the catalogue's ${kind} were rejected:\n${told}`);
  }
  if (answered !== total) {
    throw new CatalogueRejected(`${answered} of the catalogue's ${total} ${kind} were answered for`);
  }
  return counts;
}

async function* requestsOf(lines: Iterable<string>): AsyncGenerator<{ line: string }> {
  for (const line of lines) yield { line };
}

function outcomeOf({ outcome, lineNumber }: ImportLineResult): keyof ImportCounts {
  switch (outcome) {
    case ImportOutcome.CREATED:
      return "created";
    case ImportOutcome.UPDATED:
      return "updated";
    case ImportOutcome.UNCHANGED:
      return "unchanged";
    case ImportOutcome.REJECTED:
      return "rejected";
    case ImportOutcome.UNSPECIFIED:
      throw new CatalogueRejected(`line ${lineNumber} was answered without an outcome`);
  }
}
