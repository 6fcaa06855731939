/** A retry costs as much as so many calls earn. */
const CALLS_PER_RETRY = 5;
/** Retries that each second earns, so that a service that is seldom called is asked again too. */
const RETRIES_PER_SECOND = 3;
/** Most retries saved up: so many calls may be lost at once, with the replica that they were made to, and be made again. */
const MOST_RETRIES = 100;

const MOST = MOST_RETRIES * CALLS_PER_RETRY;

/**
 * Limits how much more a service is asked while it fails: by a fifth of the calls that are made to it, and a few each
 * second. Retries beyond would add to the load that is failing it.
 */
export class RetryBudget {
  /** In calls. */
  private left = MOST;
  private countedAtMs: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.countedAtMs = now();
  }

  /** Counts a call that is made for the first time. */
  earn(): void {
    if (this.left < MOST) this.left++;
  }

  /** Whether a call may be made again; counts it if so. */
  spend(): boolean {
    const nowMs = this.now();
    const earned = ((nowMs - this.countedAtMs) / 1_000) * RETRIES_PER_SECOND * CALLS_PER_RETRY;
    this.left = Math.min(MOST, this.left + earned);
    this.countedAtMs = nowMs;
    if (this.left < CALLS_PER_RETRY) return false;
    this.left -= CALLS_PER_RETRY;
    return true;
  }
}
