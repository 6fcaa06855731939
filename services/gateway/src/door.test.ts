import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createDoor } from "./door.js";

const FEED = "/craic.gateway.v1.FeedService/GetFeed";
const LOG_OUT = "/craic.gateway.v1.SessionService/LogOut";
const COOKIES = "craic_access=jwt; craic_refresh=r";

let server: Server;
/** Headers of the last request that was let in. */
let admitted: IncomingHttpHeaders | undefined;

beforeAll(async () => {
  const door = createDoor({
    allowedOrigins: new Set(["https://page.example"]),
    trustedProxies: 1,
    maxCallsAtOnce: 50,
  });
  server = createServer((request, response) => {
    if (!door(request, response)) return;
    admitted = request.headers;
    response.writeHead(200, { "content-type": "text/plain" }).end("in");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());
beforeEach(() => {
  admitted = undefined;
});

/** fetch() forbids the headers that matter here. */
function send(method: string, path: string, headers: Record<string, string> = {}) {
  const { port } = server.address() as AddressInfo;
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const call = httpRequest({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    call.on("error", reject);
    call.end();
  });
}

describe("a session cookie", () => {
  it("becomes the bearer token of a call", async () => {
    await send("POST", FEED, { cookie: COOKIES, "connect-protocol-version": "1" });
    expect(admitted?.authorization).toBe("Bearer jwt");
  });

  it("gives way to an authorization header", async () => {
    await send("POST", FEED, { cookie: COOKIES, authorization: "Bearer other" });
    expect(admitted?.authorization).toBe("Bearer other");
  });

  it("is left to SessionService as it is, which can mend an expired one", async () => {
    await send("POST", LOG_OUT, { cookie: COOKIES, "connect-protocol-version": "1" });
    expect(admitted).toMatchObject({ cookie: COOKIES });
    expect(admitted?.authorization).toBeUndefined();
  });

  it("counts for a call by GET, which changes nothing", async () => {
    await send("GET", `${FEED}?encoding=json&message=%7B%7D`, { cookie: COOKIES });
    expect(admitted?.authorization).toBe("Bearer jwt");
  });
});

describe("a POST with session cookies", () => {
  it.each<[string, Record<string, string>]>([
    [
      "has the Connect protocol's header",
      { "content-type": "application/json", "connect-protocol-version": "1" },
    ],
    ["is gRPC-Web", { "content-type": "application/grpc-web+proto" }],
    ["is a Connect stream", { "content-type": "application/connect+json" }],
    ["is binary Connect", { "content-type": "application/proto" }],
    ["comes from the gateway's own page", { "sec-fetch-site": "same-origin" }],
    ["comes from the gateway's own origin", { host: "craic.example", origin: "http://craic.example" }],
    ["comes from an allowed origin", { origin: "https://page.example", "sec-fetch-site": "cross-site" }],
  ])("is let in when it %s", async (_, headers) => {
    expect((await send("POST", FEED, { cookie: COOKIES, ...headers })).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ["is a plain form", { "content-type": "application/x-www-form-urlencoded" }],
    ["is plain text", { "content-type": "text/plain" }],
    ["has no content type", {}],
    ["is JSON without the Connect protocol's header", { "content-type": "application/json" }],
    [
      "comes from another origin, whatever else it has",
      {
        origin: "https://evil.example",
        "connect-protocol-version": "1",
        "content-type": "application/proto",
      },
    ],
    ["comes from an opaque origin", { origin: "null", "connect-protocol-version": "1" }],
    ["comes from another site", { "sec-fetch-site": "cross-site", "connect-protocol-version": "1" }],
    [
      "comes from a neighbour on the same site",
      { "sec-fetch-site": "same-site", "connect-protocol-version": "1" },
    ],
  ])("is refused when it %s", async (_, headers) => {
    for (const cookie of [COOKIES, "craic_refresh=r"]) {
      const answer = await send("POST", LOG_OUT, { cookie, ...headers });
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.body)).toMatchObject({ code: "permission_denied" });
    }
    expect(admitted).toBeUndefined();
  });

  it("is not its cookies' doing when it has an authorization header", async () => {
    const answer = await send("POST", FEED, {
      cookie: COOKIES,
      authorization: "Bearer x",
      origin: "https://a.b",
    });
    expect(answer.status).toBe(200);
  });
});

describe("a POST without session cookies", () => {
  it("is let in from anywhere", async () => {
    expect((await send("POST", FEED, { origin: "https://evil.example" })).status).toBe(200);
  });

  it("to SessionService is refused from another origin, which could sign a visitor in as somebody else", async () => {
    expect((await send("POST", LOG_OUT, { origin: "https://evil.example" })).status).toBe(403);
    expect((await send("POST", LOG_OUT)).status).toBe(200);
  });
});

describe("CORS", () => {
  const preflight = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "connect-protocol-version,content-type",
  };

  it("answers an allowed origin's preflight, with credentials, for hours", async () => {
    const { status, headers } = await send("OPTIONS", FEED, { origin: "https://page.example", ...preflight });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      "access-control-allow-origin": "https://page.example",
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "POST, GET",
      "access-control-max-age": "7200",
      vary: "origin",
    });
    const allowed = headers["access-control-allow-headers"]?.toLowerCase();
    for (const name of [
      "content-type",
      "connect-protocol-version",
      "connect-timeout-ms",
      "x-grpc-web",
      "grpc-timeout",
      "authorization",
    ]) {
      expect(allowed?.split(", ")).toContain(name);
    }
    expect(admitted).toBeUndefined();
  });

  it.each(["https://evil.example", "http://page.example", "https://page.example:444", "null"])(
    "allows %s nothing",
    async (origin) => {
      const { status, headers } = await send("OPTIONS", FEED, { origin, ...preflight });
      expect(status).toBe(204);
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    },
  );

  it("lets an allowed origin's page read the answer and gRPC-Web's status", async () => {
    const { headers } = await send("POST", FEED, { origin: "https://page.example" });
    expect(headers["access-control-allow-origin"]).toBe("https://page.example");
    expect(headers["access-control-expose-headers"]?.toLowerCase()).toContain("grpc-status");
  });

  it("lets no other origin's page read the answer", async () => {
    const { headers } = await send("POST", FEED, { origin: "https://evil.example" });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("what the door tells about a client", () => {
  it("is its own finding and not the client's claim", async () => {
    await send("POST", FEED, {
      "x-craic-client-address": "6.6.6.6",
      "x-craic-client-encrypted": "true",
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-proto": "http",
    });
    expect(admitted).toMatchObject({
      "x-craic-client-address": "203.0.113.9",
      "x-craic-client-encrypted": "false",
    });
  });
});

it("answers of RPCs are kept in no cache", async () => {
  expect((await send("POST", FEED)).headers["cache-control"]).toBe("no-store");
  expect((await send("GET", "/index.html")).headers["cache-control"]).toBeUndefined();
});
