import { type CallOptions, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { assign } from "@craic/experiments/assignment.js";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import { LruMap } from "@craic/runtime/lru-map.js";
import { throttledWarning } from "@craic/runtime/throttled-warning.js";
import type { RankingExperiment } from "./ranking-experiment.js";
import type { RunningExperiments } from "./running-experiments.js";
import { type Served, unassigned } from "./served.js";

/** Who asks for a recommendation, and what experiments may look at. */
export interface Subject {
  /** "" while nobody is signed in. */
  readonly userId: string;
  /** The browser's, where it has one; "" otherwise. */
  readonly anonymousId: string;
  readonly cityId: string;
  /** Whether the person has given no feedback so far. */
  readonly isNew: boolean;
}

/** People who are remembered, some 300 bytes each. */
const MOST_REMEMBERED = 10_000;
/** What somebody was shown elsewhere, by another replica, is asked for again after so long. */
const ASK_AGAIN_MS = 5 * 60_000;
/** While the experiments service is away it is asked no more often than this. */
const AWAY_MS = 1_000;
const WARN_EVERY_MS = 10_000;

/** What is known of somebody's part in the experiments that run. */
interface Part {
  /** By experiment: the variant that they were shown, or served here. */
  readonly variants: Map<string, string>;
  /** When, for which experiments and with which browser the experiments service was asked; 0 for never. */
  askedMs: number;
  generation: number;
  anonymousId: string;
}

/**
 * Who gets which variant. It is computed here, by the function that the experiments service computes it by, from the
 * experiments as they were last heard of. That service is asked once about each person, for what they were shown
 * already, which stays theirs whatever the weights become; when it does not answer in time the computation alone stands.
 */
export class Assignments {
  /** The one asked about last at the end. */
  private readonly parts = new LruMap<string, Part>(MOST_REMEMBERED);
  private awayUntilMs = Number.NEGATIVE_INFINITY;
  private readonly client;
  private readonly warn;

  constructor(
    private readonly experiments: Pick<RunningExperiments, "onRanking" | "generation">,
    transport: Transport,
    private readonly now: () => Date,
    log: Logger,
  ) {
    this.client = createClient(ExperimentService, transport);
    this.warn = throttledWarning(log, WARN_EVERY_MS, now);
  }

  /** Whether any experiment assigns anybody. */
  get isAny(): boolean {
    return this.experiments.onRanking.length > 0;
  }

  /**
   * Finds out what somebody was shown; undefined where nothing has to be found out. Never rejects.
   *
   * @param options for a call on the person's behalf
   */
  learn(subject: Subject, options: () => CallOptions): Promise<void> | undefined {
    const { onRanking, generation } = this.experiments;
    const id = idOf(subject);
    if (onRanking.length === 0 || id === "") return undefined;
    const nowMs = this.now().getTime();
    const part = this.parts.peek(id);
    const isKnown =
      part !== undefined &&
      part.generation === generation &&
      part.anonymousId === subject.anonymousId &&
      Math.abs(nowMs - part.askedMs) < ASK_AGAIN_MS;
    if (isKnown || nowMs < this.awayUntilMs) return undefined;
    return this.ask(subject, options());
  }

  /** What somebody gets, now and from now on. */
  serve(subject: Subject): Served {
    const { onRanking } = this.experiments;
    const id = idOf(subject);
    if (onRanking.length === 0 || id === "") return unassigned;
    const part = this.parts.peek(id);
    // What the browser was served while nobody was signed in is the person's, before anybody else knows of it.
    const before = subject.userId === "" ? undefined : this.parts.peek(subject.anonymousId);
    for (const experiment of onRanking) {
      const { experimentId, serves } = experiment;
      const stuckTo = part?.variants.get(experimentId) ?? before?.variants.get(experimentId);
      const { cityId, isNew } = subject;
      const { variant, reason } = assign(experiment, { id, cityId, isNew, stuckTo });
      if (variant === undefined) continue;
      const isKnown = part?.variants.get(experimentId) === variant.name;
      if (!isKnown && reason !== "override") this.remember(id, part).variants.set(experimentId, variant.name);
      return serves.get(variant.name) ?? unassigned;
    }
    return unassigned;
  }

  private async ask(subject: Subject, options: CallOptions): Promise<void> {
    const { onRanking, generation } = this.experiments;
    try {
      const found = await Promise.all(
        onRanking.map((experiment) => this.shown(experiment, subject, options)),
      );
      const id = idOf(subject);
      const part = this.remember(id, this.parts.peek(id));
      for (const [i, variant] of found.entries()) {
        if (variant !== undefined) part.variants.set(onRanking[i]!.experimentId, variant);
      }
      part.askedMs = this.now().getTime();
      part.generation = generation;
      part.anonymousId = subject.anonymousId;
      const live = new Set(onRanking.map(({ experimentId }) => experimentId));
      for (const experimentId of part.variants.keys())
        if (!live.has(experimentId)) part.variants.delete(experimentId);
    } catch (error) {
      this.awayUntilMs = this.now().getTime() + AWAY_MS;
      const code = Code[ConnectError.from(error).code];
      this.warn(
        "experiments",
        { dependency: "experiments", code },
        "variants are assigned without what was shown",
      );
    }
  }

  /** What the experiments service knows to have been shown to somebody; undefined for nothing. */
  private async shown(
    { experimentId }: RankingExperiment,
    { userId, anonymousId, cityId, isNew }: Subject,
    options: CallOptions,
  ): Promise<string | undefined> {
    const asked = { experimentId, userId, anonymousId, cityId, isNew };
    const { variant, reason } = await this.client.getAssignment(asked, options);
    return reason === "sticky" ? variant : undefined;
  }

  private remember(id: string, known: Part | undefined): Part {
    const part = known ?? { variants: new Map(), askedMs: 0, generation: -1, anonymousId: "" };
    this.parts.set(id, part);
    return part;
  }
}

function idOf({ userId, anonymousId }: Subject): string {
  return userId || anonymousId;
}
