import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Logger } from "@craic/runtime/log.js";
import { smallProcess } from "@craic/runtime/small-process.js";
import { Mailbox } from "../models/mailbox.js";
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
export class TrainingProcess {
  private child: ChildProcess | undefined;
  private isClosed = false;

  constructor(private readonly options: TrainingProcessOptions) {}

  /**
   * Starts a training. What comes back tells of its steps, and ends with a Refusal where there is no outcome; the
   * training goes on where nobody listens. Throws Refusal.
   */
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
    let last: Readonly<Record<string, unknown>> = {};
    createInterface({ input: child.stdout! }).on("line", (text) => {
      const line = readLine(text);
      this.pass(line);
      const { step, outcome, done, msg } = line;
      if (typeof step === "string") news.put({ step: String(msg), done: Number(done) });
      if (typeof outcome === "string") last = line;
    });
    const end = (status: number | null) => {
      this.child = undefined;
      const outcome = outcomeOf(last);
      if (outcome === undefined) return news.fail(failure(status, last));
      news.put({ step: "done", done: 1, outcome });
      news.end();
    };
    child.once("close", end).once("error", () => end(null));
    return news;
  }

  /** What the trainer logs, this replica logs. */
  private pass({ level, time: _, process: __, msg, ...rest }: Readonly<Record<string, unknown>>): void {
    const { log } = this.options;
    const known = level === "error" || level === "fatal" || level === "warn" ? level : "info";
    log[known]({ trainer: rest }, String(msg));
  }
}

function readLine(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // Something of Node's own, perhaps; it is logged as it is.
  }
  return { msg: text };
}

function outcomeOf({ outcome, version, reason }: Readonly<Record<string, unknown>>): TrainingNews["outcome"] {
  const result = results.find((name) => name === outcome);
  return result && { result, version: String(version), reason: String(reason) };
}

function failure(status: number | null, { reason }: Readonly<Record<string, unknown>>): Refusal {
  switch (status) {
    case trainExit.busy:
      return new Refusal("TRAINING_RUNNING", String(reason));
    case trainExit.notPublished:
      return new Refusal("TRAINING_FAILED", "the model could not be published; nothing is left of it");
    case trainExit.calledOff:
    case null:
      return new Refusal("TRAINING_FAILED", "the training was ended before it was done");
    default:
      return new Refusal("TRAINING_FAILED", `the training ended with status ${status}`);
  }
}
