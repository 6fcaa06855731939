import type { Experiment, Variant } from "./experiment.js";
import { namespacePositionOf, positionOf } from "./hash.js";

/** All experiments keep the same people out, or a holdout would be none. */
const HOLDOUT_SEED = "craic-holdout";

/** What of an experiment decides who gets what. */
export type Assignable = Pick<
  Experiment,
  "state" | "variants" | "seed" | "coverage" | "namespace" | "holdout" | "overrides" | "targeting"
>;

/** Somebody to assign, and what targeting may look at. */
export interface Participant {
  /** Id of the person; of their browser while nobody knows who they are. */
  readonly id: string;
  readonly cityId: string;
  readonly isNew: boolean;
  /** The variant that they have been shown already, if any: it stays theirs when weights change. */
  readonly stuckTo?: string | undefined;
}

/** Why somebody gets a variant, or none. */
export type AssignmentReason =
  | "override"
  | "sticky"
  | "hash"
  | "not running"
  | "not targeted"
  | "held out"
  | "other experiment"
  | "not covered";

export interface Assignment {
  /** undefined for somebody who takes no part. */
  readonly variant: Variant | undefined;
  readonly reason: AssignmentReason;
}

/**
 * Which variant a person gets: a function of the experiment and the person alone, so that every replica, and any
 * of GrowthBook's SDKs, says the same without asking anybody.
 *
 * An override comes first. Who was shown a variant keeps it, also while the experiment is paused. Everybody else is
 * assigned while it runs: those whom it is about, who are not held out, whose place in the namespace is this
 * experiment's, and who fall into the range of a variant.
 */
export function assign(experiment: Assignable, person: Participant): Assignment {
  const { state, variants, overrides, namespace } = experiment;
  if (state === "draft" || state === "stopped") return none("not running");
  if (overrides.size > 0) {
    const forced = named(variants, overrides.get(person.id));
    if (forced !== undefined) return { variant: forced, reason: "override" };
  }
  const stuck = named(variants, person.stuckTo);
  if (stuck !== undefined) return { variant: stuck, reason: "sticky" };
  if (state === "paused") return none("not running");
  if (!isTargeted(experiment, person)) return none("not targeted");
  if (experiment.holdout > 0 && positionOf(HOLDOUT_SEED, person.id) < experiment.holdout)
    return none("held out");
  if (namespace !== undefined) {
    const place = namespacePositionOf(namespace.name, person.id);
    if (place < namespace.from || place >= namespace.to) return none("other experiment");
  }
  const variant = variantAt(experiment, positionOf(experiment.seed, person.id));
  return variant === undefined ? none("not covered") : { variant, reason: "hash" };
}

/**
 * The variant in whose range a position lies. Each range begins where the one before would end at full coverage, so
 * that raising the coverage moves nobody from one variant to another.
 */
function variantAt({ variants, coverage }: Assignable, position: number): Variant | undefined {
  let begin = 0;
  for (const variant of variants) {
    if (position >= begin && position < begin + coverage * variant.weight) return variant;
    begin += variant.weight;
  }
  return undefined;
}

function isTargeted({ targeting }: Assignable, { cityId, isNew }: Participant): boolean {
  const { cityIds, audience } = targeting;
  if (cityIds.length > 0 && !cityIds.includes(cityId)) return false;
  return audience === "" || (audience === "new") === isNew;
}

function named(variants: readonly Variant[], name: string | undefined): Variant | undefined {
  return name === undefined ? undefined : variants.find((variant) => variant.name === name);
}

function none(reason: AssignmentReason): Assignment {
  return { variant: undefined, reason };
}
