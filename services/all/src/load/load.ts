import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";

export interface LoadOptions {
  /** To a gateway. */
  readonly transport: Transport;
  readonly callsPerSecond: number;
  readonly seconds: number;
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
  /** Resolves so many milliseconds later. */
  readonly pause: (ms: number) => Promise<void>;
  /** From 0 to 1, without 1. */
  readonly random: () => number;
}

/** What came of it. */
export interface LoadFigures {
  readonly calls: number;
  /** How many failed, by their gRPC code. */
  readonly failed: Readonly<Record<string, number>>;
  /** Milliseconds from when a call was due until it was answered; none where no call was. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

const CALL_TIMEOUT_MS = 5_000;
/** Cities with most events, which people of this load live in. */
const CITIES = 10;
/** Every so many calls one opens an event of a feed, as people do. */
const OPEN_EVERY = 4;

/**
 * Reads feeds and opens events as people do whom nobody knows, at an even rate whatever the answers take: a slow server
 * is not called less, and its delay is counted from when each call was due. Changes nothing where it reads.
 */
export async function load(options: LoadOptions): Promise<LoadFigures> {
  const { transport, callsPerSecond, seconds, clock, pause, random } = options;
  const feed = createClient(FeedService, transport);
  const { cities } = await feed.listCities({}, { timeoutMs: CALL_TIMEOUT_MS });
  const cityIds = cities.slice(0, CITIES).flatMap(({ city }) => city?.cityId ?? []);
  if (cityIds.length === 0) throw new ConnectError("no city has events ahead", Code.FailedPrecondition);
  const seen: string[] = [];
  const latenciesMs: number[] = [];
  const failed: Record<string, number> = {};
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;

  async function read(number: number): Promise<void> {
    if (number % OPEN_EVERY === OPEN_EVERY - 1 && seen.length > 0) {
      await feed.getEventPage({ eventId: pick(seen) }, { timeoutMs: CALL_TIMEOUT_MS });
      return;
    }
    const { items } = await feed.getFeed({ cityId: pick(cityIds) }, { timeoutMs: CALL_TIMEOUT_MS });
    seen.splice(0, seen.length, ...items.flatMap(({ event }) => event?.eventId ?? []));
  }

  async function call(number: number, dueMs: number): Promise<void> {
    try {
      await read(number);
      latenciesMs.push(clock() - dueMs);
    } catch (error) {
      const code = Code[ConnectError.from(error).code] as string;
      failed[code] = (failed[code] ?? 0) + 1;
    }
  }

  const calls = Math.round(callsPerSecond * seconds);
  const startMs = clock();
  const underWay: Promise<void>[] = [];
  for (let number = 0; number < calls; number++) {
    const dueMs = startMs + (number / callsPerSecond) * 1_000;
    const leftMs = dueMs - clock();
    if (leftMs > 0) await pause(leftMs);
    underWay.push(call(number, dueMs));
  }
  await Promise.all(underWay);
  latenciesMs.sort((a, b) => a - b);
  const quantile = (q: number) => {
    const ms = latenciesMs[Math.ceil(q * latenciesMs.length) - 1];
    return ms === undefined ? undefined : Math.round(ms * 10) / 10;
  };
  return { calls, failed, p50Ms: quantile(0.5), p95Ms: quantile(0.95), p99Ms: quantile(0.99) };
}
