import { kendallTau, overlapAt } from "@craic/numerics/rank-agreement.js";
import { RecentNumbers } from "./recent-numbers.js";

/** k of the overlap: what a person sees without turning the page. */
export const SHADOW_TOP = 10;
const MOST_LATENCIES = 1_024;

/** How two versions have ranked the same requests, since they came together. */
export class ShadowComparison {
  /** Requests that both have ranked, that were left out because too many waited, and that the shadow failed at. */
  requests = 0;
  dropped = 0;
  failures = 0;
  readonly shadowMs = new RecentNumbers(MOST_LATENCIES);
  readonly controlMs = new RecentNumbers(MOST_LATENCIES);
  private overlaps = 0;
  private correlations = 0;
  private correlated = 0;

  constructor(
    readonly shadowVersion: string,
    readonly controlVersion: string,
  ) {}

  /** Takes in two lists for one request, best first. */
  add(shadow: ArrayLike<number>, control: ArrayLike<number>): void {
    this.requests++;
    this.overlaps += overlapAt(SHADOW_TOP, control, shadow);
    const correlation = kendallTau(control, shadow);
    if (correlation === undefined) return;
    this.correlated++;
    this.correlations += correlation;
  }

  /** 0 to 1; 0 when there were no requests. */
  get meanOverlap(): number {
    return this.requests === 0 ? 0 : this.overlaps / this.requests;
  }

  /** −1 to 1; 0 when no two lists had two events in common. */
  get meanCorrelation(): number {
    return this.correlated === 0 ? 0 : this.correlations / this.correlated;
  }
}
