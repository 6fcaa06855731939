import { Code, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { BadRequestSchema, ErrorInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { CITY, exampleEvent, uuid } from "../../../tests/fixtures/fake-mesh.js";
import { failure } from "../../../tests/fixtures/feed-bed.js";
import { type GatewayBed, startGateway } from "../../../tests/fixtures/gateway-bed.js";
import { gatewayModule } from "./module.js";

const GET_FEED = "craic.gateway.v1.FeedService/GetFeed";
const LOG_IN = "craic.gateway.v1.SessionService/LogIn";
const LOG_OUT = "craic.gateway.v1.SessionService/LogOut";
const LIST_SAVED = "craic.gateway.v1.FeedService/ListSaved";
const credentials = { email: "niamh@example.org", password: "correct horse" };

const open: GatewayBed[] = [];
async function gateway(environment: Record<string, string> = {}): Promise<GatewayBed> {
  const bed = await startGateway([exampleEvent(1), exampleEvent(2)], environment);
  open.push(bed);
  return bed;
}
afterEach(() => {
  for (const bed of open.splice(0)) bed.close();
});

const connect = (baseUrl: string, useBinaryFormat = true) =>
  createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat });
const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

describe("a browser's call", () => {
  it.each<[string, (origin: string) => Transport]>([
    ["Connect in JSON", (origin) => connect(origin, false)],
    ["Connect in binary", (origin) => connect(origin)],
    ["gRPC-Web", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
  ])("is answered in %s", async (_, transportTo) => {
    const { origin } = await gateway();
    const feed = await createClient(FeedService, transportTo(origin)).getFeed({ cityId: CITY });
    expect(feed.items.map(({ event }) => event?.title)).toEqual(["Event 1", "Event 2"]);
  });

  it("of a method without side effects may be a GET", async () => {
    const { origin } = await gateway();
    const message = encodeURIComponent(JSON.stringify({ cityId: CITY }));
    const response = await fetch(`${origin}/${GET_FEED}?connect=v1&encoding=json&message=${message}`);
    expect(response.status).toBe(200);
    expect(((await response.json()) as { items: unknown[] }).items).toHaveLength(2);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it.each([
    LOG_OUT,
    LOG_IN,
    "craic.gateway.v1.SessionService/GetSession",
    "craic.recommender.v1.RecommenderService/RecordFeedback",
    "craic.auth.v1.AuthService/UpdatePreferences",
  ])("that changes something is none: %s", async (path) => {
    const { origin } = await gateway();
    expect((await fetch(`${origin}/${path}?connect=v1&encoding=json&message=%7B%7D`)).status).toBe(405);
  });
});

describe("a session in cookies", () => {
  it("makes the browser's calls its owner's, down to the last service", async () => {
    const { post, mesh, token } = await gateway();
    const signIn = await post(LOG_IN, {}, credentials);
    expect(signIn.status).toBe(200);
    expect(cookiesOf(signIn)).toMatch(/^craic_access=\S+; craic_refresh=refresh-1$/);
    expect(await signIn.text()).not.toContain("refresh-1");

    const accessToken = token("user-1");
    mesh.saved = [uuid(2)];
    const saved = await post(LIST_SAVED, { cookie: `craic_access=${accessToken}` });
    expect(await saved.json()).toMatchObject({ items: [{ saved: true }] });
    expect(mesh.callsOf("ListSavedEvents")[0]?.headers.get("authorization")).toBe(`Bearer ${accessToken}`);
  });

  it("that has run out is answered UNAUTHENTICATED with TOKEN_EXPIRED, also where nobody need be signed in", async () => {
    const { post, token } = await gateway();
    const expired = token("user-1", { expired: true });
    const response = await post(GET_FEED, { cookie: `craic_access=${expired}` }, { cityId: CITY });
    expect(response.status).toBe(401);
    const { code, details } = (await response.json()) as { code: string; details: { debug: object }[] };
    expect(code).toBe("unauthenticated");
    expect(details[0]?.debug).toMatchObject({ reason: "TOKEN_EXPIRED", domain: "craic" });
  });

  it("that has run out does not keep SessionService from mending it", async () => {
    const { post, token, auth } = await gateway();
    const { refreshToken } = auth.openSession();
    const cookie = `craic_access=${token("user-1", { expired: true })}; craic_refresh=${refreshToken}`;
    const response = await post("craic.gateway.v1.SessionService/GetSession", { cookie });
    expect(await response.json()).toMatchObject({ user: { displayName: "Niamh" } });
    expect(cookiesOf(response)).toContain("craic_refresh=refresh-2");
  });

  it("is taken out on log-out, even when that fails", async () => {
    const { post, auth } = await gateway();
    auth.isAway = true;
    const response = await post(LOG_OUT, { cookie: "craic_access=a; craic_refresh=r" });
    expect(response.status).toBe(503);
    expect(cookiesOf(response)).toBe("craic_access=; craic_refresh=");
  });

  it("does not act for another site", async () => {
    const { post, auth, token } = await gateway();
    const cookie = `craic_access=${token("user-1")}; craic_refresh=refresh-1`;
    const response = await post(LOG_OUT, { cookie, origin: "https://evil.example" });
    expect(response.status).toBe(403);
    expect(auth.loggedOut).toEqual([]);
  });

  it("gives way to a program's bearer token", async () => {
    const { post, mesh, token } = await gateway();
    const bearer = `Bearer ${token("user-2")}`;
    await post(LIST_SAVED, { cookie: `craic_access=${token("user-1")}`, authorization: bearer });
    expect(mesh.callsOf("ListSavedEvents")[0]?.headers.get("authorization")).toBe(bearer);
  });
});

describe("the pass-through", () => {
  it("forwards what is on the list, under the caller's identity, and brings the answer back", async () => {
    const { origin, mesh, token } = await gateway();
    const client = createClient(RecommenderService, connect(origin));
    const answer = await client.recommend({ cityId: CITY, limit: 1 }, as(token("user-1")));
    expect(answer).toMatchObject({
      recommendationId: uuid(0xabc),
      items: [{ eventId: uuid(1) }],
      nextPageToken: "1",
    });
    expect(mesh.callsOf("Recommend")[0]).toMatchObject({ request: { cityId: CITY, limit: 1 } });
    expect(mesh.callsOf("Recommend")[0]?.headers.get("authorization")).toMatch(/^Bearer /);
  });

  it("brings back code, sentence and details of a failure", async () => {
    const { origin, mesh, token } = await gateway();
    const events = createClient(EventService, connect(origin));
    const missing = await failure(events.getEvent({ eventId: uuid(99) }));
    expect([missing.code, missing.rawMessage]).toEqual([Code.NotFound, `no event "${uuid(99)}"`]);
    mesh.away.set("recommender", "refusing");
    const feedback = [{ feedbackId: uuid(5), eventId: uuid(1), kind: FeedbackKind.SAVE }];
    const recommender = createClient(RecommenderService, connect(origin));
    const away = await failure(recommender.recordFeedback({ feedback }, as(token("user-1"))));
    expect(away.code).toBe(Code.Unavailable);
  });

  it("copies the headers and trailers of an answer that are not its transport's", async () => {
    const { origin, mesh } = await gateway();
    mesh.answerHeaders.set("retry-after", "7");
    mesh.answerHeaders.set("content-language", "ga");
    let header = new Headers();
    await createClient(EventService, connect(origin)).getEvent(
      { eventId: uuid(1) },
      {
        onHeader(received) {
          header = received;
        },
      },
    );
    expect(header.get("retry-after")).toBe("7");
    expect(header.get("content-language")).toBeNull();
    expect(header.get("content-type")).toBe("application/proto");
  });

  it("refuses a request that breaks a rule before it travels, naming the field", async () => {
    const { origin, mesh } = await gateway();
    const error = await failure(createClient(EventService, connect(origin)).getEvent({ eventId: "x" }));
    expect(error.findDetails(BadRequestSchema)[0]?.fieldViolations).toMatchObject([{ field: "event_id" }]);
    expect(mesh.calls).toHaveLength(0);
  });

  it.each([
    "craic.events.v1.EventService/CancelEvent",
    "craic.events.v1.EventService/ImportEvents",
    "craic.events.v1.EventService/WatchEvents",
    "craic.venues.v1.VenueService/ImportVenues",
    "craic.venues.v1.CityService/ImportCities",
    "craic.djs.v1.DjService/ImportDjs",
    "craic.experiments.v1.ExperimentService/ListRunningExperiments",
    "craic.experiments.v1.ExperimentService/UpdateExperiment",
    "grpc.health.v1.Health/Check",
    "craic.nowhere.v1.NoService/NoMethod",
  ])("does not offer %s", async (path) => {
    const { post, mesh, token } = await gateway();
    for (const headers of [{}, as(token("user-1")).headers]) {
      const response = await post(path, headers, { eventId: uuid(1) });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: "unimplemented" });
    }
    expect(mesh.calls).toHaveLength(0);
  });

  it("offers experiments to those who run them alone", async () => {
    const { post, token } = await gateway();
    const path = "craic.experiments.v1.ExperimentService/ListExperiments";
    expect((await post(path, {}, {})).status).toBe(401);
    expect((await post(path, as(token("user-1")).headers, {})).status).toBe(403);
  });
});

describe("CORS", () => {
  const allowed = { CRAIC_ALLOWED_ORIGINS: "https://page.example" };

  it("lets an allowed origin's page read answers and errors, with its cookies", async () => {
    const { post } = await gateway(allowed);
    for (const message of [{ cityId: CITY }, {}]) {
      const response = await post(GET_FEED, { origin: "https://page.example" }, message);
      expect(response.headers.get("access-control-allow-origin")).toBe("https://page.example");
      expect(response.headers.get("access-control-allow-credentials")).toBe("true");
    }
  });

  it("answers the preflight of a call that is offered, though Connect itself knows no OPTIONS", async () => {
    const { origin } = await gateway(allowed);
    const headers = { origin: "https://page.example", "access-control-request-method": "POST" };
    expect((await fetch(`${origin}/${GET_FEED}`, { method: "OPTIONS", headers })).status).toBe(204);
  });
});

describe("beside the calls", () => {
  it("there are the page, the key set and a sign of life", async () => {
    const { origin } = await gateway();
    expect(await (await fetch(`${origin}/`)).text()).toBe("the page has not been built\n");
    expect(await (await fetch(`${origin}/healthz`)).text()).toBe("ok\n");
    expect((await fetch(`${origin}/.well-known/jwks.json`)).status).toBe(200);
  });
});

it("the gateway owns no data, and offers over gRPC what is its own", async () => {
  const { module } = await gateway();
  expect(module.registrations.map(({ service }) => service.typeName)).toEqual([
    FeedService.typeName,
    SessionService.typeName,
  ]);
  expect(gatewayModule.calls).toEqual(["auth", "events", "venues", "djs", "recommender", "experiments"]);
});

it("every failure carries the request's id", async () => {
  const { post } = await gateway();
  const response = await post(GET_FEED, { "x-request-id": "from-the-page" });
  expect(response.status).toBe(400);
  expect(response.headers.get("x-request-id")).toBe("from-the-page");
});

it("reasons that a client branches on travel through", async () => {
  const { origin } = await gateway();
  const error = await failure(createClient(FeedService, connect(origin)).listSaved({}));
  expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "TOKEN_MISSING", domain: "craic" }]);
});
