import { Agent, request } from "node:http";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  FeedService,
  GetFeedRequestSchema,
  GetFeedResponseSchema,
} from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { createRandom } from "../../services/numerics/src/random.js";

// The load on the feed, in a process of its own so that its CPU time is not the server's.

/** What one round of load is to be. */
export interface Order {
  readonly origin: string;
  readonly cityId: string;
  /** Session cookies, one a person. */
  readonly cookies: readonly string[];
  /** Calls a second, evenly spaced, whatever becomes of the ones before; or as many as `connections` can have. */
  readonly ratePerSecond?: number;
  readonly connections?: number;
  readonly seconds: number;
  readonly seed: number;
  /** As a browser does, or not at all. */
  readonly acceptEncoding?: string;
}

export interface Outcome {
  /** Of each call that succeeded, from when it should have been made to the last byte of its answer, in milliseconds. */
  readonly latenciesMs: number[];
  /** What went wrong, for each call that failed. */
  readonly failures: string[];
  readonly seconds: number;
  readonly answerBytes: number;
}

/** One answer in so many is looked at closely. */
const CHECK_EVERY = 50;
const MAX_CONNECTIONS = 256;

process.on("message", (order: Order) => {
  run(order).then(
    (outcome) => process.send?.(outcome),
    (error) => {
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    },
  );
});

async function run(order: Order): Promise<Outcome> {
  const { seconds, ratePerSecond, connections = 1 } = order;
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  const call = caller(order, agent);
  const begin = performance.now();
  const latenciesMs: number[] = [];
  const failures: string[] = [];
  const timed = async (number: number, dueMs: number) => {
    try {
      await call(number);
      latenciesMs.push(performance.now() - dueMs);
    } catch (error) {
      failures.push((error as Error).message);
    }
  };
  if (ratePerSecond !== undefined) {
    const under = Array.from({ length: ratePerSecond * seconds }, async (_, i) => {
      const dueMs = begin + (i * 1_000) / ratePerSecond;
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, dueMs - performance.now())));
      await timed(i, dueMs);
    });
    await Promise.all(under);
  } else {
    let made = 0;
    const chains = Array.from({ length: connections }, async () => {
      while (performance.now() - begin < seconds * 1_000) await timed(made++, performance.now());
    });
    await Promise.all(chains);
  }
  agent.destroy();
  return {
    latenciesMs,
    failures,
    seconds: (performance.now() - begin) / 1_000,
    answerBytes: call.bytes() / latenciesMs.length,
  };
}

function caller({ origin, cityId, cookies, seed, acceptEncoding }: Order, agent: Agent) {
  const random = createRandom(seed);
  const body = Buffer.from(toBinary(GetFeedRequestSchema, create(GetFeedRequestSchema, { cityId })));
  const url = new URL(`/${FeedService.typeName}/${FeedService.method.getFeed.name}`, origin);
  const headers = {
    "content-type": "application/proto",
    "content-length": body.length,
    "connect-protocol-version": "1",
    "connect-timeout-ms": "15000",
    ...(acceptEncoding && { "accept-encoding": acceptEncoding }),
  };
  let bytes = 0;
  const call = (number: number) =>
    new Promise<void>((resolve, reject) => {
      // Some people come far more often than others, as in the feedback.
      const cookie = cookies[Math.floor(random() ** 2 * cookies.length)]!;
      const sent = request(url, { method: "POST", agent, headers: { ...headers, cookie } }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const answer = Buffer.concat(chunks);
          if (response.statusCode !== 200) return reject(new Error(`${response.statusCode} ${answer}`));
          bytes += answer.length;
          if (number % CHECK_EVERY === 0 && !response.headers["content-encoding"]) check(answer);
          resolve();
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });
  return Object.assign(call, { bytes: () => bytes });
}

/** An answer that is fast because it holds little proves nothing. */
function check(answer: Buffer): void {
  const { items, degraded, modelVersion } = fromBinary(GetFeedResponseSchema, answer);
  const isWhole = items.every(
    ({ event, venue, djs, reasons }) => event && venue && djs.length > 0 && reasons.length > 0,
  );
  if (items.length !== 20 || !isWhole || degraded.length > 0) {
    throw new Error(`not the feed that was to be measured: ${items.length} items, degraded: ${degraded}`);
  }
  if (modelVersion === "" || modelVersion === "popularity") throw new Error("no model ranks");
}
