import { withLength } from "@craic/numerics/typed-array.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import { featureName } from "../catalogue/feature-table.js";
import type { ByName } from "../catalogue/name-list.js";

/** Rarities are counted anew when there are this many times more or fewer events than at the last count. */
const STALE = 1.02;
/** Names looked up in a piece of work: some half a millisecond. */
const LOOKED_UP = 1_000;

/**
 * How much it says that two events have a feature in common: the inverse document frequency
 * ln(1 + N / df), as a share of what it is for a feature of one event only; 0 to 1.
 * Source: Spärck Jones, "A Statistical Interpretation of Term Specificity", 1972; smoothed.
 *
 * @param eventsWith df, events that have the feature
 * @param events N, events there are
 */
export function featureRarity(eventsWith: number, events: number): number {
  return Math.log1p(events / Math.max(1, eventsWith)) / Math.log1p(Math.max(1, events));
}

/** The rarity of every feature: as the model learned it, or counted in the catalogue where it knows none. */
export class Rarities {
  private rarities = new Float32Array(0);
  /** What the model says, −1 where it says nothing. */
  private learned = new Float32Array(0);
  /** How many of the features were looked up in the model, and how many are counted. */
  private lookedUp = 0;
  private countedFeatures = 0;
  private countedEvents = 0;

  /** @param byName the model's rarities by feature name */
  constructor(
    private readonly catalogue: Catalogue,
    private readonly byName: ByName<number>,
  ) {}

  /** By number of the feature; valid until the catalogue changes. */
  current(): Float32Array {
    const { features, known } = this.catalogue;
    const isStale = known > this.countedEvents * STALE || known * STALE < this.countedEvents;
    if (features.size !== this.countedFeatures || isStale) this.recount();
    return this.rarities;
  }

  /** Looks up in pieces what the model says of features that are new in the catalogue. `current` does what is left. */
  *lookUp(): Generator<void> {
    const { features } = this.catalogue;
    while (this.lookedUp < features.size) {
      const end = Math.min(this.lookedUp + LOOKED_UP, features.size);
      this.learned = withLength(this.learned, features.size);
      for (let f = this.lookedUp; f < end; f++) {
        this.learned[f] = this.byName.get(featureName(features.featureAt(f))) ?? -1;
      }
      this.lookedUp = end;
      yield;
    }
  }

  private recount(): void {
    const { features, known } = this.catalogue;
    for (const _ of this.lookUp());
    this.rarities = withLength(this.rarities, features.size);
    this.countedFeatures = features.size;
    this.countedEvents = known;
    for (let f = 0; f < features.size; f++) {
      const learned = this.learned[f]!;
      this.rarities[f] = learned < 0 ? featureRarity(features.eventsWith[f]!, known) : learned;
    }
  }
}
