import type { Attendance } from "./attendances.js";
import { type EventTraits, type TraitKind, traitKinds } from "./event-traits.js";

/** The kinds of trait that are followed from event to event. */
export const followedKinds = ["organiser", "region", "town"] as const satisfies readonly TraitKind[];
const isFollowed = Uint8Array.from(traitKinds, (kind) =>
  followedKinds.some((each) => each === kind) ? 1 : 0,
);

/** A person's latest events, which each new one is said to follow. */
const LATEST = 10;
/** Evidence, in events, for what people do whoever they are. */
const PRIOR = 5;
/** Probabilities below this are all the same. */
const FLOOR = 0.001;

/**
 * Where people went who had been where a person has been: how often an event with trait g came after one with
 * trait f of the same kind, over everybody.
 *
 *     P(g | f) = (n_fg + 5 p_g) / (n_f + 5),   p_g the share of g among all that came after anything
 *
 * An item-item model whose items are traits, so that it speaks for events that nobody has been to.
 */
export class Succession {
  /** n_fg at f · traits + g. */
  private readonly pairs = new Map<number, number>();
  private readonly from: Float64Array;
  private readonly to: Float64Array;
  private readonly total = new Float64Array(traitKinds.length);

  constructor(private readonly traits: EventTraits) {
    this.from = new Float64Array(traits.size);
    this.to = new Float64Array(traits.size);
  }

  /** Takes in that somebody went to an event, having been to these before. */
  add(past: readonly Attendance[], event: number): void {
    const { of, kindOf, size } = this.traits;
    for (const before of past.slice(-LATEST)) {
      for (const f of of[before.event]!) {
        const kind = kindOf[f]!;
        if (isFollowed[kind] === 0) continue;
        for (const g of of[event]!) {
          if (kindOf[g] !== kind) continue;
          this.pairs.set(f * size + g, (this.pairs.get(f * size + g) ?? 0) + 1);
          this.from[f]! += 1;
          this.to[g]! += 1;
          this.total[kind]! += 1;
        }
      }
    }
  }

  /**
   * How likely a trait is to come next, 0 (never) to 1 (surely), on a logarithmic scale.
   *
   * @param shares what part of a person's past has each trait
   */
  likelihood(shares: ReadonlyMap<number, number>, trait: number): number {
    const { kindOf, size } = this.traits;
    const kind = kindOf[trait]!;
    const base = this.to[trait]! / Math.max(1, this.total[kind]!);
    let probability = 0;
    for (const [f, share] of shares) {
      if (kindOf[f] !== kind) continue;
      const count = this.pairs.get(f * size + trait) ?? 0;
      probability += (share * (count + PRIOR * base)) / (this.from[f]! + PRIOR);
    }
    return 1 - Math.log(Math.min(1, FLOOR + probability)) / Math.log(FLOOR);
  }
}
