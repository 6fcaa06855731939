/** Who trains now, as far as is known. */
export interface Trainer {
  /** For example "process 17 on trainer-28". */
  readonly name: string;
  readonly since: Date;
}

/** Sees to it that at most one trainer works on a database, wherever it runs. */
export interface TrainingLock {
  /** Takes the lock, or gives undefined at once when another trainer has it. */
  take(): Promise<HeldTrainingLock | undefined>;
}

/** The lock, held until it is released or its holder's connection ends, as it does when the holder is killed. */
export interface HeldTrainingLock {
  /** False once it was lost, for example because the database was restarted: somebody else may train then. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}
