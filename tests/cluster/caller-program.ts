// Runs in a pod of the test cluster, by Node alone: calls the gateway so many times a second, as a careful client
// does, and tells over HTTP how that went. A call that was not answered is made again where that is safe, which it
// is for every call here: feeds are only read, and feedback has an id by which it counts once.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

/** How all calls so far went. */
export interface Figures {
  readonly calls: number;
  /** Answered, if need be after another attempt. */
  readonly answered: number;
  /** Attempts that failed and were followed by another. */
  readonly again: number;
  /** By what went wrong, calls that failed for good. */
  readonly failed: Readonly<Record<string, number>>;
  /** Under way for longer than any call may take. */
  readonly hanging: number;
  /** Of the latest 10,000 answered calls, from when each was due. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const [origin = "", cityId = "", token = "", ratePerSecond = "50"] = process.argv.slice(2);
const ATTEMPTS = 6;
const ATTEMPT_MS = 3_000;
const LONGEST_CALL_MS = ATTEMPTS * (ATTEMPT_MS + 2_000);
const LATENCIES_KEPT = 10_000;
/** Every so many calls one saves an event of the feed before, or takes that back. */
const FEEDBACK_EVERY = 10;

const counts = { calls: 0, answered: 0, again: 0 };
const failed: Record<string, number> = {};
const latenciesMs: number[] = [];
const underWay = new Set<{ sinceMs: number }>();
const seen: string[] = [];
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function attempt(method: string, message: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${origin}/${method}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "connect-protocol-version": "1",
      "connect-timeout-ms": String(ATTEMPT_MS),
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(ATTEMPT_MS),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${answer.code}`);
  return answer;
}

async function call(number: number): Promise<void> {
  const since = { sinceMs: performance.now() };
  underWay.add(since);
  counts.calls++;
  const eventId = seen.at(-1);
  const isFeedback = number % FEEDBACK_EVERY === 0 && eventId !== undefined;
  const kind = number % (2 * FEEDBACK_EVERY) === 0 ? "FEEDBACK_KIND_SAVE" : "FEEDBACK_KIND_UNSAVE";
  const feedback = { kind, feedbackId: randomUUID(), eventId };
  for (let tries = 1; ; tries++) {
    try {
      if (isFeedback) {
        await attempt("craic.recommender.v1.RecommenderService/RecordFeedback", { feedback: [feedback] });
      } else {
        const { items = [] } = await attempt("craic.gateway.v1.FeedService/GetFeed", { cityId });
        const ids = (items as { event: { eventId: string } }[]).map(({ event }) => event.eventId);
        if (ids.length === 0) throw new Error("an empty feed");
        seen.splice(0, seen.length, ...ids);
      }
      counts.answered++;
      latenciesMs.push(performance.now() - since.sinceMs);
      if (latenciesMs.length > LATENCIES_KEPT) latenciesMs.shift();
      break;
    } catch (error) {
      const { message, cause } = error as Error & { cause?: { code?: string } };
      if (tries === ATTEMPTS) {
        const reason = cause?.code ?? message;
        failed[reason] = (failed[reason] ?? 0) + 1;
        break;
      }
      counts.again++;
      await sleep(50 * 2 ** tries * (0.5 + Math.random()));
    }
  }
  underWay.delete(since);
}

function figures(): Figures {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const longSince = performance.now() - LONGEST_CALL_MS;
  const hanging = [...underWay].filter(({ sinceMs }) => sinceMs < longSince).length;
  return { ...counts, failed, hanging, p50Ms: at(0.5), p99Ms: at(0.99) };
}

let number = 0;
setInterval(() => void call(number++), 1_000 / Number(ratePerSecond));
createServer((_, response) => response.end(JSON.stringify(figures()))).listen(8000);
