import { binOf, quantileEdges } from "@craic/numerics/quantile-bins.js";
import { driftFeatures, eachDriftValue, type WatchedList } from "./drift-features.js";

/** Bins of about equal weight that a feature's distribution is kept by. */
const BINS = 16;
/** One more edge than between those, for what is below the smallest value. */
export const EDGES = BINS;

/**
 * How the numbers of driftFeatures were distributed when the model was tested, feature by feature in that order.
 * Kept with the model.
 */
export interface DriftReference {
  /** [features × EDGES] upper edges of the bins, ascending; Infinity where there are fewer. */
  readonly edges: Float64Array;
  /** [features × (EDGES + 1)] how many numbers were in each bin. */
  readonly counts: Float64Array;
}

/** The edges of one feature's bins. */
export function edgesOf({ edges }: Pick<DriftReference, "edges">, feature: number): Float64Array {
  return edges.subarray(feature * EDGES, (feature + 1) * EDGES);
}

/** One feature's bins, of the reference or of any array of that shape. */
export function binsOf<Counts extends Float64Array | Uint32Array>(counts: Counts, feature: number): Counts {
  return counts.subarray(feature * (EDGES + 1), (feature + 1) * (EDGES + 1)) as Counts;
}

/** Gathers what a model's lists are like, while it is tested. Some 4 KB a list. */
export class DriftSurvey {
  private readonly values: number[][] = driftFeatures.map(() => []);

  add(list: WatchedList): void {
    eachDriftValue(list, (feature, value) => void this.values[feature]!.push(value));
  }

  /** undefined when there was no list with an event in it. */
  reference(): DriftReference | undefined {
    if (this.values.some(({ length }) => length === 0)) return undefined;
    const edges = new Float64Array(driftFeatures.length * EDGES).fill(Number.POSITIVE_INFINITY);
    const counts = new Float64Array(driftFeatures.length * (EDGES + 1));
    this.values.forEach((values, feature) => {
      edges.set(quantileEdges(Float64Array.from(values), BINS), feature * EDGES);
      const own = edgesOf({ edges }, feature);
      const bins = binsOf(counts, feature);
      for (const value of values) bins[binOf(own, value)]! += 1;
    });
    return { edges, counts };
  }
}

/** Whether a reference that was read from a file is of as many features as driftFeatures. */
export function isOfThese({ edges, counts }: DriftReference): boolean {
  const features = driftFeatures.length;
  return edges.length === features * EDGES && counts.length === features * (EDGES + 1);
}

/** What is wrong with such a reference; undefined when it can be used. */
export function problemOf({ edges, counts }: DriftReference): string | undefined {
  if (!counts.every((count) => Number.isFinite(count) && count >= 0)) return "a count is not one";
  for (let feature = 0; feature < driftFeatures.length; feature++) {
    const own = edgesOf({ edges }, feature);
    if (!own.every((edge, i) => !Number.isNaN(edge) && edge >= (own[i - 1] ?? edge))) {
      return `the edges of ${driftFeatures[feature]} do not ascend`;
    }
    if (binsOf(counts, feature).every((count) => count === 0)) {
      return `${driftFeatures[feature]} was never seen`;
    }
  }
  return undefined;
}
