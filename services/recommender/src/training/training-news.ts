import { Refusal } from "../models/model-refusal.js";
import { trainExit } from "./train-command.js";

const results = ["published", "rejected", "skipped"] as const;

/** One step of a training as it begins, or its end. */
export interface TrainingNews {
  /** For a person who waits. */
  readonly step: string;
  /** Share of the training that is done, 0 to 1. */
  readonly done: number;
  /** What came of it, in the last one. */
  readonly outcome?: {
    readonly result: (typeof results)[number];
    /** "" when none was trained. */
    readonly version: string;
    readonly reason: string;
  };
}

/** Has models trained somewhere else than in this process. */
export interface Training {
  /**
   * Starts a training. What comes back tells of its steps, and ends with a Refusal where there is no outcome; the
   * training goes on where nobody listens.
   */
  start(force: boolean): AsyncIterable<TrainingNews>;
  close(): Promise<void>;
}

/** What a trainer says, a line of JSON each: a step with `done` and `msg`, or an `outcome` with version and reason. */
export type TrainerLine = Readonly<Record<string, unknown>>;

export function readTrainerLine(text: string): TrainerLine {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // Something of Node's own, perhaps; it is passed on as it is.
  }
  return { msg: text };
}

/** The step that a line tells of. */
export function stepIn({ step, done, msg }: TrainerLine): TrainingNews | undefined {
  return typeof step === "string" ? { step: String(msg), done: Number(done) } : undefined;
}

/** The end that a line tells of; undefined for one without an outcome, such as that another trainer is at work. */
export function endIn({ outcome, version, reason }: TrainerLine): TrainingNews | undefined {
  const result = results.find((name) => name === outcome);
  if (result === undefined) return undefined;
  return { step: "done", done: 1, outcome: { result, version: String(version), reason: String(reason) } };
}

/**
 * Why there is no outcome.
 *
 * @param status how the trainer's process ended; null when a signal ended it
 * @param last the last line with an outcome that is none
 */
export function failureOf(status: number | null, { reason }: TrainerLine): Refusal {
  switch (status) {
    case trainExit.busy:
      return new Refusal("TRAINING_RUNNING", String(reason));
    case trainExit.notPublished:
      return new Refusal("TRAINING_FAILED", String(reason ?? "no model could be published"));
    case trainExit.calledOff:
    case null:
      return new Refusal("TRAINING_FAILED", "the training was ended before it was done");
    default:
      return new Refusal("TRAINING_FAILED", `the training ended with status ${status}`);
  }
}
