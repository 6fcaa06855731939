import type { Algorithm } from "./ranker.js";
import type { Scope } from "./scope.js";

/** A recommendation that has begun: what was ranked for whom, as far as anybody has looked. */
export interface Recommendation {
  readonly recommendationId: string;
  /** "" for nobody in particular. */
  readonly userId: string;
  readonly scope: Scope;
  readonly algorithm: Algorithm;
  readonly modelVersion: string;
  /** Events in the order of the list, by number, and what each was ranked by. */
  readonly events: number[];
  readonly scores: number[];
  /** Whether the list holds all there was to rank. */
  isComplete: boolean;
}

/** What an entry takes beside its list: the object, its strings, the map's own. */
const ENTRY_BYTES = 700;
/** One number in each of the two lists. */
const ITEM_BYTES = 16;

interface Held {
  readonly recommendation: Recommendation;
  readonly expireMs: number;
  bytes: number;
}

/**
 * Holds recommendations for their later pages: for so long after they began, and no more of them than so many
 * bytes; the one that nobody has looked at for longest goes first.
 */
export class RecommendationShelf {
  private readonly held = new Map<string, Held>();
  private heldBytes = 0;

  constructor(
    private readonly limits: { readonly maxBytes: number; readonly ttlMs: number },
    private readonly now: () => Date,
  ) {}

  get bytes(): number {
    return this.heldBytes;
  }

  /** Takes a recommendation in, or notes that its list has become longer. */
  put(recommendation: Recommendation): void {
    const { recommendationId, events } = recommendation;
    const known = this.held.get(recommendationId);
    if (known !== undefined) this.drop(recommendationId, known);
    const expireMs = known?.expireMs ?? this.now().getTime() + this.limits.ttlMs;
    const bytes = ENTRY_BYTES + ITEM_BYTES * events.length;
    this.held.set(recommendationId, { recommendation, expireMs, bytes });
    this.heldBytes += bytes;
    for (const [id, oldest] of this.held) {
      if (this.heldBytes <= this.limits.maxBytes) break;
      this.drop(id, oldest);
    }
  }

  /** undefined when it is not held any more, or never was. */
  find(recommendationId: string): Recommendation | undefined {
    const found = this.held.get(recommendationId);
    if (found === undefined) return undefined;
    this.held.delete(recommendationId);
    if (found.expireMs <= this.now().getTime()) {
      this.heldBytes -= found.bytes;
      return undefined;
    }
    this.held.set(recommendationId, found); // now the one looked at last
    return found.recommendation;
  }

  private drop(recommendationId: string, { bytes }: Held): void {
    this.held.delete(recommendationId);
    this.heldBytes -= bytes;
  }
}
