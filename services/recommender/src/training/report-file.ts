import { appendFileSync } from "node:fs";
import type { TrainingProgress, TrainingStep } from "./training-pace.js";

/** Says how a training fares to whoever has asked for it and reads the same file: a line of JSON each. */
export class ReportFile {
  private begun: TrainingStep | undefined;

  constructor(private readonly path: string) {}

  progress({ step, done, message }: TrainingProgress): void {
    if (step !== this.begun) this.write({ step, done, msg: message });
    this.begun = step;
  }

  outcome(outcome: string, version: string, reason: string): void {
    this.write({ outcome, version, reason });
  }

  /** @param status how the process ends */
  ended(status: number): void {
    this.write({ status });
  }

  private write(line: object): void {
    // Nobody may look on any more, and a full volume is told of otherwise: the training goes on.
    try {
      appendFileSync(this.path, `${JSON.stringify(line)}\n`);
    } catch {}
  }
}
