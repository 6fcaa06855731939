/** How many of a variant's people did something. */
export interface Proportion {
  readonly users: number;
  /** People who did it, once or more often; at most `users`. */
  readonly conversions: number;
}

/** A number of each person, added up: what a mean and its variance are made from. */
export interface Moments {
  readonly users: number;
  /** Σ y over the people. */
  readonly sum: number;
  /** Σ y². */
  readonly sumOfSquares: number;
}

/** An estimate and the bounds that it lies between. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How one variant differs from the control. */
export interface Comparison {
  /** Mean of the variant less mean of the control, in the metric's unit. */
  readonly difference: number;
  readonly differenceInterval: Interval;
  /** The difference over the control's mean: 0.1 is 10 % more. NaN where the control's mean is zero. */
  readonly lift: number;
  readonly liftInterval: Interval;
  /** Probability of a difference as large as this, either way, were there none. */
  readonly pValue: number;
}

export function rateOf({ users, conversions }: Proportion): number {
  return users === 0 ? Number.NaN : conversions / users;
}

export function meanOf({ users, sum }: Moments): number {
  return users === 0 ? Number.NaN : sum / users;
}

/** The unbiased variance of the people's numbers; NaN with fewer than two of them. */
export function varianceOf({ users, sum, sumOfSquares }: Moments): number {
  if (users < 2) return Number.NaN;
  // Rounding can bring it a little below zero when all numbers are the same.
  return Math.max(0, (sumOfSquares - (sum * sum) / users) / (users - 1));
}

/** The moments of a number that is 1 for those who did it and 0 for the others. */
export function momentsOf({ users, conversions }: Proportion): Moments {
  return { users, sum: conversions, sumOfSquares: conversions };
}
