import {
  type Conversion,
  type ConversionKind,
  type Exposure,
  none,
  type Participation,
  type Person,
} from "./person.js";

/** How people's doings are counted. */
export interface AttributionRules {
  /** A conversion counts for exposures in so much time before it. */
  readonly windowMs: number;
  /** Who is shown an experiment more often than this in an hour is no person. */
  readonly mostExposuresPerHour: number;
}

// What is remembered to tell what comes twice: together with the rest at most 1 KB an item, which is what a write
// to DynamoDB is paid by.
const RECENT_EXPOSURES = 12;
const RECENT_CONVERSIONS = 32;
const HOUR_MS = 60 * 60_000;

/** Takes in an exposure, once. Conversions that arrived before it count as if they had come after. */
export function withExposure(person: Person, exposure: Exposure, rules: AttributionRules): Person {
  const before = person.participations.get(exposure.experimentId);
  if (before?.recentExposures.some(({ id }) => id === exposure.exposureId)) return person;
  const shown = before === undefined ? firstShown(exposure) : shownAgain(before, exposure, rules);
  return withParticipation(person, recounted(person, shown, before?.firstMs, rules));
}

/**
 * The participation with those of the person's recent conversions counted that an exposure now accounts for and none did
 * before.
 *
 * @param firstMs the first exposure as it was known before: where that moves, what came before it is counted anew
 */
export function recounted(
  person: Person,
  participation: Participation,
  firstMs: number | undefined,
  rules: AttributionRules,
): Participation {
  const { recentConversions } = person;
  const counted = recentConversions.reduce(
    (so, conversion) => counting(so, conversion, recentConversions, rules),
    participation,
  );
  if (counted.firstMs === firstMs) return counted;
  return { ...counted, before: beforeExperiment(person, counted.firstMs, rules) };
}

/** Takes in a conversion, once: for every experiment that the person was exposed to in the window before it. */
export function withConversion(person: Person, conversion: Conversion, rules: AttributionRules): Person {
  const { recentConversions } = person;
  if (recentConversions.some(({ conversionId }) => conversionId === conversion.conversionId)) return person;
  const recent = [...recentConversions, conversion].slice(-RECENT_CONVERSIONS);
  const participations = new Map(person.participations);
  for (const [experimentId, participation] of participations) {
    const counted = counting(participation, conversion, recent, rules);
    participations.set(
      experimentId,
      isBefore(participation, conversion, rules) ? foretold(counted, conversion) : counted,
    );
  }
  return { ...person, recentConversions: recent, participations };
}

function withParticipation(person: Person, participation: Participation): Person {
  const participations = new Map(person.participations).set(participation.experimentId, participation);
  return { ...person, participations };
}

function firstShown(exposure: Exposure): Participation {
  const { experimentId, exposureId, variant, occurMs, cityId, isNew, latencyMs, failed, isStaff } = exposure;
  return {
    experimentId,
    revision: 0,
    variant,
    firstMs: occurMs,
    cityId,
    isNew,
    exclusion: isStaff ? "staff" : "",
    exposures: 1,
    hour: Math.floor(occurMs / HOUR_MS),
    exposuresInHour: 1,
    recentExposures: [{ id: exposureId, ms: occurMs }],
    latencySumMs: latencyMs,
    latencies: latencyMs > 0 ? 1 : 0,
    failures: failed ? 1 : 0,
    conversions: none,
    firstConversionMs: none,
    countedIds: [],
    before: none,
  };
}

function shownAgain(before: Participation, exposure: Exposure, rules: AttributionRules): Participation {
  const { exposureId, variant, occurMs, cityId, isNew, latencyMs, failed, isStaff } = exposure;
  const hour = Math.floor(occurMs / HOUR_MS);
  const exposuresInHour = hour === before.hour ? before.exposuresInHour + 1 : 1;
  const isLate = hour < before.hour;
  const recentExposures = [...before.recentExposures, { id: exposureId, ms: occurMs }];
  const isFirst = occurMs < before.firstMs;
  let { exclusion } = before;
  if (exclusion === "" && variant !== before.variant) exclusion = "saw several variants";
  if (exclusion === "" && !isLate && exposuresInHour > rules.mostExposuresPerHour) exclusion = "bot";
  if (exclusion === "" && isStaff) exclusion = "staff";
  return {
    ...before,
    ...(isFirst ? { variant, firstMs: occurMs, cityId, isNew } : {}),
    exclusion,
    exposures: before.exposures + 1,
    ...(isLate ? {} : { hour, exposuresInHour }),
    recentExposures: recentExposures.slice(-RECENT_EXPOSURES),
    latencySumMs: before.latencySumMs + latencyMs,
    latencies: before.latencies + (latencyMs > 0 ? 1 : 0),
    failures: before.failures + (failed ? 1 : 0),
  };
}

/**
 * The participation with a conversion counted, where an exposure that is known accounts for it and it was not yet.
 * Of what was counted only the recent conversions can come up again.
 */
function counting(
  participation: Participation,
  { conversionId, kind, occurMs }: Conversion,
  recent: readonly Conversion[],
  { windowMs }: AttributionRules,
): Participation {
  const { firstMs, recentExposures, countedIds, conversions, firstConversionMs } = participation;
  const id = shortId(conversionId);
  if (countedIds.includes(id)) return participation;
  const accounts = (exposureMs: number) => occurMs >= exposureMs && occurMs < exposureMs + windowMs;
  if (!accounts(firstMs) && !recentExposures.some(({ ms }) => accounts(ms))) return participation;
  const earlier = firstConversionMs[kind];
  return {
    ...participation,
    conversions: increased(conversions, kind),
    firstConversionMs: {
      ...firstConversionMs,
      [kind]: earlier === 0 ? occurMs : Math.min(earlier, occurMs),
    },
    countedIds: recent
      .map((each) => shortId(each.conversionId))
      .filter((each) => each === id || countedIds.includes(each)),
  };
}

function isBefore(
  { firstMs }: Participation,
  { occurMs }: Conversion,
  { windowMs }: AttributionRules,
): boolean {
  return occurMs < firstMs && occurMs >= firstMs - windowMs;
}

function foretold(participation: Participation, { kind }: Conversion): Participation {
  return { ...participation, before: increased(participation.before, kind) };
}

function beforeExperiment(
  { recentConversions }: Person,
  firstMs: number,
  { windowMs }: AttributionRules,
): Participation["before"] {
  return recentConversions
    .filter(({ occurMs }) => occurMs < firstMs && occurMs >= firstMs - windowMs)
    .reduce((counts, { kind }) => increased(counts, kind), none);
}

function increased(counts: Readonly<Record<ConversionKind, number>>, kind: ConversionKind) {
  return { ...counts, [kind]: counts[kind] + 1 };
}

/** 64 of a UUID's bits, those that are random in every version: enough to tell a person's last few apart. */
function shortId(uuid: string): string {
  return uuid.replaceAll("-", "").slice(16);
}
