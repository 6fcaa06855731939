import { type Client, Code, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { RetryInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { CITY, exampleEvent, uuid } from "../../../tests/fixtures/fake-mesh.js";
import { failure } from "../../../tests/fixtures/feed-bed.js";
import { type GatewayBed, startGateway } from "../../../tests/fixtures/gateway-bed.js";

const credentials = { email: "niamh@example.org", password: "correct horse" };

const open: GatewayBed[] = [];
async function gateway(environment: Record<string, string> = {}): Promise<GatewayBed> {
  const bed = await startGateway([exampleEvent(1)], environment);
  open.push(bed);
  return bed;
}
afterEach(() => {
  for (const bed of open.splice(0)) bed.close();
});

const connect = (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: "1.1" });
const feedOf = (bed: GatewayBed): Client<typeof FeedService> =>
  createClient(FeedService, connect(bed.origin));
const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe("rate limits", () => {
  const tight = {
    CRAIC_RATE_LIMIT_PER_SECOND: "0.01",
    CRAIC_RATE_LIMIT_BURST: "2",
    CRAIC_TRUSTED_PROXIES: "1",
  };
  const from = (address: string) => ({ headers: { "x-forwarded-for": address } });

  it("are RESOURCE_EXHAUSTED with RetryInfo", async () => {
    const feed = feedOf(await gateway(tight));
    await feed.getFeed({ cityId: CITY });
    await feed.getFeed({ cityId: CITY });
    const error = await failure(feed.getFeed({ cityId: CITY }));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.findDetails(RetryInfoSchema)).toMatchObject([{ retryDelay: { seconds: 100n } }]);
  });

  it("count each address by itself, and all methods together", async () => {
    const bed = await gateway(tight);
    const feed = feedOf(bed);
    const events = createClient(EventService, connect(bed.origin));
    await feed.getFeed({ cityId: CITY }, from("192.0.2.1"));
    await events.getEvent({ eventId: uuid(1) }, from("192.0.2.1"));
    expect((await failure(feed.listCities({}, from("192.0.2.1")))).code).toBe(Code.ResourceExhausted);
    await feed.listCities({}, from("192.0.2.2"));
  });

  it("count a person who is signed in wherever they call from, and apart from others at one address", async () => {
    const bed = await gateway(tight);
    const feed = feedOf(bed);
    const person = as(bed.token("user-1"));
    await feed.listCities({}, { headers: { ...person.headers, "x-forwarded-for": "192.0.2.1" } });
    await feed.listCities({}, { headers: { ...person.headers, "x-forwarded-for": "192.0.2.2" } });
    expect((await failure(feed.listCities({}, person))).code).toBe(Code.ResourceExhausted);
    await feed.listCities({}, as(bed.token("user-2")));
  });

  it("are stricter on what opens sessions", async () => {
    const bed = await gateway({ CRAIC_AUTH_RATE_LIMIT_PER_SECOND: "0.01", CRAIC_AUTH_RATE_LIMIT_BURST: "1" });
    const session = createClient(SessionService, connect(bed.origin));
    await session.logIn(credentials);
    expect((await failure(session.logIn(credentials))).code).toBe(Code.ResourceExhausted);
    const register = { ...credentials, displayName: "Niamh" };
    expect((await failure(session.register(register))).code).toBe(Code.ResourceExhausted);
    const passed = await bed.post("craic.auth.v1.AuthService/Refresh", {}, { refreshToken: "refresh-1" });
    expect(passed.status).toBe(429);
    await session.getSession({});
    await session.logOut({});
  });

  it("are off at a rate of 0, and never apply to the page", async () => {
    const bed = await gateway({ CRAIC_RATE_LIMIT_PER_SECOND: "0", CRAIC_AUTH_RATE_LIMIT_PER_SECOND: "0" });
    const session = createClient(SessionService, connect(bed.origin));
    for (let i = 0; i < 150; i++) await session.logIn(credentials);
    const limited = await gateway(tight);
    for (let i = 0; i < 10; i++) expect((await fetch(`${limited.origin}/healthz`)).status).toBe(200);
  });
});

describe("calls at a time", () => {
  it("are UNAVAILABLE with RetryInfo, at once, beyond what can be answered", async () => {
    const bed = await gateway({ CRAIC_MAX_CALLS_AT_ONCE: "2" });
    const feed = feedOf(bed);
    bed.mesh.away.set("recommender", "silent");
    const leaving = new AbortController();
    const under = [1, 2].map(() => failure(feed.getFeed({ cityId: CITY }, { signal: leaving.signal })));
    while (bed.mesh.callsOf("Recommend").length < 2) await new Promise(setImmediate);
    const error = await failure(feed.listCities({}));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.findDetails(RetryInfoSchema)).toMatchObject([{ retryDelay: { nanos: 500_000_000 } }]);
    const grpcWeb = createGrpcWebTransport({ baseUrl: bed.origin, httpVersion: "1.1" });
    const inGrpcWeb = await failure(createClient(FeedService, grpcWeb).listCities({}));
    expect(inGrpcWeb.code).toBe(Code.Unavailable);
    expect((await fetch(`${bed.origin}/healthz`)).status).toBe(200);

    leaving.abort();
    await Promise.all(under);
    let after: unknown;
    while (after === undefined) after = await feed.listCities({}).catch(() => undefined);
  });
});
