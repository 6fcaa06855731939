import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import {
  type Conversion as ConversionMessage,
  type Exposure as ExposureMessage,
  ConversionKind as KindMessage,
} from "@craic/proto/craic/experiments/v1/exposure_pb.js";
import { type FieldViolation, invalidArgument, retryLater } from "@craic/runtime/errors.js";
import { isAdmin, principalKey, subjectOf } from "@craic/runtime/principal.js";
import type { LiveExperiments } from "./live-experiments.js";
import { orUnavailable } from "./or-unavailable.js";
import type { ConversionKind } from "./person.js";
import { participantOf } from "./subject.js";
import type { Happening, WriteBehind } from "./write-behind.js";

/** Clocks of phones may be fast. */
const MOST_AHEAD_MS = 5 * 60_000;
const MOST_BACK_YEARS = 10;
const FULL_RETRY_MS = 5_000;
/** How long a caller waits for what they told to be written, at most; half of what is left of their deadline at most. */
const WRITTEN_WITHIN_MS = 3_000;
/** The same of a link: somebody who signs in waits for it. */
const LINKED_WITHIN_MS = 500;

const kinds: Readonly<Record<KindMessage, ConversionKind | undefined>> = {
  [KindMessage.UNSPECIFIED]: undefined,
  [KindMessage.SAVE]: "save",
  [KindMessage.CLICK]: "click",
  [KindMessage.ATTEND]: "attend",
  [KindMessage.HIDE]: "hide",
};

type Recording = Pick<
  ServiceImpl<typeof ExperimentService>,
  "recordExposures" | "recordConversions" | "linkPerson"
>;

interface RecordingDependencies {
  readonly live: LiveExperiments;
  readonly writes: WriteBehind;
  readonly now: () => Date;
}

/** The handlers that take in what happens. Nobody waits for a store that is away. */
export function createRecording({ live, writes, now }: RecordingDependencies): Recording {
  function takeIn(
    happenings: readonly Happening[],
    context: Pick<HandlerContext, "timeoutMs">,
    withinMs = WRITTEN_WITHIN_MS,
  ) {
    const leftMs = context.timeoutMs() ?? Number.POSITIVE_INFINITY;
    return writes.takeIn(happenings, Math.min(withinMs, leftMs / 2));
  }

  return {
    async recordExposures({ exposures }, context) {
      const violations: FieldViolation[] = [];
      const happenings: Happening[] = [];
      for (const [i, message] of exposures.entries()) {
        const problem = await problemOf(message, live);
        if (problem !== undefined) {
          violations.push({ field: `exposures[${i}].${problem.field}`, description: problem.description });
        }
        const occurMs = occurMsOf(message.occurTime, `exposures[${i}]`, now(), violations);
        happenings.push(exposureOf(message, occurMs, context));
      }
      if (violations.length > 0) throw invalidArgument(...violations);
      return takeIn(happenings, context);
    },

    recordConversions({ conversions }, context) {
      const violations: FieldViolation[] = [];
      const happenings = conversions.map((message, i): Happening => {
        const kind = kinds[message.kind];
        if (kind === undefined) {
          violations.push({ field: `conversions[${i}].kind`, description: "is not one that we know" });
        }
        const occurMs = occurMsOf(message.occurTime, `conversions[${i}]`, now(), violations);
        return conversionOf(message, kind ?? "click", occurMs, context);
      });
      if (violations.length > 0) throw invalidArgument(...violations);
      return takeIn(happenings, context);
    },

    async linkPerson(request, context) {
      const userId = subjectOf(request.userId, context);
      if (userId === request.anonymousId) {
        throw invalidArgument({ field: "anonymous_id", description: "is the person's own id" });
      }
      const link: Happening = { userId: request.anonymousId, event: { type: "link", userId } };
      if ((await takeIn([link], context, LINKED_WITHIN_MS)).dropped > 0) {
        throw retryLater(Code.ResourceExhausted, "too much waits for the store", FULL_RETRY_MS);
      }
      return {};
    },
  };
}

function exposureOf(
  message: ExposureMessage,
  occurMs: number,
  context: Pick<HandlerContext, "values">,
): Happening {
  const principal = context.values.get(principalKey);
  const userId = participantOf(message, context);
  const { exposureId, experimentId, variant, cityId, isNew, latencyMs, failed } = message;
  const isStaff = userId === principal.userId && isAdmin(principal);
  return {
    userId,
    event: {
      type: "exposure",
      exposureId,
      experimentId,
      variant,
      occurMs,
      cityId,
      isNew,
      latencyMs,
      failed,
      isStaff,
    },
  };
}

function conversionOf(
  message: ConversionMessage,
  kind: ConversionKind,
  occurMs: number,
  context: Pick<HandlerContext, "values">,
): Happening {
  const { conversionId } = message;
  const userId = participantOf(message, context);
  return { userId, event: { type: "conversion", conversionId, kind, occurMs } };
}

/** What is wrong with an exposure, if anything. An experiment that is not known here may be new. */
async function problemOf(
  { experimentId, variant }: ExposureMessage,
  live: LiveExperiments,
): Promise<FieldViolation | undefined> {
  let record = live.get(experimentId);
  if (record === undefined || record.state === "draft") record = await orUnavailable(live.look(experimentId));
  if (record === undefined) {
    return { field: "experiment_id", description: `there is no experiment "${experimentId}"` };
  }
  if (record.state === "draft") {
    return { field: "experiment_id", description: `"${experimentId}" is a draft: start it first` };
  }
  if (record.variants.some(({ name }) => name === variant)) return undefined;
  const names = record.variants.map(({ name }) => name).join(", ");
  return { field: "variant", description: `"${variant}" is not one of ${names}` };
}

function occurMsOf(
  time: Timestamp | undefined,
  message: string,
  now: Date,
  violations: FieldViolation[],
): number {
  const occurMs = time === undefined ? now.getTime() : Math.floor(timestampMs(time));
  const earliest = new Date(now);
  earliest.setUTCFullYear(now.getUTCFullYear() - MOST_BACK_YEARS);
  const field = `${message}.occur_time`;
  if (occurMs > now.getTime() + MOST_AHEAD_MS) {
    violations.push({ field, description: "is more than 5 minutes ahead of now" });
  } else if (occurMs < earliest.getTime()) {
    violations.push({ field, description: `is more than ${MOST_BACK_YEARS} years back` });
  }
  return occurMs;
}
