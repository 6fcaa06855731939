import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import type { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { ConversionKind } from "@craic/proto/craic/experiments/v1/exposure_pb.js";
import { UUID } from "@craic/runtime/text-rules.js";
import type { EvaluationContext, TrackingEventDetails } from "@openfeature/server-sdk";
import { Outbox, type OutboxOptions } from "./outbox.js";

const KINDS: ReadonlyMap<string, ConversionKind> = new Map([
  ["save", ConversionKind.SAVE],
  ["click", ConversionKind.CLICK],
  ["attend", ConversionKind.ATTEND],
  ["hide", ConversionKind.HIDE],
]);

export interface RecorderOptions
  extends Pick<OutboxOptions<never>, "capacity" | "lingerMs" | "retryMs" | "random" | "dropped"> {
  readonly client: Pick<Client<typeof ExperimentService>, "recordExposures" | "recordConversions">;
  readonly timeoutMs: number;
  readonly now: () => Date;
  /** Makes a UUID. */
  readonly newId: () => string;
}

/** What was shown to whom. */
export interface Shown {
  readonly experimentId: string;
  readonly variant: string;
  readonly latencyMs?: number;
  readonly failed?: boolean;
}

type Exposures = Parameters<RecorderOptions["client"]["recordExposures"]>[0];
type Conversions = Parameters<RecorderOptions["client"]["recordConversions"]>[0];
type Exposure = NonNullable<Exposures["exposures"]>[number];
type Conversion = NonNullable<Conversions["conversions"]>[number];

/** Tells the service what people were shown and what they did. */
export class Recorder {
  private readonly exposures: Outbox<Exposure>;
  private readonly conversions: Outbox<Conversion>;

  constructor(private readonly options: RecorderOptions) {
    const { client, timeoutMs } = options;
    this.exposures = new Outbox({
      ...options,
      send: (exposures: Exposure[]) => client.recordExposures({ exposures }, { timeoutMs }),
    });
    this.conversions = new Outbox({
      ...options,
      send: (conversions: Conversion[]) => client.recordConversions({ conversions }, { timeoutMs }),
    });
  }

  /** A person was shown a variant. The service knows people by UUIDs, and nobody else can be counted. */
  expose({ experimentId, variant, latencyMs = 0, failed = false }: Shown, context: EvaluationContext): void {
    const { targetingKey: userId = "", cityId, isNew } = context;
    if (!UUID.test(userId)) {
      this.refuse(`"${userId}" is not a UUID`);
      return;
    }
    this.exposures.offer({
      exposureId: this.options.newId(),
      experimentId,
      userId,
      variant,
      occurTime: timestampFromDate(this.options.now()),
      cityId: typeof cityId === "string" ? cityId : "",
      isNew: isNew === true,
      latencyMs,
      failed,
    });
  }

  /** Takes in "exposure", or one of the conversions by its name; an id in the details makes it count once. */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails): void {
    const { experimentId, variant, latencyMs, failed, id } = details;
    if (name === "exposure") {
      if (typeof experimentId !== "string" || typeof variant !== "string") {
        this.refuse("an exposure needs experimentId and variant");
        return;
      }
      const known = typeof latencyMs === "number" ? { latencyMs } : {};
      this.expose({ experimentId, variant, failed: failed === true, ...known }, context);
      return;
    }
    const kind = KINDS.get(name);
    const { targetingKey: userId = "" } = context;
    if (kind === undefined || !UUID.test(userId)) {
      this.refuse(kind === undefined ? `"${name}" is nothing that is counted` : `"${userId}" is not a UUID`);
      return;
    }
    const conversionId = typeof id === "string" ? id : this.options.newId();
    this.conversions.offer({
      conversionId,
      userId,
      kind,
      occurTime: timestampFromDate(this.options.now()),
    });
  }

  /** Sends what waits. */
  async close(): Promise<void> {
    await Promise.all([this.exposures.close(), this.conversions.close()]);
  }

  private refuse(why: string): void {
    this.options.dropped(1, new ConnectError(why, Code.InvalidArgument));
  }
}
