import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import { throttledWarning } from "@craic/runtime/throttled-warning.js";
import { type RankingExperiment, rankingExperiments } from "./ranking-experiment.js";

const TIMEOUT_MS = 1_000;
/** Until something was heard it is asked sooner: nobody should see another ranking than theirs because of a moment. */
const FIRST_POLL_MS = 50;
/** The experiments service may start after this one, which is no news. */
const QUIET_FAILURES = 20;
const WARN_EVERY_MS = 60_000;

/**
 * The experiments that run or are paused, as they were last heard of: followed in the background and kept while the
 * experiments service is away, so that who gets what is known without asking anybody.
 */
export class RunningExperiments {
  /** Those on ranking, the oldest first. */
  onRanking: readonly RankingExperiment[] = [];
  /** Whether any experiment counts what people do, on ranking or not. */
  isAny = false;
  /** Changes whenever an experiment begins or ends. */
  generation = 0;
  private isHeardOf = false;
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isClosed = false;
  private readonly client;
  private readonly warn;

  constructor(transport: Transport, now: () => Date, log: Logger) {
    this.client = createClient(ExperimentService, transport);
    this.warn = throttledWarning(log, WARN_EVERY_MS, now);
  }

  /** Asks what runs now. Throws when there is no answer, and what was heard last goes on. */
  async look(): Promise<void> {
    const { experiments } = await this.client.listRunningExperiments({}, { timeoutMs: TIMEOUT_MS });
    const found = rankingExperiments(experiments);
    if (idsOf(found) !== idsOf(this.onRanking)) this.generation++;
    this.onRanking = found;
    this.isAny = experiments.length > 0;
    this.isHeardOf = true;
    this.failures = 0;
  }

  /** Asks now, and every so often until closed. */
  async start(everyMs: number): Promise<void> {
    await this.lookAndGoOn(everyMs);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private async lookAndGoOn(everyMs: number): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.failed(error);
    }
    if (this.isClosed) return;
    const waitMs = this.isHeardOf ? everyMs : Math.min(everyMs, this.failures * FIRST_POLL_MS);
    this.timer = setTimeout(() => {
      this.looking = this.lookAndGoOn(everyMs);
    }, waitMs);
    this.timer.unref();
  }

  private failed(error: unknown): void {
    this.failures++;
    if (this.isClosed || (!this.isHeardOf && this.failures <= QUIET_FAILURES)) return;
    const code = Code[ConnectError.from(error).code];
    this.warn(
      "experiments",
      { dependency: "experiments", code },
      "experiments are as they were last heard of",
    );
  }
}

function idsOf(experiments: readonly RankingExperiment[]): string {
  return experiments.map(({ experimentId }) => experimentId).join();
}
