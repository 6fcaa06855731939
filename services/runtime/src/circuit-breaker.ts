/** How much the last call counts in the share of calls that fail: about the last twenty decide. */
const WEIGHT = 0.05;
/** Opens above this share: one replica of two that fails everything does not. */
const OPEN_ABOVE = 0.8;
/** First time that it stays open, doubled with each probe that fails. */
const FIRST_OPEN_MS = 500;
const MAX_OPEN_MS = 5_000;

export type CircuitState = "closed" | "open" | "probing";

/**
 * Stops asking what nearly always fails: while it is open calls fail at once, which leaves the service alone and spares
 * callers the wait. After a pause one call is let through to see; it closes the circuit again or doubles the pause.
 */
export class CircuitBreaker {
  private failing = 0;
  private openMs = FIRST_OPEN_MS;
  private triesAgainAtMs = 0;
  private current: CircuitState = "closed";

  /**
   * @param changed is told of each change of state
   * @param random from 0 to 1, so that callers do not all probe at once
   */
  constructor(
    private readonly changed: (state: CircuitState) => void = () => {},
    private readonly now: () => number = () => performance.now(),
    private readonly random: () => number = Math.random,
  ) {}

  get state(): CircuitState {
    return this.current;
  }

  /** Milliseconds until a call may be made; 0 when this one may. */
  admit(): number {
    if (this.current === "closed") return 0;
    const leftMs = this.triesAgainAtMs - this.now();
    if (leftMs > 0) return leftMs;
    // Should the probe never end, there is another one after as long again.
    this.triesAgainAtMs = this.now() + this.openMs;
    this.become("probing");
    return 0;
  }

  succeeded(): void {
    this.failing -= this.failing * WEIGHT;
    if (this.current === "closed") return;
    this.failing = 0;
    this.openMs = FIRST_OPEN_MS;
    this.become("closed");
  }

  failed(): void {
    this.failing += (1 - this.failing) * WEIGHT;
    if (this.current === "probing") this.openMs = Math.min(this.openMs * 2, MAX_OPEN_MS);
    else if (this.current === "open" || this.failing <= OPEN_ABOVE) return;
    this.triesAgainAtMs = this.now() + this.openMs * (0.75 + this.random() / 2);
    this.become("open");
  }

  private become(state: CircuitState): void {
    if (state === this.current) return;
    this.current = state;
    this.changed(state);
  }
}
