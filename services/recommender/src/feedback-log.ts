import { withLength } from "@craic/numerics/typed-array.js";
import type { FeedbackKind } from "./feedback.js";
import { type FeedbackStore, readAll } from "./feedback-store.js";
import type { LiveState } from "./live-state.js";

const kinds: readonly FeedbackKind[] = ["save", "unsave", "hide", "unhide", "click", "impression"];

/** All feedback as of one moment, to be gone through in the order in which it occurred. 21 bytes a row. */
export class FeedbackLog {
  size = 0;
  /** Order of arrival of the last row: rows are never changed, so this names the whole. */
  lastSeq = 0;
  private users = new Uint32Array(0);
  private events = new Uint32Array(0);
  private kinds = new Uint8Array(0);
  private occurMs = new Float64Array(0);
  private order = new Uint32Array(0);

  /** Reads everything. Users and events get the numbers that they have, or now get, in `state`. */
  static async read(store: FeedbackStore, { behaviour, catalogue }: LiveState): Promise<FeedbackLog> {
    const log = new FeedbackLog();
    for await (const rows of readAll(store)) {
      for (const { seq, userId, eventId, kind, occurMs } of rows) {
        log.lastSeq = seq;
        log.append(behaviour.userNumberOfBytes(userId), catalogue.eventNumberOfBytes(eventId), kind, occurMs);
      }
    }
    log.sort();
    return log;
  }

  /** @param place in the order of occurrence, from 0 */
  rowAt(place: number): { user: number; event: number; kind: FeedbackKind; occurMs: number } {
    const row = this.order[place]!;
    return {
      user: this.users[row]!,
      event: this.events[row]!,
      kind: kinds[this.kinds[row]!]!,
      occurMs: this.occurMs[row]!,
    };
  }

  private append(user: number, event: number, kind: FeedbackKind, occurMs: number): void {
    const row = this.size++;
    this.users = withLength(this.users, this.size);
    this.events = withLength(this.events, this.size);
    this.kinds = withLength(this.kinds, this.size);
    this.occurMs = withLength(this.occurMs, this.size);
    this.users[row] = user;
    this.events[row] = event;
    this.kinds[row] = kinds.indexOf(kind);
    this.occurMs[row] = occurMs;
  }

  private sort(): void {
    this.order = Uint32Array.from({ length: this.size }, (_, row) => row);
    this.order.sort((a, b) => this.occurMs[a]! - this.occurMs[b]! || a - b);
  }
}
