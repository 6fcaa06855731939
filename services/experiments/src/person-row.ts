import type { Item } from "./dynamodb.js";
import {
  type Conversion,
  type ConversionKind,
  conversionKinds,
  exclusions,
  type Participation,
  type Person,
} from "./person.js";

/** Sort key of the item that is about a person rather than their part in an experiment; no experiment is called so. */
export const PERSON = "#person";

/** Partition key of the items that tell whom replicas have written, who are no people; see write-log-store.dynamo.ts. */
export const WRITE_LOG = "#written";

const ID_BYTES = 16;
const TIME_BYTES = 6;
const EXPOSURE_BYTES = ID_BYTES + TIME_BYTES;
const CONVERSION_BYTES = ID_BYTES + 1 + TIME_BYTES;
const COUNTED_BYTES = 8;

// Names are short because DynamoDB charges for them.

export function itemOfParticipation(userId: string, participation: Participation): Item {
  const { recentExposures, countedIds } = participation;
  const exposures = Buffer.alloc(recentExposures.length * EXPOSURE_BYTES);
  for (const [i, { id, ms }] of recentExposures.entries()) {
    writeId(exposures, i * EXPOSURE_BYTES, id);
    exposures.writeUIntBE(ms, i * EXPOSURE_BYTES + ID_BYTES, TIME_BYTES);
  }
  return {
    user_id: { S: userId },
    experiment_id: { S: participation.experimentId },
    variant: { S: participation.variant },
    first_ms: number(participation.firstMs),
    city: { S: participation.cityId },
    is_new: { BOOL: participation.isNew },
    out: { S: participation.exclusion },
    shown: number(participation.exposures),
    hour: number(participation.hour),
    in_hour: number(participation.exposuresInHour),
    recent: { B: exposures },
    ms_sum: number(participation.latencySumMs),
    ms_n: number(participation.latencies),
    failed: number(participation.failures),
    did: byKind(participation.conversions),
    did_ms: byKind(participation.firstConversionMs),
    did_ids: { B: Buffer.from(countedIds.join(""), "hex") },
    before: byKind(participation.before),
  };
}

export function participationFrom(item: Item): Participation {
  const exposures = Buffer.from(item.recent?.B ?? []);
  const counted = Buffer.from(item.did_ids?.B ?? []);
  return {
    experimentId: item.experiment_id?.S ?? "",
    revision: numberIn(item.rev),
    variant: item.variant?.S ?? "",
    firstMs: numberIn(item.first_ms),
    cityId: item.city?.S ?? "",
    isNew: item.is_new?.BOOL ?? false,
    exclusion: exclusions.find((each) => each === item.out?.S) ?? "",
    exposures: numberIn(item.shown),
    hour: numberIn(item.hour),
    exposuresInHour: numberIn(item.in_hour),
    recentExposures: Array.from({ length: exposures.length / EXPOSURE_BYTES }, (_, i) => ({
      id: idFrom(exposures, i * EXPOSURE_BYTES),
      ms: exposures.readUIntBE(i * EXPOSURE_BYTES + ID_BYTES, TIME_BYTES),
    })),
    latencySumMs: numberIn(item.ms_sum),
    latencies: numberIn(item.ms_n),
    failures: numberIn(item.failed),
    conversions: kindsIn(item.did),
    firstConversionMs: kindsIn(item.did_ms),
    countedIds: Array.from({ length: counted.length / COUNTED_BYTES }, (_, i) =>
      counted.toString("hex", i * COUNTED_BYTES, (i + 1) * COUNTED_BYTES),
    ),
    before: kindsIn(item.before),
  };
}

export function itemOfPerson({ userId, linkedTo, recentConversions }: Person): Item {
  const recent = Buffer.alloc(recentConversions.length * CONVERSION_BYTES);
  for (const [i, { conversionId, kind, occurMs }] of recentConversions.entries()) {
    const at = i * CONVERSION_BYTES;
    writeId(recent, at, conversionId);
    recent.writeUInt8(conversionKinds.indexOf(kind), at + ID_BYTES);
    recent.writeUIntBE(occurMs, at + ID_BYTES + 1, TIME_BYTES);
  }
  return {
    user_id: { S: userId },
    experiment_id: { S: PERSON },
    linked_to: { S: linkedTo },
    recent: { B: recent },
  };
}

/** A person without their participations. */
export function personFrom(item: Item): Person {
  const recent = Buffer.from(item.recent?.B ?? []);
  const conversionAt = (_: unknown, i: number): Conversion => {
    const at = i * CONVERSION_BYTES;
    return {
      type: "conversion",
      conversionId: idFrom(recent, at),
      kind: conversionKinds[recent.readUInt8(at + ID_BYTES)] ?? "click",
      occurMs: recent.readUIntBE(at + ID_BYTES + 1, TIME_BYTES),
    };
  };
  return {
    userId: item.user_id?.S ?? "",
    revision: numberIn(item.rev),
    linkedTo: item.linked_to?.S ?? "",
    recentConversions: Array.from({ length: recent.length / CONVERSION_BYTES }, conversionAt),
    participations: new Map(),
  };
}

export function writeId(bytes: Buffer, at: number, uuid: string): void {
  bytes.write(uuid.replaceAll("-", ""), at, "hex");
}

export function idFrom(bytes: Buffer, at: number): string {
  const digits = bytes.toString("hex", at, at + ID_BYTES);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function number(value: number) {
  return { N: String(value) };
}

function numberIn(attribute: Item[string] | undefined): number {
  return Number(attribute?.N ?? 0);
}

function byKind(counts: Readonly<Record<ConversionKind, number>>) {
  return { L: conversionKinds.map((kind) => number(counts[kind])) };
}

function kindsIn(attribute: Item[string] | undefined): Record<ConversionKind, number> {
  const [save, click, attend, hide] = (attribute?.L ?? []).map(numberIn);
  return { save: save ?? 0, click: click ?? 0, attend: attend ?? 0, hide: hide ?? 0 };
}
