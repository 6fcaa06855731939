/** What a person may do that experiments count. */
export const conversionKinds = ["save", "click", "attend", "hide"] as const;
export type ConversionKind = (typeof conversionKinds)[number];

/** Somebody was shown a variant. */
export interface Exposure {
  readonly type: "exposure";
  readonly exposureId: string;
  readonly experimentId: string;
  readonly variant: string;
  readonly occurMs: number;
  readonly cityId: string;
  readonly isNew: boolean;
  /** 0 when not known. */
  readonly latencyMs: number;
  readonly failed: boolean;
  /** Shown to one of those who run the place. */
  readonly isStaff: boolean;
}

/** Somebody did something. */
export interface Conversion {
  readonly type: "conversion";
  readonly conversionId: string;
  readonly kind: ConversionKind;
  readonly occurMs: number;
}

/** A browser's id, whose event this is, turns out to be a person's. */
export interface Link {
  readonly type: "link";
  readonly userId: string;
}

/** Why somebody is left out of an experiment's results; "" for nobody who is. */
export const exclusions = ["", "staff", "bot", "saw several variants", "linked to another id"] as const;
export type Exclusion = (typeof exclusions)[number];

/** A person's part in one experiment: about 1 KB at most, whatever they do. */
export interface Participation {
  readonly experimentId: string;
  /** Counts the writes, 0 for what was never written. */
  readonly revision: number;
  /** The variant that they were shown first. */
  readonly variant: string;
  readonly firstMs: number;
  /** City and audience at the first exposure. */
  readonly cityId: string;
  readonly isNew: boolean;
  readonly exclusion: Exclusion;
  readonly exposures: number;
  /** The hour, counted from 1970, of the latest exposure, and exposures in it. */
  readonly hour: number;
  readonly exposuresInHour: number;
  /** The latest exposures, for telling which come twice and what they account for; latest last. */
  readonly recentExposures: readonly { readonly id: string; readonly ms: number }[];
  /** Sum over the exposures whose latency is known, and their number. */
  readonly latencySumMs: number;
  readonly latencies: number;
  readonly failures: number;
  /** Conversions within the attribution window. */
  readonly conversions: Readonly<Record<ConversionKind, number>>;
  /** The first of them; 0 while there is none. */
  readonly firstConversionMs: Readonly<Record<ConversionKind, number>>;
  /** Which of the person's recent conversions are among them: the last 16 hexadecimal digits of their ids. */
  readonly countedIds: readonly string[];
  /** What they did in as long a time before the first exposure as counts after it. */
  readonly before: Readonly<Record<ConversionKind, number>>;
}

/** What is kept of a person. */
export interface Person {
  readonly userId: string;
  /** Counts the writes of what follows but the participations, 0 for what was never written. */
  readonly revision: number;
  /** Those that arrived last: for exposures that arrive after them, and for what was before an experiment. */
  readonly recentConversions: readonly Conversion[];
  /** Whose browser this is, once that is known; "" before, and for people. */
  readonly linkedTo: string;
  /** By experiment. */
  readonly participations: ReadonlyMap<string, Participation>;
}

/** Somebody of whom nothing is known. */
export function stranger(userId: string): Person {
  return { userId, revision: 0, recentConversions: [], linkedTo: "", participations: new Map() };
}

export const none: Readonly<Record<ConversionKind, number>> = { save: 0, click: 0, attend: 0, hide: 0 };
