import { kolmogorovSmirnov, populationStabilityIndex } from "@craic/numerics/distribution-shift.js";
import { binOf } from "@craic/numerics/quantile-bins.js";
import { driftFeatures, eachDriftValue, type WatchedList } from "./drift-features.js";
import { binsOf, type DriftReference, edgesOf } from "./drift-reference.js";

/** One list in so many is looked at. */
const EVERY = 8;
/** The window moves by a twelfth of its length at a time. */
const SLICES = 12;
/** Fewer numbers than this say nothing about a distribution. */
const FEWEST = 500;

/** How far one feature has moved from what it was when the model was tested. */
export interface Drift {
  readonly feature: string;
  /** Numbers in the window. */
  readonly samples: number;
  /** Population stability index, ≥ 0; undefined where there are too few numbers. */
  readonly psi?: number;
  /** Statistic of Kolmogorov and Smirnov, 0 to 1; undefined where there are too few numbers. */
  readonly ks?: number;
}

/** Compares what is ranked now, within a sliding window, with what the model was tested on. */
export class DriftMonitor {
  private reference: DriftReference | undefined;
  /** Counts by feature and bin of each slice of the window, in a ring. */
  private slices: Uint32Array[] = [];
  /** Number of the newest slice since 1970. */
  private newest = 0;
  private lists = 0;

  /** @param windowMs length of the window, in milliseconds */
  constructor(
    private readonly windowMs: number,
    private readonly now: () => Date,
  ) {}

  /** Compares with another model's reference from now on, or with none; forgets what was seen. */
  compareWith(reference: DriftReference | undefined): void {
    if (reference === this.reference) return;
    this.reference = reference;
    const { length = 0 } = reference?.counts ?? {};
    this.slices =
      reference === undefined ? [] : Array.from({ length: SLICES }, () => new Uint32Array(length));
  }

  /**
   * Takes a list in, if it is one of those that are looked at; `describe` is asked only then.
   *
   * @param reference of the model that ranked it, which counts only if it is the one that is compared with
   */
  offer(reference: DriftReference | undefined, describe: () => WatchedList): void {
    if (reference === undefined || reference !== this.reference || this.lists++ % EVERY !== 0) return;
    this.moveOn();
    const counts = this.slices[this.newest % SLICES]!;
    eachDriftValue(describe(), (feature, value) => {
      binsOf(counts, feature)[binOf(edgesOf(reference, feature), value)]! += 1;
    });
  }

  /** Of each feature; of none where there is nothing to compare with. */
  measure(): Drift[] {
    const { reference } = this;
    if (reference === undefined) return [];
    this.moveOn();
    return driftFeatures.map((feature, i) => {
      const expected = binsOf(reference.counts, i);
      const actual = new Float64Array(expected.length);
      for (const slice of this.slices) {
        for (const [bin, count] of binsOf(slice, i).entries()) actual[bin]! += count;
      }
      const samples = actual.reduce((sum, count) => sum + count, 0);
      if (samples < FEWEST) return { feature, samples };
      const psi = populationStabilityIndex(expected, actual);
      return { feature, samples, psi, ks: kolmogorovSmirnov(expected, actual) };
    });
  }

  private sliceNow(): number {
    return Math.floor((SLICES * this.now().getTime()) / this.windowMs);
  }

  /** Empties the slices that have come round since they were written. */
  private moveOn(): void {
    const current = this.sliceNow();
    const from = Math.max(this.newest + 1, current - SLICES + 1);
    for (let slice = from; slice <= current; slice++) this.slices[slice % SLICES]!.fill(0);
    this.newest = Math.max(this.newest, current);
  }
}
