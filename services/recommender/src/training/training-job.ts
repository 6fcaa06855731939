import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type KubernetesApi, KubernetesError, pathOf } from "@craic/runtime/kubernetes.js";
import type { Logger } from "@craic/runtime/log.js";
import { UNFINISHED } from "../models/durable-file.js";
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

export interface TrainingJobOptions {
  readonly api: KubernetesApi;
  /** The CronJob that trains each night. */
  readonly cronJob: string;
  /** The directory of the models, on a volume that the Job has at the same path. */
  readonly modelDir: string;
  /** How often the Job is looked at. */
  readonly pollMs: number;
  readonly log: Logger;
}

interface CronJob {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly jobTemplate: { readonly metadata?: Metadata; readonly spec: JobSpec } };
}

interface JobSpec {
  readonly template: { readonly metadata?: Metadata };
}

interface Metadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Job {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

/** How often the API server may fail to answer in a row before the training is lost sight of. */
const FAILURES = 60;
/** How often a Job that was taken away may still be in the way. */
const IN_THE_WAY = 40;

/**
 * Has the trainer run as a Job of its own, made from the CronJob that trains each night; it says what it does by lines
 * in a file on the volume of the models. The Job has one name, so there is one at a time, whichever replica is asked,
 * and it outlives the replica that was.
 */
export class TrainingJob implements Training {
  private readonly stopping = new AbortController();

  constructor(private readonly options: TrainingJobOptions) {}

  async *start(force: boolean): AsyncGenerator<TrainingNews, void, undefined> {
    const report = new Report(join(this.options.modelDir, `${UNFINISHED}report-${randomUUID()}`));
    try {
      await this.create(force, report.path);
      yield* this.follow(report);
    } finally {
      await report.remove();
    }
  }

  /** The Job goes on: what comes of it is on the volume. */
  async close(): Promise<void> {
    this.stopping.abort();
  }

  private async create(force: boolean, reportFile: string): Promise<void> {
    const { api, cronJob: name, log } = this.options;
    const cronJob = await api.find<CronJob>(pathOf(api.namespace, "batch/v1/cronjobs", name));
    if (cronJob === undefined)
      throw new Refusal("TRAINER_MISSING", `there is no CronJob ${name} to train by`);
    const before = await api.find<Job>(this.path);
    if (before !== undefined) {
      if (endOf(before) === undefined)
        throw new Refusal("TRAINING_RUNNING", `the Job ${name}-retrain is training already`);
      await api.remove(this.path);
    }
    const job = jobFrom(cronJob, `${name}-retrain`, {
      "craic/force": String(force),
      "craic/report-file": reportFile,
    });
    for (let attempt = 1; ; attempt++) {
      try {
        await api.create(pathOf(api.namespace, "batch/v1/jobs"), job);
        log.info({ job: job.metadata.name }, "a training was started");
        return;
      } catch (error) {
        if (!(error instanceof KubernetesError && error.status === 409)) throw error;
        // Either what was taken away is not gone yet, or another replica was quicker.
        if (before === undefined || attempt === IN_THE_WAY)
          throw new Refusal("TRAINING_RUNNING", "another replica has just started a training");
        await this.pause();
      }
    }
  }

  private async *follow(report: Report): AsyncGenerator<TrainingNews, void, undefined> {
    let last: TrainerLine = {};
    let status: unknown;
    let failures = 0;
    for (;;) {
      let end: ReturnType<typeof endOf>;
      try {
        const job = await this.options.api.find<Job>(this.path);
        end = job === undefined ? { message: "the Job was taken away" } : endOf(job);
        failures = 0;
      } catch (error) {
        if (++failures === FAILURES) throw error;
      }
      // Read after the Job was looked at: where it has ended, this is all that there is.
      for (const line of await report.newLines()) {
        const step = stepIn(line);
        if (step !== undefined) yield step;
        else if (typeof line.outcome === "string") last = line;
        else status = line.status;
      }
      if (end !== undefined) {
        const outcome = endIn(last);
        if (outcome === undefined) throw refusalOf(status, last, end.message);
        yield outcome;
        return;
      }
      await this.pause();
    }
  }

  private get path(): string {
    const { api, cronJob } = this.options;
    return pathOf(api.namespace, "batch/v1/jobs", `${cronJob}-retrain`);
  }

  private async pause(): Promise<void> {
    try {
      await pause(this.options.pollMs, undefined, { signal: this.stopping.signal });
    } catch {
      throw new Refusal("TRAINING_FAILED", "this replica is stopping; the training goes on without it");
    }
  }
}

/** What a trainer writes, as it grows. */
class Report {
  private read = 0;

  constructor(readonly path: string) {}

  /** Whole lines that have come since the last time. */
  async newLines(): Promise<TrainerLine[]> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
    const end = bytes.lastIndexOf("\n") + 1;
    const lines = bytes.subarray(this.read, end).toString().split("\n").slice(0, -1);
    this.read = Math.max(this.read, end);
    return lines.map(readTrainerLine);
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

/** As `kubectl create job --from` makes it, but that a person looks on, who can ask again. */
function jobFrom({ metadata, spec }: CronJob, name: string, told: Readonly<Record<string, string>>) {
  const { template } = spec.jobTemplate.spec;
  const annotations = { ...template.metadata?.annotations, ...told };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      labels: spec.jobTemplate.metadata?.labels ?? {},
      annotations: {
        ...spec.jobTemplate.metadata?.annotations,
        "cronjob.kubernetes.io/instantiate": "manual",
      },
      ownerReferences: [
        { apiVersion: "batch/v1", kind: "CronJob", name: metadata.name, uid: metadata.uid, controller: true },
      ],
    },
    spec: {
      ...spec.jobTemplate.spec,
      backoffLimit: 0,
      template: { ...template, metadata: { ...template.metadata, annotations } },
    },
  };
}

/** undefined while it runs. */
function endOf({ status }: Job): { readonly message: string } | undefined {
  const end = status?.conditions?.find(
    ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
  );
  return end && { message: end.message ?? end.type };
}

/** Where the trainer could not say how it ended, Kubernetes may know. */
function refusalOf(status: unknown, last: TrainerLine, message: string): Refusal {
  return typeof status === "number"
    ? failureOf(status, last)
    : new Refusal("TRAINING_FAILED", `the training ended without a word: ${message}`);
}
