import { RaggedTable } from "@craic/numerics/ragged-table.js";
import { withLength } from "@craic/numerics/typed-array.js";
import { UuidIndex } from "@craic/numerics/uuid-index.js";
import { CLICK_LIKING, type FeedbackKind, SAVE_LIKING } from "./feedback.js";

const SAVED = 1;
const HIDDEN = 2;
const CLICKED = 4;
/** What a person said they want of an event, which opening it is not. */
const SAID = SAVED | HIDDEN;

/** How much is liked what is in each state. */
const likingOfState = Float64Array.from({ length: 8 }, (_, state) => {
  if ((state & HIDDEN) !== 0) return 0;
  if ((state & SAVED) !== 0) return SAVE_LIKING;
  return (state & CLICKED) !== 0 ? CLICK_LIKING : 0;
});

/** How much a person likes an event, 0 to 1, and since when. */
export interface Liking {
  readonly value: number;
  readonly sinceMs: number;
}

/** What feedback came to. */
interface Applied {
  readonly before: Liking;
  readonly after: Liking;
  readonly isNews: boolean;
}

/** What is on the screen again within an hour was there all the while. */
const VISIT_S = 60 * 60;

const NONE: Liking = { value: 0, sinceMs: 0 };

/** An event that a person has saved. */
export interface Saved {
  readonly event: number;
  readonly savedMs: number;
}

/**
 * What each person has done with each event, in flat arrays: the sparse matrix of people × events by rows,
 * with the state of every pair, and by columns, with the liking. Some 45 bytes a pair.
 *
 * Feedback may come in any order and more than once. Of saving and unsaving an event the one that occurred
 * last counts, of two at one instant the one that came last; hiding and unhiding likewise. Impressions are
 * counted by visit, so that taking one in again changes nothing.
 */
export class Behaviour {
  /** Row u: the events that user u has done something with. Instants are 0 where there is none. */
  readonly pairs = new RaggedTable({
    event: Uint32Array,
    state: Uint8Array,
    /** When it was last saved or unsaved, hidden or unhidden, opened. */
    savedMs: Float64Array,
    hiddenMs: Float64Array,
    clickedMs: Float64Array,
    /** Visits on which it was on the screen, and the beginning of the last one in seconds since 1970. */
    visits: Uint8Array,
    visitS: Uint32Array,
  });
  /** Row e: the people who like event e, in the order in which that began, and how much. */
  readonly likers = new RaggedTable({ user: Uint32Array, liking: Float32Array });
  /** How many people have done something with each event, if only had it on their screen. */
  audience = new Uint32Array(0);
  /** Σ liking² over the events that each user likes. */
  squaredNorms = new Float64Array(0);
  /** Σ liking² over the people who like each event. */
  eventSquaredNorms = new Float64Array(0);

  /** @param users numbers that users have already */
  constructor(readonly users = new UuidIndex()) {
    this.withRoom(users.size);
  }

  get bytes(): number {
    return (
      this.users.bytes +
      this.pairs.bytes +
      this.likers.bytes +
      this.audience.byteLength +
      this.squaredNorms.byteLength +
      this.eventSquaredNorms.byteLength
    );
  }

  /** The user's number, a new one if they have done nothing yet. */
  userNumber(userId: string): number {
    return this.withRoom(this.users.add(userId));
  }

  /** The same, from the 16 bytes of their id. */
  userNumberOfBytes(userId: Uint8Array): number {
    return this.withRoom(this.users.addBytes(userId));
  }

  /**
   * Takes one piece of feedback in. Returns what the user felt about the event before and what now, and whether
   * anything changed that a ranking takes note of.
   */
  apply(user: number, event: number, kind: FeedbackKind, occurMs: number): Applied {
    this.withRoom(user);
    const slot = this.findOrAppend(user, event);
    const before = this.likingAt(slot);
    const { state, visits } = this.pairs.columns;
    const [stateBefore, visitsBefore] = [state[slot], visits[slot]];
    this.change(slot, kind, occurMs);
    const after = this.likingAt(slot);
    if (after.value !== before.value) this.recordLiking(user, event, before.value, after.value);
    const isNews =
      after.value !== before.value ||
      after.sinceMs !== before.sinceMs ||
      (state[slot]! & SAID) !== (stateBefore! & SAID) ||
      visits[slot] !== visitsBefore;
    return { before, after, isNews };
  }

  /** Whether nothing is known of somebody. @param userId "" for nobody in particular */
  isNew(userId: string): boolean {
    const user = userId === "" ? -1 : this.users.find(userId);
    return user < 0 || this.pairs.lengths[user] === 0;
  }

  /** The pair's slot in `pairs`; −1 when the user has done nothing with the event. */
  find(user: number, event: number): number {
    if (user < 0) return -1;
    const events = this.pairs.columns.event;
    const begin = this.pairs.offsets[user]!;
    const end = begin + this.pairs.lengths[user]!;
    for (let slot = begin; slot < end; slot++) if (events[slot] === event) return slot;
    return -1;
  }

  /** How much the pair's user likes its event. */
  valueAt(slot: number): number {
    return likingOfState[this.pairs.columns.state[slot]!]!;
  }

  /** Since when the pair's user likes its event, which they must. */
  likedSinceMs(slot: number): number {
    const { savedMs, clickedMs } = this.pairs.columns;
    return this.isSavedAt(slot) ? savedMs[slot]! : clickedMs[slot]!;
  }

  likingAt(slot: number): Liking {
    const value = this.valueAt(slot);
    return value === 0 ? NONE : { value, sinceMs: this.likedSinceMs(slot) };
  }

  /** On how many visits the event was on the person's screen and they did nothing with it. */
  passedOverAt(slot: number): number {
    const { state, visits } = this.pairs.columns;
    return state[slot] === 0 ? visits[slot]! : 0;
  }

  /** Whether the pair's user has saved or hidden its event. */
  isHandledAt(slot: number): boolean {
    return slot >= 0 && (this.pairs.columns.state[slot]! & SAID) !== 0;
  }

  isSavedAt(slot: number): boolean {
    return slot >= 0 && (this.pairs.columns.state[slot]! & SAVED) !== 0;
  }

  isHiddenAt(slot: number): boolean {
    return slot >= 0 && (this.pairs.columns.state[slot]! & HIDDEN) !== 0;
  }

  /** What a user has saved, in no order. */
  savedBy(user: number): Saved[] {
    if (user < 0) return [];
    const { event, savedMs } = this.pairs.columns;
    const begin = this.pairs.offsets[user]!;
    const saved: Saved[] = [];
    for (let slot = begin; slot < begin + this.pairs.lengths[user]!; slot++) {
      if (this.isSavedAt(slot)) saved.push({ event: event[slot]!, savedMs: savedMs[slot]! });
    }
    return saved;
  }

  /** Gives up the room that was left for growth, after many rows were read at once. */
  compact(): void {
    this.pairs.compact();
    this.likers.compact();
  }

  private withRoom(user: number): number {
    this.squaredNorms = withLength(this.squaredNorms, user + 1);
    this.pairs.ensureRows(user + 1);
    return user;
  }

  private findOrAppend(user: number, event: number): number {
    const found = this.find(user, event);
    if (found >= 0) return found;
    this.audience = withLength(this.audience, event + 1);
    this.audience[event]! += 1;
    const slot = this.pairs.append(user);
    const { columns } = this.pairs;
    columns.event[slot] = event;
    for (const name of ["state", "savedMs", "hiddenMs", "clickedMs", "visits", "visitS"] as const) {
      columns[name][slot] = 0;
    }
    return slot;
  }

  private change(slot: number, kind: FeedbackKind, occurMs: number): void {
    const { savedMs, hiddenMs, clickedMs, visits, visitS } = this.pairs.columns;
    switch (kind) {
      case "impression":
        if (occurMs / 1_000 >= visitS[slot]! + VISIT_S) {
          visitS[slot] = occurMs / 1_000;
          visits[slot] = Math.min(255, visits[slot]! + 1);
        }
        break;
      case "save":
      case "unsave":
        if (occurMs >= savedMs[slot]!) {
          savedMs[slot] = occurMs;
          this.setState(slot, SAVED, kind === "save");
        }
        break;
      case "hide":
      case "unhide":
        if (occurMs >= hiddenMs[slot]!) {
          hiddenMs[slot] = occurMs;
          this.setState(slot, HIDDEN, kind === "hide");
        }
        break;
      case "click":
        clickedMs[slot] = Math.max(clickedMs[slot]!, occurMs);
        this.setState(slot, CLICKED, true);
        break;
    }
  }

  private setState(slot: number, bit: number, on: boolean): void {
    const { state } = this.pairs.columns;
    state[slot] = on ? state[slot]! | bit : state[slot]! & ~bit;
  }

  private recordLiking(user: number, event: number, before: number, after: number): void {
    const difference = after ** 2 - before ** 2;
    this.squaredNorms[user]! += difference;
    this.eventSquaredNorms = withLength(this.eventSquaredNorms, event + 1);
    this.eventSquaredNorms[event]! += difference;
    if (before === 0) {
      const slot = this.likers.append(event);
      this.likers.columns.user[slot] = user;
      this.likers.columns.liking[slot] = after;
      return;
    }
    const slot = this.likers.columns.user.indexOf(user, this.likers.offsets[event]!);
    if (after === 0) this.likers.remove(event, slot);
    else this.likers.columns.liking[slot] = after;
  }
}
