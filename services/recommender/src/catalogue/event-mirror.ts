import { setTimeout as wait } from "node:timers/promises";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import type { EventService, WatchEventsResponse } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { batches } from "@craic/runtime/batches.js";
import type { Logger } from "@craic/runtime/log.js";
import { publicError } from "@craic/runtime/wire-error.js";
import type { LiveState } from "../ranking/live-state.js";
import { eventFromProto } from "./event-from-proto.js";
import type { MirrorStore } from "./mirror-store.js";

/** How long one watch lasts before it is begun again where it was; every call has a deadline. */
const WATCH_MS = 60 * 60_000;
const MAX_BATCH = 500;
/** How long a change waits for others to be written with. */
const LINGER_MS = 50;

/** At a start the events service often comes up last, which is no news; what lasts is told again every minute. */
const WARN_MS = { after: 10_000, every: 60_000 };

export interface EventMirrorOptions {
  readonly client: Pick<Client<typeof EventService>, "watchEvents">;
  readonly store: MirrorStore;
  readonly state: LiveState;
  readonly log: Logger;
  /** Shortest and longest time until a watch that broke is tried again, in milliseconds. */
  readonly retryMs: { readonly first: number; readonly most: number };
  /** How long it may be tried in vain before it is warned of, and how often it then is, in milliseconds. */
  readonly warnMs?: { readonly after: number; readonly every: number };
}

/**
 * Keeps a copy of every event: in memory, where a change counts at once, and in the database, from which the
 * next start goes on.
 */
export class EventMirror {
  private resumeToken = "";
  private hasCaughtUp = false;
  /** For how long events could not be followed. */
  private inVainMs = 0;
  /** The next warning is due when it has been in vain for so long. */
  private warnAtMs: number;
  private readonly stopping = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(private readonly options: EventMirrorOptions) {
    this.warnAtMs = this.warnMs.after;
  }

  /** Whether the events are all there: the copy of an earlier day was loaded, or the watch has caught up. */
  get isReady(): boolean {
    return this.hasCaughtUp || this.options.state.catalogue.known > 0;
  }

  /** Reads the database's copy into memory. */
  async load(): Promise<void> {
    const { store, state } = this.options;
    // The token first: events read after it are as new as it or newer.
    this.resumeToken = await store.resumeToken();
    for await (const events of store.readAll()) for (const event of events) state.applyEvent(event);
  }

  /** Follows the events service until closed, whether it can be reached or not. */
  start(): void {
    this.following = this.follow();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.following;
  }

  private get warnMs() {
    return this.options.warnMs ?? WARN_MS;
  }

  private async follow(): Promise<void> {
    const { log, retryMs } = this.options;
    const { signal } = this.stopping;
    for (let waitMs = retryMs.first; !signal.aborted; ) {
      const resumedFrom = this.resumeToken;
      try {
        await this.watch();
      } catch (reason) {
        if (signal.aborted) return;
        const { code, message } = ConnectError.from(reason);
        if (this.inVainMs === 0) waitMs = retryMs.first;
        if (code === Code.InvalidArgument && resumedFrom !== "") {
          log.warn(
            { why: message },
            "the events service does not know where the mirror was; it begins again",
          );
          this.resumeToken = "";
        } else if (code !== Code.DeadlineExceeded) {
          this.tellOf(reason, waitMs);
          this.inVainMs += waitMs;
        }
      }
      await wait(waitMs, undefined, { signal }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, retryMs.most);
    }
  }

  /** Tells of an attempt that failed: whoever debugs of each, everybody else of one in a while. */
  private tellOf(failure: unknown, retryMs: number): void {
    const { inVainMs } = this;
    const isDue = inVainMs >= this.warnAtMs;
    if (isDue) this.warnAtMs = inVainMs + this.warnMs.every;
    const { code, message } = publicError(failure);
    // Whoever must mend a fault of ours needs to know where it is; an outage is told of in a sentence.
    const isFault = code === Code.Internal && !(failure instanceof ConnectError);
    const why = isFault ? { err: failure } : { why: message };
    const level = isDue ? "warn" : "debug";
    this.options.log[level]({ ...why, retryMs, inVainMs }, "events cannot be followed; trying again");
  }

  private hasProgressed(): void {
    const wasWarnedOf = this.warnAtMs > this.warnMs.after;
    if (wasWarnedOf) this.options.log.info({ inVainMs: this.inVainMs }, "events are followed again");
    this.inVainMs = 0;
    this.warnAtMs = this.warnMs.after;
  }

  private async watch(): Promise<void> {
    const { client, store } = this.options;
    const { signal } = this.stopping;
    const changes = client.watchEvents({ resumeToken: this.resumeToken }, { signal, timeoutMs: WATCH_MS });
    for await (const batch of batches(
      this.applied(changes),
      ({ length }) => length >= MAX_BATCH,
      LINGER_MS,
    )) {
      const events = batch.flatMap(({ event }) => (event === undefined ? [] : [eventFromProto(event)]));
      const { resumeToken } = batch.at(-1)!;
      await store.save(events, resumeToken);
      this.resumeToken = resumeToken;
      this.hasProgressed();
      if (batch.some(({ event }) => event === undefined)) this.hasCaughtUp = true;
    }
  }

  /** The same changes; each counts in memory as soon as it is here. */
  private async *applied(changes: AsyncIterable<WatchEventsResponse>): AsyncGenerator<WatchEventsResponse> {
    for await (const change of changes) {
      if (change.event !== undefined) this.options.state.applyEvent(eventFromProto(change.event));
      yield change;
    }
  }
}
