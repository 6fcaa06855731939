import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Logger } from "@craic/runtime/log.js";
import { smallProcess } from "@craic/runtime/small-process.js";
import { Mailbox } from "../models/mailbox.js";
import { Refusal } from "../models/model-refusal.js";
import {
  endIn,
  failureOf,
  readTrainerLine,
  stepIn,
  type TrainerLine,
  type Training,
  type TrainingNews,
} from "./training-news.js";

export interface TrainingProcessOptions {
  /** The trainer's bundle. */
  readonly script: string;
  /** The trainer's settings. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Logger;
}

/**
 * Runs the trainer in a process of its own: what it needs of memory and processor is not taken from those who
 * answer, and is given back when it ends. What it does it says by the lines of its log; see training-report.ts.
 */
export class TrainingProcess implements Training {
  private child: ChildProcess | undefined;
  private isClosed = false;

  constructor(private readonly options: TrainingProcessOptions) {}

  /** Throws Refusal. */
  start(force: boolean): AsyncIterable<TrainingNews> {
    const { script, environment } = this.options;
    if (this.isClosed) throw new Refusal("TRAINING_FAILED", "this replica is stopping");
    if (this.child !== undefined) {
      throw new Refusal("TRAINING_RUNNING", "a training is running on this replica");
    }
    if (!existsSync(script)) throw new Refusal("TRAINER_MISSING", "this replica has no trainer to run");
    const child = spawn(process.execPath, [...smallProcess.flags, script, ...(force ? ["--force"] : [])], {
      // Its steps are told at this level.
      env: { ...smallProcess.environment, ...environment, LOG_LEVEL: "info" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.child = child;
    return this.newsOf(child);
  }

  /** Ends a training that is under way, which leaves nothing behind. */
  async close(): Promise<void> {
    this.isClosed = true;
    const { child } = this;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill();
    await ended;
  }

  private newsOf(child: ChildProcess): AsyncIterable<TrainingNews> {
    const news = new Mailbox<TrainingNews>();
    let last: TrainerLine = {};
    createInterface({ input: child.stdout! }).on("line", (text) => {
      const line = readTrainerLine(text);
      this.pass(line);
      const step = stepIn(line);
      if (step !== undefined) news.put(step);
      if (typeof line.outcome === "string") last = line;
    });
    const end = (status: number | null) => {
      this.child = undefined;
      const outcome = endIn(last);
      if (outcome === undefined) return news.fail(failureOf(status, last));
      news.put(outcome);
      news.end();
    };
    child.once("close", end).once("error", () => end(null));
    return news;
  }

  /** What the trainer logs, this replica logs. */
  private pass({ level, time: _, process: __, msg, ...rest }: TrainerLine): void {
    const { log } = this.options;
    const known = level === "error" || level === "fatal" || level === "warn" ? level : "info";
    log[known]({ trainer: rest }, String(msg));
  }
}
