import { durationMs } from "@bufbuild/protobuf/wkt";
import type { HandlerContext } from "@connectrpc/connect";
import type { Logger } from "@craic/runtime/log.js";
import { LruMap } from "@craic/runtime/lru-map.js";
import { RepeatedTask } from "@craic/runtime/repeated-task.js";
import { unpackTrace } from "../traces/trace-payload.js";
import type { Origin, StoredOrigin, TraceStore } from "../traces/trace-store.js";
import type { Feedback } from "./feedback.js";

/** Answers that are remembered, some 300 bytes each: those of the last minutes, which most feedback is about. */
const MOST_REMEMBERED = 10_000;
/** Pieces of feedback that wait for a look at the traces; more are attributed to nobody. */
const MOST_WAITING = 5_000;
/** A trace is written within a second of its answer; feedback may be faster. */
const LOOK_EVERY_MS = 2_000;

/** Of a recommendation whose origin is not known, made elsewhere and not sampled, or too long ago; or made for another. */
export const unknownOrigin: Origin = { modelVersion: "unknown", variant: "" };

/** On whose word feedback came. */
export interface Teller {
  /** The header of their call; "" for who is not signed in. */
  readonly authorization: string;
  /** The browser's id; "" where it has none. */
  readonly anonymousId: string;
}

/** Who makes a call. @param anonymousId what it says of the browser that it comes from */
export function tellerOf(
  { requestHeader }: Pick<HandlerContext, "requestHeader">,
  anonymousId: string,
): Teller {
  return { authorization: requestHeader.get("authorization") ?? "", anonymousId };
}

/** Told of feedback on one recommendation with one and the same origin, as long as that is remembered. */
export type OnAttributed = (origin: Origin, feedback: Feedback, teller: Teller) => void;

/** A piece of feedback whose recommendation was not made here lately. */
interface Waiting {
  readonly feedback: Feedback;
  readonly teller: Teller;
}

/**
 * Finds out which model made the recommendation that feedback came from, and tells those who want to know: from
 * memory where this replica answered it lately, otherwise from the traces, a few seconds later. Each piece of
 * feedback is told of once, by the replica that stored it.
 */
export class Attribution {
  private readonly remembered = new LruMap<string, Origin>(MOST_REMEMBERED);
  private readonly listeners = new Set<OnAttributed>();
  /** What the next look is for, and what came in since the last one. */
  private due: Waiting[] = [];
  private recent: Waiting[] = [];
  private looking: RepeatedTask | undefined;

  constructor(
    private readonly store: Pick<TraceStore, "originsOf">,
    private readonly log: Logger,
  ) {}

  /** Has all feedback from now on told to `listener`. Returns what ends that. */
  subscribe(listener: OnAttributed): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Notes what made a recommendation that was answered here; its first page tells. */
  remember(recommendationId: string, origin: Origin): void {
    if (this.remembered.peek(recommendationId) === undefined) this.remembered.set(recommendationId, origin);
  }

  /** Takes in feedback that is new. */
  take(batch: readonly Feedback[], teller: Teller): void {
    for (const feedback of batch) {
      if (feedback.recommendationId === "") continue;
      const origin = this.remembered.peek(feedback.recommendationId);
      if (origin !== undefined) this.tell(origin, feedback, teller);
      else if (this.due.length + this.recent.length >= MOST_WAITING)
        this.tell(unknownOrigin, feedback, teller);
      else this.recent.push({ feedback, teller });
    }
  }

  /** Looks up what came in before the last look. Throws when the database cannot, and then it is looked up later. */
  async look(): Promise<void> {
    const ids = [...new Set(this.due.map(({ feedback }) => feedback.recommendationId))];
    const stored = ids.length === 0 ? new Map<string, StoredOrigin>() : await this.store.originsOf(ids);
    const origins = new Map<string, Origin>();
    for (const [id, each] of stored) origins.set(id, await originFrom(each));
    const found = this.due;
    this.due = this.recent;
    this.recent = [];
    for (const { feedback, teller } of found) {
      this.tell(origins.get(feedback.recommendationId) ?? unknownOrigin, feedback, teller);
    }
  }

  /** Looks every so often until closed. */
  start(): void {
    this.looking = new RepeatedTask(
      () => this.look(),
      LOOK_EVERY_MS,
      (error) => this.log.warn({ err: error }, "feedback cannot be attributed for the moment"),
    ).start();
  }

  async close(): Promise<void> {
    await this.looking?.close();
  }

  /** What was made for one person was not shown to another, whatever that one says. */
  private tell(made: Origin, feedback: Feedback, teller: Teller): void {
    const isTheirs = !made.userId || made.userId === feedback.userId;
    const origin = isTheirs ? made : unknownOrigin;
    for (const listener of this.listeners) listener(origin, feedback, teller);
  }
}

async function originFrom({ modelVersion, variant, payload }: StoredOrigin): Promise<Origin> {
  return { modelVersion, variant, ...(payload && (await servingFrom(payload))) };
}

/** What cannot be read any more is not known: it must not stand in the way of what came after it. */
async function servingFrom(payload: Uint8Array): Promise<Pick<Origin, "userId" | "serving"> | undefined> {
  const trace = await unpackTrace(payload).catch(() => undefined);
  if (trace === undefined || trace.experimentId === "") return undefined;
  const { experimentId, userId, cityId, isNew, latency } = trace;
  const latencyMs = latency ? durationMs(latency) : 0;
  return { userId, serving: { experimentId, cityId, isNew, latencyMs } };
}
