// What `helm test` runs, by Node alone: the page, the gateway's calls, and its gRPC port.
// Says in a line each what was found, and ends with status 1 at the first thing that is not as it should be.

import { connect } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";

const { ORIGIN, GRPC_ORIGIN } = process.env;
const TIMEOUT_MS = 10_000;
/** A pod that has just begun is not known at once to all who allow connections. */
const PATIENCE_MS = 30_000;
const RETRY_MS = 1_000;
const begunMs = Date.now();

await check("the page", async () => {
  const page = await get("/");
  if (!page.includes("<html")) throw new Error("it is no HTML");
});

await check("the keys that access tokens are verified with", async () => {
  const { keys } = JSON.parse(await get("/.well-known/jwks.json"));
  if (!(keys?.length > 0)) throw new Error("there are none");
});

const [city] = await check("the cities with events ahead", async () => {
  const { cities = [] } = await call("ListCities", {});
  return cities;
});

if (city === undefined) console.log("     no events yet, so nothing to recommend");
else
  await check(`a recommendation for ${city.city?.name ?? "a city"}`, async () => {
    const { items = [], degraded = [] } = await call("GetFeed", { cityId: city.city.cityId, pageSize: 5 });
    if (items.length === 0) throw new Error("it is empty");
    if (degraded.length > 0) throw new Error(`it is degraded: ${degraded.join(", ")}`);
  });

await check("gRPC", servesGrpc);

async function check(what, run) {
  for (;;) {
    try {
      const result = await run();
      console.log(`ok   ${what}`);
      return result ?? [];
    } catch (error) {
      if (Date.now() - begunMs < PATIENCE_MS) {
        await sleep(RETRY_MS);
        continue;
      }
      console.log(`FAIL ${what}: ${error.message}`, error.cause ?? "");
      process.exit(1);
    }
  }
}

async function get(path) {
  const response = await fetch(`${ORIGIN}${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  return await response.text();
}

async function call(method, message) {
  const response = await fetch(`${ORIGIN}/craic.gateway.v1.FeedService/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`HTTP status ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** Asks grpc.health.v1.Health for the whole process: an empty message out, and SERVING (field 1 is 1) back. */
function servesGrpc() {
  const { promise, resolve, reject } = Promise.withResolvers();
  const session = connect(GRPC_ORIGIN).once("error", reject);
  const request = session
    .request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
    })
    .once("error", reject);
  const received = [];
  request.on("data", (chunk) => received.push(chunk));
  request.once("end", () => {
    const answer = Buffer.concat(received).subarray(5).toString("hex");
    if (answer === "0801") resolve();
    else reject(new Error(`it answers ${answer || "nothing"}`));
  });
  request.setTimeout(TIMEOUT_MS, () => reject(new Error("no answer in time")));
  request.end(Buffer.alloc(5));
  return promise.finally(() => session.destroy());
}
