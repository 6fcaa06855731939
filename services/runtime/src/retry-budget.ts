/** What each call that is made adds, in retries. */
const SHARE = 0.2;
/** What each second adds, so that a service that is seldom called is asked again too. */
const PER_SECOND = 3;
/** Most that is saved up: as many calls may be lost at once, with the replica that they were made to, and be made again. */
const MOST = 100;

/**
 * Limits how much more a service is asked while it fails: by a fifth of the calls that are made to it, and a few each
 * second. Retries beyond would add to the load that is failing it.
 */
export class RetryBudget {
  private left = MOST;
  private countedAtMs: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.countedAtMs = now();
  }

  /** Counts a call that is made for the first time. */
  earn(): void {
    this.left = Math.min(MOST, this.left + SHARE);
  }

  /** Whether a call may be made again; counts it if so. */
  spend(): boolean {
    const nowMs = this.now();
    this.left = Math.min(MOST, this.left + ((nowMs - this.countedAtMs) / 1_000) * PER_SECOND);
    this.countedAtMs = nowMs;
    if (this.left < 1) return false;
    this.left--;
    return true;
  }
}
