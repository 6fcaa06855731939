import type { FeedbackLog } from "./feedback-log.js";
import type { LiveState } from "./live-state.js";

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

/** What to learn weights on, and what to test them on that comes after it. */
export interface Split {
  readonly discoveries: number;
  readonly validation: readonly Discovery[];
  readonly test: readonly Discovery[];
}

/**
 * Finds the discoveries in a log: pairs of person and event where the event ended up saved, at the moment when
 * the person first saw, opened or saved it. That is the moment at which a ranking could have shown it to them:
 * a little later what they did with it would give the answer away. Events that are not known, or do not take place,
 * cannot be shown.
 */
export function splitByTime(log: FeedbackLog, { catalogue }: LiveState): Split {
  const first = new Map<number, Discovery>();
  const kept = new Map<number, boolean>();
  for (let place = 0; place < log.size; place++) {
    const { user, event, kind, occurMs } = log.rowAt(place);
    if (!catalogue.isOn(event)) continue;
    const pair = user * 2 ** 32 + event;
    if (!first.has(pair)) first.set(pair, { place, user, event, occurMs });
    if (kind === "save") kept.set(pair, true);
    if (kind === "unsave" || kind === "hide") kept.set(pair, false);
  }
  const discoveries = [...first].filter(([pair]) => kept.get(pair) === true).map(([, each]) => each);
  discoveries.sort((a, b) => a.place - b.place);
  const validationFrom = Math.floor(VALIDATION_FROM * discoveries.length);
  const testFrom = Math.floor(TEST_FROM * discoveries.length);
  return {
    discoveries: discoveries.length,
    validation: discoveries.slice(validationFrom, testFrom),
    test: discoveries.slice(testFrom),
  };
}

/** Goes through a log in time, bringing `state` to what it was at each moment. */
export class Replay {
  private place = 0;

  constructor(
    private readonly log: FeedbackLog,
    private readonly state: LiveState,
  ) {}

  /** Applies every row before this place. */
  upTo(place: number): void {
    for (; this.place < place; this.place++) {
      const { user, event, kind, occurMs } = this.log.rowAt(this.place);
      this.state.applyFeedback(user, event, kind, occurMs);
    }
  }
}

/** At most `most` of a list, evenly spread over it. */
export function thinned<Element>(list: readonly Element[], most: number): Element[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]!);
}
