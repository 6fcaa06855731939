import type { FeedbackKind } from "../feedback/feedback.js";
import type { LiveState } from "../ranking/live-state.js";
import type { FeedbackLog } from "./feedback-log.js";

/** A person's first sight of an event that they then kept. */
export interface Discovery {
  /** Place in the log of the first row about the two. */
  readonly place: number;
  readonly user: number;
  readonly event: number;
  readonly occurMs: number;
}

/** The last discoveries in time are held out: of all of them, these shares. */
const VALIDATION_FROM = 0.4;
const TEST_FROM = 0.7;

/** What to learn weights on, and what to test them on that comes after it: places of discoveries, in order. */
export interface Split {
  readonly discoveries: number;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Finds the discoveries in a log: pairs of person and event where the event ended up saved, at the moment when
 * the person first saw, opened or saved it. That is the moment at which a ranking could have shown it to them:
 * a little later what they did with it would give the answer away. Events that are not known, or do not take place,
 * cannot be shown.
 *
 * Memory: 8 bytes a row of the log.
 */
export function splitByTime(log: FeedbackLog, { behaviour, catalogue }: LiveState): Split {
  const users = behaviour.users.size;
  const { offsets, places } = log.placesByUser(users);
  // What was found is kept where the places of the users that were looked at already were: there are fewer.
  let found = 0;
  for (let user = 0; user < users; user++) {
    const pairs = new Map<number, { first: number; kept: boolean }>();
    for (let i = offsets[user]!; i < offsets[user + 1]!; i++) {
      const place = places[i]!;
      const { event, kind } = log.rowAt(place);
      if (!catalogue.isOn(event)) continue;
      const pair = pairs.get(event) ?? { first: place, kept: false };
      pairs.set(event, { first: pair.first, kept: keptAfter(kind, pair.kept) });
    }
    for (const { first, kept } of pairs.values()) if (kept) places[found++] = first;
  }
  const discoveries = places.slice(0, found).sort();
  const validationFrom = Math.floor(VALIDATION_FROM * found);
  const testFrom = Math.floor(TEST_FROM * found);
  return {
    discoveries: found,
    validation: discoveries.slice(validationFrom, testFrom),
    test: discoveries.slice(testFrom),
  };
}

function keptAfter(kind: FeedbackKind, before: boolean): boolean {
  switch (kind) {
    case "save":
      return true;
    case "unsave":
    case "hide":
      return false;
    case "unhide":
    case "click":
    case "impression":
      return before;
  }
}

/** The discoveries at these places of a log; of more than `most` as many, evenly spread. */
export function discoveriesAt(log: FeedbackLog, places: Uint32Array, most: number): Discovery[] {
  return Array.from({ length: Math.min(most, places.length) }, (_, i) => {
    const place = places.length <= most ? places[i]! : places[Math.floor((i * places.length) / most)]!;
    const { user, event, occurMs } = log.rowAt(place);
    return { place, user, event, occurMs };
  });
}

/** Goes through a log in time, bringing `state` to what it was at each moment. */
export class Replay {
  private place = 0;

  constructor(
    private readonly log: FeedbackLog,
    readonly state: LiveState,
  ) {}

  /** Applies every row before this place. */
  upTo(place: number): void {
    for (; this.place < place; this.place++) {
      const { user, event, kind, occurMs } = this.log.rowAt(this.place);
      this.state.applyFeedback(user, event, kind, occurMs);
    }
  }
}
