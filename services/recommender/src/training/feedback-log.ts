import { type TypedArray, withLength } from "@craic/numerics/typed-array.js";
import type { FeedbackKind } from "../feedback/feedback.js";
import type { StoredFeedback } from "../feedback/feedback-store.js";
import type { LiveState } from "../ranking/live-state.js";

const kinds: readonly FeedbackKind[] = ["save", "unsave", "hide", "unhide", "click", "impression"];

/** All feedback as of one moment, to be gone through in the order in which it occurred. 17 bytes a row. */
export class FeedbackLog {
  size = 0;
  /** Order of arrival of the last row. */
  lastSeq = 0;
  /** Rows that were passed over because they tell of no instant. */
  ignored = 0;

  private users = new Uint32Array(0);
  private events = new Uint32Array(0);
  private kinds = new Uint8Array(0);
  private occurMs = new Float64Array(0);

  /** How many rows were read. */
  get rows(): number {
    return this.size + this.ignored;
  }

  /**
   * Takes in rows in their order of arrival. Users and events get the numbers that they have, or now get, in `state`.
   *
   * @param rest called between chunks, so that others can run
   */
  static async read(
    chunks: AsyncIterable<readonly StoredFeedback[]>,
    { behaviour, catalogue }: LiveState,
    rest: () => Promise<void> = async () => undefined,
  ): Promise<FeedbackLog> {
    const log = new FeedbackLog();
    for await (const rows of chunks) {
      for (const { seq, userId, eventId, kind, occurMs } of rows) {
        log.lastSeq = seq;
        if (!Number.isFinite(occurMs)) log.ignored++;
        else
          log.append(
            behaviour.userNumberOfBytes(userId),
            catalogue.eventNumberOfBytes(eventId),
            kind,
            occurMs,
          );
      }
      await rest();
    }
    log.sort();
    return log;
  }

  /** @param place in the order of occurrence, from 0 */
  rowAt(place: number): { user: number; event: number; kind: FeedbackKind; occurMs: number } {
    return {
      user: this.users[place]!,
      event: this.events[place]!,
      kind: kinds[this.kinds[place]!]!,
      occurMs: this.occurMs[place]!,
    };
  }

  /**
   * The places of each user's rows, in order: those of user u are places[offsets[u]] … places[offsets[u + 1] − 1].
   *
   * @param users how many there are
   */
  placesByUser(users: number): { offsets: Uint32Array; places: Uint32Array } {
    const offsets = new Uint32Array(users + 1);
    for (let place = 0; place < this.size; place++) offsets[this.users[place]! + 1]! += 1;
    for (let user = 0; user < users; user++) offsets[user + 1]! += offsets[user]!;
    const next = offsets.slice();
    const places = new Uint32Array(this.size);
    for (let place = 0; place < this.size; place++) {
      places[next[this.users[place]!]!++] = place;
    }
    return { offsets, places };
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

  /** Puts the rows in the order of occurrence; of two at one instant the one that came first is the first. */
  private sort(): void {
    const { occurMs } = this;
    const order = Uint32Array.from({ length: this.size }, (_, row) => row);
    order.sort((a, b) => occurMs[a]! - occurMs[b]! || a - b);
    const inOrder = <A extends TypedArray>(column: A): A => {
      const Same = column.constructor as new (length: number) => A;
      const sorted = new Same(order.length);
      for (let place = 0; place < order.length; place++) sorted[place] = column[order[place]!]!;
      return sorted;
    };
    this.users = inOrder(this.users);
    this.events = inOrder(this.events);
    this.kinds = inOrder(this.kinds);
    this.occurMs = inOrder(this.occurMs);
  }
}
