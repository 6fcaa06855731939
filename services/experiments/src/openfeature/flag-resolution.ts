import type { JsonValue } from "@bufbuild/protobuf";
import {
  ErrorCode,
  type EvaluationContext,
  type FlagValue,
  type ResolutionDetails,
  StandardResolutionReasons,
} from "@openfeature/server-sdk";
import { type AssignmentReason, assign } from "../assignment.js";
import type { Experiment, Variant } from "../experiment.js";

/** What a caller wants a flag to be. */
export type FlagKind = "boolean" | "string" | "number" | "object";

/** The variant that somebody was shown before, where the program keeps that; it stays theirs when weights change. */
export type ShownBefore = (experimentId: string, userId: string) => string | undefined;

/**
 * What a flag is for somebody: the value of the variant that the experiment of the flag's name assigns them to, or the
 * default for who takes no part. Nobody is asked for it.
 */
export function resolveFlag<T extends FlagValue>(
  experiment: Experiment,
  kind: FlagKind,
  defaultValue: T,
  { targetingKey, cityId = "", isNew = false }: EvaluationContext,
  shownBefore?: ShownBefore,
): ResolutionDetails<T> {
  const { experimentId } = experiment;
  const refuse = (code: ErrorCode, message: string) => failed(defaultValue, code, message);
  if (!targetingKey) {
    return refuse(ErrorCode.TARGETING_KEY_MISSING, "say in targetingKey whose id is to be assigned");
  }
  if (typeof cityId !== "string") return refuse(ErrorCode.INVALID_CONTEXT, "cityId is not a text");
  if (typeof isNew !== "boolean") return refuse(ErrorCode.INVALID_CONTEXT, "isNew is not a boolean");
  const stuckTo = shownBefore?.(experimentId, targetingKey);
  const { variant, reason } = assign(experiment, { id: targetingKey, cityId, isNew, stuckTo });
  const flagMetadata = { experimentId, assignment: reason };
  if (variant === undefined) {
    return { value: defaultValue, reason: StandardResolutionReasons.DEFAULT, flagMetadata };
  }
  const value = flagValue(variant, kind);
  if (value === undefined) {
    return refuse(ErrorCode.TYPE_MISMATCH, `variant "${variant.name}" of "${experimentId}" is no ${kind}`);
  }
  return {
    value: value as T,
    variant: variant.name,
    reason: reasonFor(experiment, reason),
    flagMetadata: { ...flagMetadata, variant: variant.name },
  };
}

/** The default, and what went wrong. */
export function failed<T>(value: T, errorCode: ErrorCode, errorMessage: string): ResolutionDetails<T> {
  return { value, errorCode, errorMessage, reason: StandardResolutionReasons.ERROR };
}

/** A variant without a value is its name; as an object, what there is to say of it. undefined for another kind. */
function flagValue({ name, value, algorithm, channel }: Variant, kind: FlagKind): JsonValue | undefined {
  if (value === undefined) {
    if (kind === "string") return name;
    return kind === "object" ? { variant: name, algorithm, channel } : undefined;
  }
  return typeof value === kind ? value : undefined;
}

function reasonFor(experiment: Experiment, reason: AssignmentReason): string {
  if (reason === "override") return StandardResolutionReasons.TARGETING_MATCH;
  const goesToOne = experiment.variants.some(({ weight }) => weight === 1);
  if (reason === "sticky" || !goesToOne) return StandardResolutionReasons.SPLIT;
  const { coverage, holdout, namespace, targeting } = experiment;
  if (coverage < 1 || holdout > 0 || namespace !== undefined) return StandardResolutionReasons.SPLIT;
  const isForAll = targeting.cityIds.length === 0 && targeting.audience === "";
  return isForAll ? StandardResolutionReasons.STATIC : StandardResolutionReasons.TARGETING_MATCH;
}
