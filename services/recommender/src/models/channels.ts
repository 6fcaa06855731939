import { parseVersion } from "./model-version.js";

/** Which version answers for whom: "control" is everybody who is in no experiment, "shadow" is nobody. */
export const channelNames = ["control", "treatment", "shadow"] as const;
export type Channel = (typeof channelNames)[number];
export type Channels = Partial<Readonly<Record<Channel, string>>>;

export const switchCauses = ["training", "operator", "rollback", "guard"] as const;
export type SwitchCause = (typeof switchCauses)[number];

/** Who switches, when and why. */
export interface Occasion {
  /** ISO 8601. */
  readonly time: string;
  readonly cause: SwitchCause;
  /** One sentence for an operator; may be empty. */
  readonly reason: string;
}

/** One change of a channel; "" is no version. */
export interface ChannelSwitch extends Occasion {
  readonly channel: Channel;
  readonly from: string;
  readonly to: string;
}

/** All that channels.json says. Immutable: the functions below make the next one. */
export interface ChannelRecord {
  readonly published: Channels;
  /** What was published before and can be rolled back to, the newest last. */
  readonly former: Partial<Readonly<Record<Channel, readonly string[]>>>;
  /** Versions that were rolled back, and why. */
  readonly withdrawn: Readonly<Record<string, string>>;
  /** The newest last. */
  readonly journal: readonly ChannelSwitch[];
}

export const emptyRecord: ChannelRecord = { published: {}, former: {}, withdrawn: {}, journal: [] };

const MOST_FORMER = 20;
const MOST_WITHDRAWN = 100;
const MOST_JOURNAL = 100;

/** Publishes a version in channels; "" leaves them without one. An operator's word ends a withdrawal. */
export function switched(
  record: ChannelRecord,
  channels: readonly Channel[],
  version: string,
  occasion: Occasion,
): ChannelRecord {
  let next = record;
  for (const channel of channels) {
    const before = next.published[channel];
    if (before === (version || undefined)) continue;
    const former = (next.former[channel] ?? []).filter((each) => each !== version);
    if (before !== undefined) former.push(before);
    next = moved(next, channel, version, former.slice(-MOST_FORMER), occasion);
  }
  const { [version]: _, ...withdrawn } = next.withdrawn;
  return { ...next, withdrawn };
}

/** What a channel can be rolled back to, the best first: what served before, less what was withdrawn. */
export function rollbackTargets({ former, withdrawn }: ChannelRecord, channel: Channel): string[] {
  return (former[channel] ?? []).filter((version) => withdrawn[version] === undefined).toReversed();
}

/**
 * Brings back one of `rollbackTargets` and withdraws the version that it replaces, unless control goes on ranking
 * with it.
 */
export function rolledBack(
  record: ChannelRecord,
  channel: Channel,
  target: string,
  occasion: Occasion,
): ChannelRecord {
  const { former, published, withdrawn } = record;
  const stack = former[channel] ?? [];
  const next = moved(record, channel, target, stack.slice(0, stack.indexOf(target)), occasion);
  const worse = published[channel];
  if (worse === undefined || worse === next.published.control) return next;
  const why = occasion.reason || "an operator rolled it back";
  const entries = [...Object.entries(withdrawn), [worse, why] as const];
  return { ...next, withdrawn: Object.fromEntries(entries.slice(-MOST_WITHDRAWN)) };
}

/** Versions that must stay on the volume: those in use, and for each channel the one to roll back to. */
export function versionsNeeded(record: ChannelRecord): Set<string> {
  const targets = channelNames.flatMap((channel) => rollbackTargets(record, channel).slice(0, 1));
  return new Set([...Object.values(record.published), ...targets]);
}

/** All that is remembered of: a number that a version has had is not given to another, though the first is gone. */
export function versionsNamed({ published, former, withdrawn, journal }: ChannelRecord): string[] {
  return [
    ...Object.values(published),
    ...Object.values(former).flat(),
    ...Object.keys(withdrawn),
    ...journal.flatMap(({ from, to }) => [from, to].filter((version) => version !== "")),
  ];
}

/** What switched a channel last; undefined when nothing is known of it. */
export function lastSwitch({ journal }: ChannelRecord, channel: Channel): ChannelSwitch | undefined {
  return journal.findLast((entry) => entry.channel === channel);
}

function moved(
  { published, former, withdrawn, journal }: ChannelRecord,
  channel: Channel,
  version: string,
  formerOfChannel: readonly string[],
  occasion: Occasion,
): ChannelRecord {
  const { [channel]: from = "", ...others } = published;
  const entry = { ...occasion, channel, from, to: version };
  return {
    published: version === "" ? others : { ...others, [channel]: version },
    former: { ...former, [channel]: formerOfChannel },
    withdrawn,
    journal: [...journal, entry].slice(-MOST_JOURNAL),
  };
}

/** The record as channels.json holds it: a version by channel, and beside them what is remembered. */
export function formatRecord({ published, former, withdrawn, journal }: ChannelRecord): string {
  return `${JSON.stringify({ ...published, former, withdrawn, journal }, undefined, 2)}\n`;
}

/** Reads what formatRecord() wrote, or channels alone. Throws an error that names what is wrong. */
export function parseRecord(json: string): ChannelRecord {
  const value: unknown = JSON.parse(json);
  if (!isObject(value)) throw new Error("it is not an object");
  const published = Object.fromEntries(
    channelNames
      .filter((channel) => value[channel] !== undefined)
      .map((channel) => [channel, value[channel]]),
  );
  const { former = {}, withdrawn = {}, journal = [] } = value;
  for (const [channel, version] of Object.entries(published)) {
    if (!isVersion(version)) throw new Error(`${channel} is ${JSON.stringify(version)}, not a version`);
  }
  if (
    !isObject(former) ||
    !Object.entries(former).every(([key, list]) => isChannel(key) && isList(list, isVersion))
  )
    throw new Error("former is not lists of versions by channel");
  if (!isObject(withdrawn) || !Object.values(withdrawn).every((reason) => typeof reason === "string"))
    throw new Error("withdrawn is not reasons by version");
  if (!isList(journal, isSwitch)) throw new Error("journal is not a list of switches");
  return { published, former, withdrawn, journal } as ChannelRecord;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown, isRight: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isRight);
}

function isVersion(value: unknown): boolean {
  return typeof value === "string" && parseVersion(value) !== undefined;
}

function isChannel(value: unknown): boolean {
  return channelNames.some((name) => name === value);
}

function isSwitch(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { time, channel, from, to, cause, reason } = value;
  return (
    typeof time === "string" &&
    !Number.isNaN(Date.parse(time)) &&
    isChannel(channel) &&
    (from === "" || isVersion(from)) &&
    (to === "" || isVersion(to)) &&
    switchCauses.some((name) => name === cause) &&
    typeof reason === "string"
  );
}
