import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Duration, DurationSchema, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type {
  Algorithm,
  RecommendedItemSchema,
} from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import type { TraceSchema } from "@craic/proto/craic/recommender/v1/trace_pb.js";
import { isDatabaseUnreachable } from "@craic/runtime/database-error.js";
import type { Logger } from "@craic/runtime/log.js";
import { RepeatedTask } from "@craic/runtime/repeated-task.js";
import type { ModelManifest } from "../models/model-manifest.js";
import { packTrace } from "./trace-payload.js";
import type { StoredTrace, TraceStore } from "./trace-store.js";

/**
 * Pages that wait to be written at most: some 300 KB, and a few percent of one core where more than that are answered in
 * a second.
 */
export const MOST_WAITING = 128;
const WRITE_EVERY_MS = 1_000;
/** Pages in one statement. Handing on all of a second's at once would keep a request waiting for ten milliseconds. */
const AT_ONCE = 8;

/** One page of a recommendation that was answered, and what made it. */
export interface Answered {
  readonly requestId: string;
  /** "" for nobody in particular. */
  readonly userId: string;
  readonly cityId: string;
  readonly recommendationId: string;
  readonly modelVersion: string;
  readonly variant: string;
  /** "" for who takes part in no experiment. */
  readonly experimentId: string;
  /** Whether the person had given no feedback before. */
  readonly isNew: boolean;
  readonly algorithm: Algorithm;
  readonly items: MessageInitShape<typeof RecommendedItemSchema>[];
  /** Of the model that ranked; undefined when none was loaded. */
  readonly manifest: ModelManifest | undefined;
  readonly isCached: boolean;
  readonly latencyMs: number;
  readonly answeredMs: number;
}

/**
 * Keeps where recommendations came from. A recommendation neither waits for it nor fails with it: what is
 * answered is noted, and written a moment later. While the database is away, and while more is answered than
 * can be written, pages beyond a bound are dropped and counted.
 */
export class TraceRecorder {
  /** Pages that were written, and that were to be written and were not. */
  readonly counts = { kept: 0, dropped: 0 };
  /** Packed at once: answers that waited would be garbage that has grown old. */
  private waiting: StoredTrace[] = [];
  /** What the database has not taken yet. */
  private batch: StoredTrace[] = [];
  private writing: RepeatedTask | undefined;

  /** @param sampledShare of the recommendations that are kept, 0 to 1, with all of their pages */
  constructor(
    private readonly store: Pick<TraceStore, "insert">,
    private readonly sampledShare: number,
    private readonly log: Logger,
  ) {}

  /** Notes what was answered. */
  offer(answered: Answered): void {
    if (!isSampled(answered.recommendationId, this.sampledShare)) return;
    if (this.waiting.length >= MOST_WAITING) this.counts.dropped++;
    else this.waiting.push(packed(answered));
  }

  /** Writes what has been noted. Throws when it cannot; what the database was not there for is tried again. */
  async write(): Promise<void> {
    if (this.batch.length === 0) this.batch = this.waiting.splice(0);
    while (this.batch.length > 0) {
      const few = this.batch.slice(0, AT_ONCE);
      try {
        await this.store.insert(few);
      } catch (error) {
        if (!isDatabaseUnreachable(error)) this.counts.dropped += this.batch.splice(0, few.length).length;
        throw error;
      }
      this.counts.kept += this.batch.splice(0, few.length).length;
    }
  }

  /** Writes every so often until closed. */
  start(): void {
    this.writing = new RepeatedTask(
      () => this.write(),
      WRITE_EVERY_MS,
      (error) => this.log.warn({ err: error }, "where recommendations came from cannot be written"),
    ).start();
  }

  /** Writes what is left, if that can be done. */
  async close(): Promise<void> {
    await this.writing?.close();
    await this.write().catch(() => undefined);
  }
}

type TraceInit = MessageInitShape<typeof TraceSchema>;

/** Whether a recommendation is among those that are kept: by the last 48 bits of its id, which are random. */
export function isSampled(recommendationId: string, share: number): boolean {
  return Number.parseInt(recommendationId.slice(-12), 16) < share * 2 ** 48;
}

function packed(answered: Answered): StoredTrace {
  const { recommendationId, requestId, modelVersion, variant } = answered;
  const payload = packTrace(traceOf(answered));
  return { recommendationId, requestId, modelVersion, variant, payload };
}

function traceOf({ manifest, isCached, latencyMs, answeredMs, ...answered }: Answered): TraceInit {
  return {
    ...answered,
    dataSnapshotId: manifest?.dataSnapshotId ?? "",
    pipelineGitSha: manifest?.pipelineGitSha ?? "",
    imageDigest: manifest?.imageDigest ?? "",
    cached: isCached,
    latency: durationOf(latencyMs),
    createTime: timestampFromMs(answeredMs),
  };
}

/** To the microsecond. */
function durationOf(ms: number): Duration {
  const us = Math.round(ms * 1_000);
  return create(DurationSchema, {
    seconds: BigInt(Math.floor(us / 1_000_000)),
    nanos: (us % 1_000_000) * 1_000,
  });
}
