import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ConversionKind } from "@craic/proto/craic/experiments/v1/exposure_pb.js";
import type { Teller } from "../feedback/attribution.js";
import type { Feedback, FeedbackKind } from "../feedback/feedback.js";
import type { Origin } from "../traces/trace-store.js";
import type { Subject } from "./assignments.js";
import type { ExperimentEvents } from "./experiment-events.js";
import type { RunningExperiments } from "./running-experiments.js";
import type { Served } from "./served.js";

/** What experiments count of what people do. */
const conversionKinds: Partial<Readonly<Record<FeedbackKind, ConversionKind>>> = {
  save: ConversionKind.SAVE,
  click: ConversionKind.CLICK,
  hide: ConversionKind.HIDE,
};

/** Makes exposures and conversions of feedback, and has them told to the experiments service. */
export class ExperimentFeedback {
  /** Origins of recommendations whose exposure was told. */
  private readonly exposed = new WeakSet<Origin>();

  constructor(
    private readonly events: Pick<ExperimentEvents, "offer">,
    private readonly experiments: Pick<RunningExperiments, "isAny">,
    private readonly newId: () => string,
  ) {}

  /**
   * Takes in feedback whose recommendation's origin was found, of the one it was made for. The first impression of what a variant made is the
   * exposure to it. Its id is the recommendation's, so that another replica's counts with it as one.
   */
  attributed(origin: Origin, { kind, userId, recommendationId, occurMs }: Feedback, teller: Teller): void {
    const { variant, serving } = origin;
    if (kind !== "impression" || serving === undefined || this.exposed.has(origin)) return;
    this.exposed.add(origin);
    const { experimentId, cityId, isNew, latencyMs } = serving;
    const shownMs = Math.max(occurMs, madeMs(recommendationId));
    const exposure = {
      exposureId: recommendationId,
      experimentId,
      userId,
      anonymousId: userId === "" ? teller.anonymousId : "",
      variant,
      occurTime: timestampFromMs(shownMs),
      cityId,
      isNew,
      latencyMs,
    };
    this.events.offer({ authorization: teller.authorization, exposures: [exposure], conversions: [] });
  }

  /**
   * Takes in feedback that is new. What somebody did counts before an experiment begins, too, to tell people apart by;
   * but not what an operator brings in from elsewhere, unless an experiment runs.
   *
   * @param isOwn whether the teller is signed in, and speaks for themselves
   */
  told(feedback: readonly Feedback[], teller: Teller, isOwn: boolean): void {
    if (!isOwn && !this.experiments.isAny) return;
    const conversions = feedback.flatMap(({ kind, feedbackId, userId, occurMs }) => {
      const converted = conversionKinds[kind];
      if (converted === undefined) return [];
      const anonymousId = userId === "" ? teller.anonymousId : "";
      const occurTime = timestampFromMs(occurMs);
      return [{ conversionId: feedbackId, userId, anonymousId, kind: converted, occurTime }];
    });
    this.events.offer({ authorization: teller.authorization, exposures: [], conversions });
  }

  /** Takes in that a variant failed to answer somebody, who so was shown that. */
  failed(
    { experimentId, variant }: Served,
    { userId, anonymousId, cityId, isNew }: Subject,
    { occurMs, authorization }: { readonly occurMs: number; readonly authorization: string },
  ): void {
    if (experimentId === "") return;
    const exposure = {
      exposureId: this.newId(),
      experimentId,
      userId,
      anonymousId: userId === "" ? anonymousId : "",
      variant,
      occurTime: timestampFromMs(occurMs),
      cityId,
      isNew,
      failed: true,
    };
    this.events.offer({ authorization, exposures: [exposure], conversions: [] });
  }
}

/** When a recommendation was made: its id is a UUIDv7, which begins with the instant (RFC 9562, section 5.7). */
function madeMs(recommendationId: string): number {
  return Number.parseInt(recommendationId.slice(0, 8) + recommendationId.slice(9, 13), 16);
}
