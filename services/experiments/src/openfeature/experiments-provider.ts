import { randomUUID } from "node:crypto";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { RepeatedTask } from "@craic/runtime/repeated-task.js";
import {
  ErrorCode,
  type EvaluationContext,
  type FlagValue,
  GeneralError,
  type JsonValue,
  type Logger,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderFatalError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from "@openfeature/server-sdk";
import { ExposureHook } from "./exposure-hook.js";
import { type FlagKind, failed, resolveFlag, type ShownBefore } from "./flag-resolution.js";
import { FollowedExperiments } from "./followed-experiments.js";
import { Recorder } from "./recorder.js";

export interface ExperimentsProviderOptions {
  /** Reaches the experiments service, over gRPC or Connect. Recording for others takes an operator's token. */
  readonly transport: Transport;
  /** How often the experiments are asked for; changes are followed as soon. */
  readonly pollMs?: number;
  /** How many times in a row asking may fail before what is known counts as stale. */
  readonly failuresUntilStale?: number;
  /** How long a call may take. */
  readonly timeoutMs?: number;
  readonly shownBefore?: ShownBefore;
  /** A person's exposure to a variant is recorded by the hook once in so long. */
  readonly exposeEveryMs?: number;
  /** Exposures and conversions that may wait for the service, and how long for others to be sent with. */
  readonly queueCapacity?: number;
  readonly lingerMs?: number;
  /** Told of what went wrong without stopping anything. */
  readonly logger?: Pick<Logger, "warn">;
  readonly now?: () => Date;
}

const RETRY_MS = { first: 200, most: 10_000 };
/** To ask again would change nothing. */
const FATAL = new Set([Code.Unauthenticated, Code.PermissionDenied, Code.Unimplemented]);
const HOUR_MS = 60 * 60_000;

/**
 * Craic's experiments as OpenFeature's flags: a flag is an experiment's id, its variants are the experiment's. Flags are
 * evaluated in this process by the experiments that were fetched last, with the assignment that the service uses.
 * Targeting looks at `cityId` and `isNew` of the context; `targetingKey` is the person's id.
 */
export class ExperimentsProvider implements Provider {
  readonly metadata = { name: "craic-experiments" };
  readonly runsOn = "server";
  readonly events = new OpenFeatureEventEmitter();
  /** Give it to an evaluation of what is shown at once, to record that it was. */
  readonly exposureHook: ExposureHook;
  /** Exposures and conversions that were not recorded, for want of room or because the service would not have them. */
  dropped = 0;
  private readonly followed: FollowedExperiments;
  private readonly recorder: Recorder;
  private polling: RepeatedTask | undefined;
  private failures = 0;

  constructor(private readonly options: ExperimentsProviderOptions) {
    const { transport, timeoutMs = 5_000, now = () => new Date(), logger } = options;
    const client = createClient(ExperimentService, transport);
    this.followed = new FollowedExperiments(client, timeoutMs, (experimentId, error) =>
      logger?.warn(`experiment "${experimentId}" cannot be read: ${error.message}`),
    );
    this.recorder = new Recorder({
      client,
      timeoutMs,
      capacity: options.queueCapacity ?? 10_000,
      lingerMs: options.lingerMs ?? 500,
      retryMs: RETRY_MS,
      random: Math.random,
      now,
      newId: randomUUID,
      dropped: (count, why) => {
        this.dropped += count;
        logger?.warn(`${count} exposures or conversions were not recorded: ${why?.message ?? "no room"}`);
      },
    });
    this.exposureHook = new ExposureHook(
      (shown, context) => this.recorder.expose(shown, context),
      options.exposeEveryMs ?? HOUR_MS,
      now,
    );
  }

  /** Fetches the experiments, and follows them from then on; also where the first time fails. */
  async initialize(): Promise<void> {
    let error: ConnectError | undefined;
    try {
      await this.followed.fetch();
    } catch (reason) {
      error = ConnectError.from(reason);
      if (FATAL.has(error.code)) throw new ProviderFatalError(error.message);
    }
    await this.polling?.close();
    const { pollMs = 5_000 } = this.options;
    this.polling = new RepeatedTask(
      () => this.follow(),
      pollMs,
      () => undefined,
    ).start();
    if (error !== undefined) throw new GeneralError(error.message);
  }

  /** Sends what waits to be recorded, and ends. */
  async onClose(): Promise<void> {
    await this.polling?.close();
    await this.recorder.close();
  }

  /** Records "exposure" (details: experimentId, variant), "save", "click", "attend" or "hide" (details: id). */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails): void {
    this.recorder.track(name, context, details);
  }

  async resolveBooleanEvaluation(flagKey: string, defaultValue: boolean, context: EvaluationContext) {
    return this.resolve(flagKey, "boolean", defaultValue, context);
  }

  async resolveStringEvaluation(flagKey: string, defaultValue: string, context: EvaluationContext) {
    return this.resolve(flagKey, "string", defaultValue, context);
  }

  async resolveNumberEvaluation(flagKey: string, defaultValue: number, context: EvaluationContext) {
    return this.resolve(flagKey, "number", defaultValue, context);
  }

  async resolveObjectEvaluation<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
    context: EvaluationContext,
  ) {
    return this.resolve(flagKey, "object", defaultValue, context);
  }

  private resolve<T extends FlagValue>(
    flagKey: string,
    kind: FlagKind,
    defaultValue: T,
    context: EvaluationContext,
  ): ResolutionDetails<T> {
    if (!this.followed.isLoaded) {
      return failed(defaultValue, ErrorCode.PROVIDER_NOT_READY, "the experiments have not been fetched yet");
    }
    const experiment = this.followed.get(flagKey);
    if (experiment === undefined) {
      return failed(defaultValue, ErrorCode.FLAG_NOT_FOUND, `no experiment "${flagKey}" runs`);
    }
    return resolveFlag(experiment, kind, defaultValue, context, this.options.shownBefore);
  }

  private async follow(): Promise<void> {
    const wasLoaded = this.followed.isLoaded;
    const { failuresUntilStale = 3 } = this.options;
    let flagsChanged: string[];
    try {
      flagsChanged = await this.followed.fetch();
    } catch (error) {
      this.failures++;
      const { message } = ConnectError.from(error);
      if (wasLoaded && this.failures === failuresUntilStale)
        this.events.emit(ProviderEvents.Stale, { message });
      return;
    }
    const wasAway = !wasLoaded || this.failures >= failuresUntilStale;
    this.failures = 0;
    if (wasAway) this.events.emit(ProviderEvents.Ready);
    if (flagsChanged.length > 0) this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged });
  }
}
