import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createRouterTransport, type HandlerContext } from "@connectrpc/connect";
import { ImportOutcome } from "@craic/proto/craic/catalogue/v1/import_pb.js";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { CityService } from "@craic/proto/craic/venues/v1/city_service_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import { bootstrapCatalogue, CatalogueRejected } from "./bootstrap.js";

const now = new Date("2026-11-21T08:00:00Z");
const folder = mkdtempSync(join(tmpdir(), "craic-catalogue-"));

const past = event("past", "2025-01-03T00:30:00Z", "2025-01-03T03:00:00Z");
const ahead = event("ahead", "2026-12-04T00:30:00Z", "2026-12-04T03:00:00Z");
beforeAll(() => {
  write("places/cities", [{ cityId: "1", name: "Here" }]);
  write("two/venues", [{ name: "Second Hall" }]);
  write("one/venues", [{ name: "First Hall" }]);
  write("one/djs", [{ name: "Nobody" }]);
  write("one/events", [past, ahead]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("bootstrapCatalogue()", () => {
  it("imports cities, venues, artists and events in this order, each source's lines in turn", async () => {
    const { transport, received } = services();
    await bootstrapCatalogue({ transport, accessToken: "secret", folder, now });
    expect(received.map(({ kind }) => kind)).toEqual([
      "cities",
      "venues",
      "venues",
      "djs",
      "events",
      "events",
    ]);
    expect(received.slice(1, 3).map(({ line }) => line.name)).toEqual(["First Hall", "Second Hall"]);
  });

  it("moves events that are over, and sends those ahead as they are", async () => {
    const { transport, received } = services();
    await bootstrapCatalogue({ transport, accessToken: "secret", folder, now });
    const [moved, unmoved] = received.filter(({ kind }) => kind === "events").map(({ line }) => line);
    expect(moved).toMatchObject({
      source: { externalId: "past@2026-12-31" },
      startTime: "2027-01-01T00:30:00Z",
      originalStartTime: "2025-01-03T00:30:00Z",
    });
    expect(unmoved).toEqual(ahead);
  });

  it("carries the administrator's token on every call", async () => {
    const { transport, tokens } = services();
    await bootstrapCatalogue({ transport, accessToken: "secret", folder, now });
    expect(tokens).toEqual(Array(4).fill("Bearer secret"));
  });

  it("tells the id under which each event is stored, and counts what became of the lines", async () => {
    const { transport } = services({ "First Hall": ImportOutcome.UPDATED, Nobody: ImportOutcome.UNCHANGED });
    const { counts, events } = await bootstrapCatalogue({ transport, accessToken: "secret", folder, now });
    expect(counts).toEqual({
      cities: { created: 1, updated: 0, unchanged: 0, rejected: 0 },
      venues: { created: 1, updated: 1, unchanged: 0, rejected: 0 },
      djs: { created: 0, updated: 0, unchanged: 1, rejected: 0 },
      events: { created: 2, updated: 0, unchanged: 0, rejected: 0 },
    });
    expect(events.map(({ eventId, organiser }) => [eventId, organiser])).toEqual([
      ["events-1", "past & co"],
      ["events-2", "ahead & co"],
    ]);
  });

  it("reports progress up to the last line of each kind", async () => {
    const { transport } = services();
    const progress: string[] = [];
    const onProgress = (kind: string, done: number, total: number) =>
      progress.push(`${kind} ${done}/${total}`);
    await bootstrapCatalogue({ transport, accessToken: "secret", folder, now, onProgress });
    expect(progress).toEqual(["cities 1/1", "venues 2/2", "djs 1/1", "events 2/2"]);
  });

  it("throws with the problems when a line of our own is rejected, and imports nothing that refers to it", async () => {
    const { transport, received } = services({ "Second Hall": ImportOutcome.REJECTED });
    const start = bootstrapCatalogue({ transport, accessToken: "secret", folder, now });
    await expect(start).rejects.toThrow(CatalogueRejected);
    await expect(start).rejects.toThrow(/1 of the catalogue's venues.*\nline 2: name: is dull$/);
    expect(received.map(({ kind }) => kind)).not.toContain("djs");
  });

  it("throws when a service answers for fewer lines than it was sent", async () => {
    const { transport } = services({ ahead: "silent" });
    const start = bootstrapCatalogue({ transport, accessToken: "secret", folder, now });
    await expect(start).rejects.toThrow("1 of the catalogue's 2 events were answered for");
  });
});

/** Services that take lines and answer CREATED, unless told otherwise for a name or title. */
function services(answers: Readonly<Record<string, ImportOutcome | "silent">> = {}) {
  const received: { kind: string; line: Record<string, unknown> }[] = [];
  const tokens: (string | null)[] = [];
  const importer = (kind: string) =>
    async function* (requests: AsyncIterable<{ line: string }>, { requestHeader }: HandlerContext) {
      tokens.push(requestHeader.get("authorization"));
      let lineNumber = 0;
      for await (const { line: text } of requests) {
        lineNumber++;
        const line = JSON.parse(text);
        received.push({ kind, line });
        const outcome = answers[line.name ?? line.title] ?? ImportOutcome.CREATED;
        if (outcome === "silent") continue;
        const rejected = outcome === ImportOutcome.REJECTED;
        const problems = rejected ? ["name: is dull"] : [];
        yield { result: { lineNumber, outcome, id: rejected ? "" : `${kind}-${lineNumber}`, problems } };
      }
    };
  const transport = createRouterTransport((router) => {
    router.service(CityService, { importCities: importer("cities") });
    router.service(VenueService, { importVenues: importer("venues") });
    router.service(DjService, { importDjs: importer("djs") });
    router.service(EventService, { importEvents: importer("events") });
  });
  return { transport, received, tokens };
}

function event(title: string, startTime: string, endTime: string) {
  return {
    source: { name: "one", externalId: title },
    title,
    organiser: `${title} & co`,
    startTime,
    endTime,
    timeZone: "America/New_York",
    cityId: "1",
  };
}

function write(path: string, records: readonly object[]): void {
  const file = join(folder, `${path}.jsonl.gz`);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, gzipSync(records.map((record) => `${JSON.stringify(record)}\n`).join("")));
}
