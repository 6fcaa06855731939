import { Agent, request } from "node:http";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  FeedService,
  GetFeedRequestSchema,
  GetFeedResponseSchema,
} from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { createRandom } from "../../services/numerics/src/random.js";
import { makeCalls, obey, type Pace, type Paced } from "./pace.js";

// The load on the feed, in a process of its own so that its CPU time is not the server's.

/** What one round of load is to be. */
export interface Order extends Pace {
  readonly origin: string;
  readonly cityId: string;
  /** Access tokens, one a person. */
  readonly tokens: readonly string[];
  readonly seed: number;
  /** As a browser does, or not at all. */
  readonly acceptEncoding?: string;
}

export interface Outcome extends Paced {
  readonly answerBytes: number;
}

/** One answer in so many is looked at closely. */
const CHECK_EVERY = 50;
const MAX_CONNECTIONS = 256;

obey(async (order: Order): Promise<Outcome> => {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  const call = caller(order, agent);
  const paced = await makeCalls(order, call);
  agent.destroy();
  return { ...paced, answerBytes: call.bytes() / paced.latenciesMs.length };
});

function caller({ origin, cityId, tokens, seed, acceptEncoding }: Order, agent: Agent) {
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
      const cookie = `craic_access=${tokens[Math.floor(random() ** 2 * tokens.length)]!}`;
      const sent = request(url, { method: "POST", agent, headers: { ...headers, cookie } }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const answer = Buffer.concat(chunks);
          if (response.statusCode !== 200) return reject(new Error(`${response.statusCode} ${answer}`));
          bytes += answer.length;
          if (number % CHECK_EVERY !== 0 || response.headers["content-encoding"]) return resolve();
          const problem = problemOf(answer);
          if (problem === undefined) resolve();
          else reject(new Error(problem));
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });
  return Object.assign(call, { bytes: () => bytes });
}

/** What is wrong with an answer: one that is fast because it holds little proves nothing. */
function problemOf(answer: Buffer): string | undefined {
  const { items, degraded, modelVersion } = fromBinary(GetFeedResponseSchema, answer);
  const isWhole = items.every(
    ({ event, venue, djs, reasons }) => event && venue && djs.length > 0 && reasons.length > 0,
  );
  if (items.length !== 20 || !isWhole || degraded.length > 0) {
    return `not the feed that was to be measured: ${items.length} items, degraded: ${degraded}`;
  }
  return modelVersion === "" || modelVersion === "popularity" ? "no model ranks" : undefined;
}
