import type { Logger } from "@craic/runtime/log.js";
import type { LiveState } from "../ranking/live-state.js";
import type { FeedbackStore } from "./feedback-store.js";

const CHUNK = 5_000;
/** The longest that a row may take from getting its number to being visible. */
const LATE_MS = 10_000;
/** A row is not late by more numbers than this: others do not store so many while one takes its time. */
const LATE_ROWS = 5_000;
/** While the database cannot be reached it is asked this many times less often. */
const SLOWER = 5;

/**
 * Brings feedback from the database into memory: all of it at first, then what other replicas have stored.
 *
 * Rows get their number before they become visible, so that a number may appear after a larger one. Each look
 * therefore begins behind the largest number that was visible `LATE_MS` before the look before it, and at most
 * `LATE_ROWS` back: all up to there have been seen. Taking a row in twice changes nothing.
 */
export class FeedbackFollower {
  /** Largest numbers, and when they were visible, oldest first. */
  private readonly marks: { seq: number; visibleMs: number }[] = [];
  private seenUpTo = 0;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(
    private readonly store: FeedbackStore,
    private readonly state: LiveState,
    private readonly now: () => Date,
    private readonly log: Logger,
  ) {}

  /** Takes in what became visible since the last look. */
  async look(): Promise<void> {
    const beganMs = this.now().getTime();
    let seq = this.seenUpTo;
    for (;;) {
      const rows = await this.store.readAfter(seq, CHUNK);
      for (const { userId, eventId, kind, occurMs } of rows) {
        const user = this.state.behaviour.userNumberOfBytes(userId);
        const event = this.state.catalogue.eventNumberOfBytes(eventId);
        this.state.applyFeedback(user, event, kind, occurMs);
      }
      const last = rows.at(-1);
      if (last === undefined) break;
      seq = last.seq;
      this.marks.push({ seq, visibleMs: this.now().getTime() });
      if (rows.length < CHUNK) break;
    }
    this.seenUpTo = Math.max(this.seenUpTo, seq - LATE_ROWS);
    while (this.marks.length > 0 && this.marks[0]!.visibleMs <= beganMs - LATE_MS) {
      this.seenUpTo = Math.max(this.seenUpTo, this.marks.shift()!.seq);
    }
  }

  /** Looks every so often until closed. */
  start(everyMs: number): void {
    this.lookIn(everyMs, everyMs);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private lookIn(waitMs: number, everyMs: number): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      this.looking = this.lookOrWarn().then((looked) =>
        this.lookIn(looked ? everyMs : everyMs * SLOWER, everyMs),
      );
    }, waitMs);
    this.timer.unref();
  }

  private async lookOrWarn(): Promise<boolean> {
    try {
      await this.look();
      return true;
    } catch (error) {
      if (!this.isClosed) this.log.warn({ err: error }, "other replicas' feedback cannot be read");
      return false;
    }
  }
}
