/** What training goes through, in order, with the share of the time that each part takes on average. */
const steps = [
  ["events", 0.04, "reading events"],
  ["feedback", 0.12, "reading feedback"],
  ["half-life", 0.18, "learning how fast popularity fades"],
  ["vectors", 0.04, "learning vectors of genres, artists, venues and organisers"],
  ["weights", 0.24, "learning the weights of the blend"],
  ["test", 0.35, "testing on what came later"],
  ["publish", 0.03, "publishing"],
] as const;

export type TrainingStep = (typeof steps)[number][0];
export const trainingSteps: readonly TrainingStep[] = steps.map(([name]) => name);

/** How far training has come. */
export interface TrainingProgress {
  readonly step: TrainingStep;
  /** Share of the whole that is done, 0 to 1, in thousandths; never falls. */
  readonly done: number;
  /** For a person who waits, for example "reading feedback". */
  readonly message: string;
}

/** How long training runs before it lets others run, in milliseconds. */
const STINT_MS = 20;
/** Progress is told once this much more is done. */
const TOLD_EVERY = 0.01;

/** Shares the thread with others, tells how far training has come, and ends it when it is called off. */
export class TrainingPace {
  private step = 0;
  private toldDone = 0;
  private stintBeganMs: number;

  /**
   * @param tell told of every step as it begins, and of progress within it
   * @param signal calls training off: the next rest throws its reason
   */
  constructor(
    private readonly now: () => Date,
    private readonly tell: (progress: TrainingProgress) => void = () => undefined,
    private readonly signal?: AbortSignal,
  ) {
    this.stintBeganMs = now().getTime();
  }

  begin(step: TrainingStep): void {
    this.step = steps.findIndex(([name]) => name === step);
    this.say(0);
    this.signal?.throwIfAborted();
  }

  /** Tells that all is done. */
  end(): void {
    this.tell({ step: steps.at(-1)![0], done: 1, message: "done" });
  }

  /**
   * Lets others run when this stint has been long enough: a service may share this thread. A function of its own, to
   * be handed on.
   *
   * @param share of the step that is done, 0 to 1
   */
  readonly rest = async (share = 0): Promise<void> => {
    const length = this.lengthOf(this.step);
    if (this.doneBefore(this.step) + share * length >= this.toldDone + TOLD_EVERY) this.say(share);
    if (this.now().getTime() - this.stintBeganMs < STINT_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.signal?.throwIfAborted();
    this.stintBeganMs = this.now().getTime();
  };

  private say(share: number): void {
    const [step, length, message] = steps[this.step]!;
    this.toldDone = this.doneBefore(this.step) + share * length;
    this.tell({ step, done: Math.round(this.toldDone * 1_000) / 1_000, message });
  }

  private doneBefore(step: number): number {
    return steps.slice(0, step).reduce((sum, [, length]) => sum + length, 0);
  }

  private lengthOf(step: number): number {
    return steps[step]![1];
  }
}
