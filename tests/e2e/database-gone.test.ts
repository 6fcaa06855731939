import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { CityService } from "@craic/proto/craic/venues/v1/city_service_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import { databaseUrls, provideDatabases } from "../../services/all/src/databases.js";
import { type PrivateMariadb, startMariadb } from "../../services/all/src/mariadb.js";
import { printAdminToken } from "../../services/auth/src/admin-token.js";
import { authModule } from "../../services/auth/src/module.js";
import { djsModule } from "../../services/djs/src/module.js";
import { eventsModule } from "../../services/events/src/module.js";
import { gatewayModule } from "../../services/gateway/src/module.js";
import { recommenderModule } from "../../services/recommender/src/module.js";
import { retryDelayMs } from "../../services/runtime/src/errors.js";
import { createLogger } from "../../services/runtime/src/log.js";
import type { CraicModule } from "../../services/runtime/src/module.js";
import { configureProcess, type RunningProcess, startProcess } from "../../services/runtime/src/serve.js";
import { Settings } from "../../services/runtime/src/settings.js";
import { venuesModule } from "../../services/venues/src/module.js";
import { importRecords } from "../fixtures/import-records.js";
import { until } from "../fixtures/until.js";

/** With the server's socket gone nothing takes longer than this, in milliseconds; nor need anybody wait for it. */
const BOUND_MS = 3_000;
const CITY = "2964574";
const PASSWORD = "a long enough one";

const modules: CraicModule<unknown>[] = [
  authModule,
  eventsModule,
  venuesModule,
  djsModule,
  recommenderModule,
  gatewayModule,
];
const log = createLogger("silent", "craic");

let directory: string;
let mariadb: PrivateMariadb;
let craic: RunningProcess;
let clients: ReturnType<typeof clientsOf>;
let person: { headers: { authorization: string } };
let operator: { headers: { authorization: string } };
let refreshToken: string;
let eventId: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "craic-gone-"));
  mariadb = await startMariadb(directory);
  const names = modules.map(({ name }) => name).filter((name) => name !== "gateway");
  const urls = databaseUrls(mariadb.adminUrl, names, join(directory, "secrets"));
  await provideDatabases(mariadb.adminUrl, urls.values(), log);
  const environment = {
    ...Object.fromEntries([...urls].map(([name, url]) => [`CRAIC_${name.toUpperCase()}_MYSQL_URL`, url])),
    CRAIC_AUTH_KEY_FILE: join(directory, "key.pem"),
    CRAIC_MODEL_DIR: join(directory, "models"),
    // Experiments are not part of this; nobody listens there.
    CRAIC_EXPERIMENTS_ADDR: "127.0.0.1:9",
    CRAIC_GRPC_PORT: "0",
    CRAIC_HTTP_PORT: "0",
    CRAIC_OPS_PORT: "0",
  };
  craic = await startProcess(configureProcess(modules, new Settings(environment)), {
    log,
    migrationsDir: (name) => join(__dirname, "../../services", name, "migrations"),
  });
  clients = clientsOf(craic);
  let token = "";
  const out = (text: string) => {
    token += text.trim();
  };
  printAdminToken(environment, ["--minutes", "60"], { now: () => new Date(), out, error: out });
  operator = { headers: { authorization: `Bearer ${token}` } };
  await fill();
}, 60_000);

afterAll(async () => {
  await craic.drain();
  await mariadb.stop();
  rmSync(directory, { recursive: true });
});

function clientsOf({ transport }: RunningProcess) {
  return {
    auth: createClient(AuthService, transport),
    events: createClient(EventService, transport),
    venues: createClient(VenueService, transport),
    cities: createClient(CityService, transport),
    djs: createClient(DjService, transport),
    recommender: createClient(RecommenderService, transport),
    feed: createClient(FeedService, transport),
  };
}

/** Two events to come, and a person who has seen both and saved the first. */
async function fill(): Promise<void> {
  const { auth, cities, events, feed, recommender } = clients;
  await importRecords((lines) => cities.importCities(lines, operator), [cityRecord(CITY)]);
  await importRecords((lines) => events.importEvents(lines, operator), [eventRecord("1"), eventRecord("2")]);
  eventId = (await events.listEvents({})).events[0]!.eventId;
  const account = { email: "a@example.org", password: PASSWORD, displayName: "Niamh" };
  const { tokens } = await auth.register(account);
  refreshToken = tokens!.refreshToken;
  person = { headers: { authorization: `Bearer ${tokens!.accessToken}` } };
  await until(async () => (await feed.getFeed({ cityId: CITY }, person)).items.length === 2);
  await recommender.recordFeedback({ feedback: [feedback()] }, person);
}

const recommended = async () => (await clients.recommender.recommend({ cityId: CITY }, person)).items;
const feedback = () => ({ feedbackId: randomUUID(), eventId, kind: FeedbackKind.SAVE });

/** What needs the database: each read and each write of each service. */
function callsThatNeedIt(): Record<string, () => Promise<unknown>> {
  const { auth, events, venues, cities, djs, recommender } = clients;
  const other = randomUUID();
  return {
    register: () =>
      auth.register({ email: `${other}@example.org`, password: PASSWORD, displayName: "Oisín" }),
    logIn: () => auth.logIn({ email: "a@example.org", password: PASSWORD }),
    refresh: () => auth.refresh({ refreshToken }),
    logOut: () => auth.logOut({ refreshToken }),
    getUser: () => auth.getUser({}, person),
    // Of somebody whose preferences nobody has asked for of late.
    getPreferences: () => auth.getPreferences({ userId: other }, operator),
    updatePreferences: () => auth.updatePreferences({ preferences: {} }, person),
    listEvents: () => events.listEvents({ filter: { query: other } }),
    getEvent: () => events.getEvent({ eventId: other }),
    // Of what nobody has asked for.
    batchGetEvents: () => events.batchGetEvents({ eventIds: [other] }),
    cancelEvent: () => events.cancelEvent({ eventId: other }, operator),
    importEvents: () => importRecords((lines) => events.importEvents(lines, operator), [eventRecord(other)]),
    listVenues: () => venues.listVenues({ query: other }),
    getVenue: () => venues.getVenue({ venueId: other }),
    batchGetVenues: () => venues.batchGetVenues({ venueIds: [other] }),
    importVenues: () =>
      importRecords(
        (lines) => venues.importVenues(lines, operator),
        [{ ...namedRecord(other), cityId: CITY }],
      ),
    listCities: () => cities.listCities({ query: other }),
    getCity: () => cities.getCity({ cityId: "1" }),
    batchGetCities: () => cities.batchGetCities({ cityIds: ["1"] }),
    importCities: () =>
      importRecords((lines) => cities.importCities(lines, operator), [cityRecord("2965140")]),
    listDjs: () => djs.listDjs({ query: other }),
    getDj: () => djs.getDj({ djId: other }),
    batchGetDjs: () => djs.batchGetDjs({ djIds: [other] }),
    importDjs: () => importRecords((lines) => djs.importDjs(lines, operator), [namedRecord(other)]),
    recordFeedback: () => recommender.recordFeedback({ feedback: [feedback()] }, person),
    getTrace: () => recommender.getTrace({ key: { case: "recommendationId", value: other } }, operator),
  };
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const timeZone = "Europe/Dublin";
const sourceOf = (externalId: string) => ({ source: { name: "test", externalId } });
const cityRecord = (cityId: string) => ({ cityId, name: "A city", countryCode: "IE", timeZone });
const namedRecord = (externalId: string) => ({ ...sourceOf(externalId), name: "A name" });
const eventRecord = (externalId: string) => ({
  ...sourceOf(externalId),
  title: "A night out",
  startTime: inDays(2),
  endTime: inDays(2.2),
  timeZone,
  cityId: CITY,
});

const failureOf = (call: Promise<unknown>) => call.then(() => undefined, ConnectError.from);

async function kill(): Promise<void> {
  process.kill(mariadb.pid, "SIGKILL");
  await mariadb.ended;
}

describe("while MariaDB is gone", () => {
  beforeAll(kill);

  it("every read and write of it is UNAVAILABLE with RetryInfo, soon", async () => {
    const told: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(callsThatNeedIt())) {
      const beganMs = performance.now();
      const error = await failureOf(call());
      const tookMs = performance.now() - beganMs;
      told[name] = {
        code: error && Code[error.code],
        sentence: error?.rawMessage,
        retryMs: error && retryDelayMs(error),
        inTime: tookMs < BOUND_MS,
      };
    }
    const wanted = {
      code: "Unavailable",
      sentence: "a database cannot be reached",
      retryMs: 1_000,
      inTime: true,
    };
    expect(told).toEqual(Object.fromEntries(Object.keys(told).map((name) => [name, wanted])));
  });

  it("recommendations and what else is in memory are answered", async () => {
    const { auth, recommender } = clients;
    expect(await recommended()).toHaveLength(1);
    await expect(recommender.similarEvents({ eventId })).resolves.toBeDefined();
    const states = await recommender.batchGetEventStates({ eventIds: [eventId] }, person);
    expect(states.states).toMatchObject([{ eventId, saved: true }]);
    expect((await recommender.listSavedEvents({}, person)).saved).toHaveLength(1);
    expect((await auth.getKeySet({})).keys).toHaveLength(1);
  });

  it("a person's feed, saved events and an event's page are shown, and say what they are made of", async () => {
    const { feed } = clients;
    const page = await feed.getFeed({ cityId: CITY }, person);
    expect(page).toMatchObject({ items: [{ event: { title: "A night out" } }], degraded: ["events"] });
    expect(page.recommendationId).not.toBe("");
    const saved = await feed.listSaved({}, person);
    expect(saved).toMatchObject({ items: [{ event: { eventId }, saved: true }], degraded: ["events"] });
    const { item, degraded } = await feed.getEventPage({ eventId }, person);
    expect([item?.saved, degraded]).toEqual([true, expect.arrayContaining(["events"])]);
  });

  it("the process is alive and takes calls", async () => {
    for (const path of ["livez", "readyz"]) {
      expect((await fetch(`http://127.0.0.1:${craic.opsPort}/${path}`)).status).toBe(200);
    }
  });
});

describe("when MariaDB is back", () => {
  beforeAll(async () => {
    mariadb = await startMariadb(directory);
  }, 60_000);

  it("everything is answered again, without a restart, and what was acknowledged is there", async () => {
    for (const [name, call] of Object.entries(callsThatNeedIt())) {
      const error = await failureOf(call());
      // Some name what is not there; of those nobody knows by heart whether it is.
      if (error !== undefined) expect([name, error.code]).toEqual([name, Code.NotFound]);
    }
    // What is answered from memory meanwhile looks behind each answer whether it must be.
    await until(async () => (await clients.feed.getFeed({ cityId: CITY }, person)).degraded.length === 0);
    expect((await clients.recommender.listSavedEvents({}, person)).saved).toHaveLength(1);
  });

  it("calls that are under way while it stops in order are answered or UNAVAILABLE", async () => {
    const codes = new Set<Code | undefined>();
    let isOver = false;
    const calling = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!isOver) codes.add((await failureOf(clients.auth.getUser({}, person)))?.code);
      }),
    );
    await mariadb.stop();
    await until(() => codes.has(Code.Unavailable));
    isOver = true;
    await calling;
    expect([...codes].sort()).toEqual([Code.Unavailable, undefined]);
    mariadb = await startMariadb(directory);
  }, 60_000);
});
