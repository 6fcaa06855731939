import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescOneof,
  getOption,
  type Message,
  type MessageShape,
  ScalarType,
} from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { type FieldRules, rules as rulesOption } from "@craic/proto/craic/options/v1/options_pb.js";
import type { FieldViolation } from "./errors.js";
import { codePoints, matchesWhole, UUID } from "./text-rules.js";

/**
 * What is wrong with a message, by the rules beside its fields (craic.options.v1.rules) and by what no message
 * may hold: an enum number without a name, a number that is not finite, an instant outside the years 1 to
 * 9999, text that is not Unicode. At most one violation a field or element; none quotes the value.
 */
export function violationsOf<Desc extends DescMessage>(
  desc: Desc,
  message: MessageShape<Desc>,
): FieldViolation[] {
  const found: FieldViolation[] = [];
  checkOf(desc)(message, found);
  return found;
}

/** Adds what is wrong with a message. */
type CheckMessage = (message: Message, found: FieldViolation[]) => void;
/** Says what is wrong with a value, if anything is. */
type CheckValue = (value: unknown) => string | undefined;

const checks = new WeakMap<DescMessage, CheckMessage>();

/** Compiles the check of a message type on first use. */
function checkOf(desc: DescMessage): CheckMessage {
  let check = checks.get(desc);
  if (check === undefined) {
    check = compile(desc);
    checks.set(desc, check);
  }
  return check;
}

function compile(desc: DescMessage): CheckMessage {
  const special = SPECIAL[desc.typeName];
  if (special !== undefined) return special;
  const members = desc.members.map((member) =>
    member.kind === "oneof" ? oneofCheck(member) : fieldCheck(member),
  );
  return (message, found) => {
    for (const check of members) check(message, found);
  };
}

function oneofCheck(oneof: DescOneof): CheckMessage {
  const cases = new Map(oneof.fields.map((field) => [field.localName, presentCheck(field)]));
  return (message, found) => {
    const held = (message as unknown as Record<string, { case?: string; value: unknown }>)[oneof.localName];
    if (held?.case !== undefined) cases.get(held.case)?.(held.value, found);
  };
}

function fieldCheck(field: DescField): CheckMessage {
  const { localName, name } = field;
  const required = getOption(field, rulesOption).required;
  const check = presentCheck(field);
  return (message, found) => {
    const value = (message as unknown as Record<string, unknown>)[localName];
    if (value !== undefined) check(value, found);
    else if (required) found.push({ field: name, description: REQUIRED });
  };
}

const REQUIRED = "is required";

/** Checks the value of a field that is there. */
function presentCheck(field: DescField): (value: unknown, found: FieldViolation[]) => void {
  const { name } = field;
  const rules = getOption(field, rulesOption);
  switch (field.fieldKind) {
    case "list": {
      const countCheck = countRule(rules);
      const itemCheck = elementCheck(field.listKind === "message" ? field.message : undefined, field, rules);
      return (value, found) => {
        const items = value as readonly unknown[];
        const wrong = countCheck(items.length);
        if (wrong !== undefined) found.push({ field: name, description: wrong });
        // A list that is far too long is not worth the time.
        else for (let i = 0; i < items.length; i++) itemCheck(items[i], found, name, i);
      };
    }
    case "map": {
      const countCheck = countRule(rules);
      const valueCheck = elementCheck(field.mapKind === "message" ? field.message : undefined, field, rules);
      return (value, found) => {
        const entries = Object.entries(value as Record<string, unknown>);
        const wrong = countCheck(entries.length);
        if (wrong !== undefined) found.push({ field: name, description: wrong });
        else for (const [key, entry] of entries) valueCheck(entry, found, name, JSON.stringify(key));
      };
    }
    case "message": {
      if (isWrapperDesc(field.message) && field.oneof === undefined) {
        return valueCheck(name, scalarRule(field.message.fields[0].scalar, rules, rules.required));
      }
      if (field.message.typeName === "google.protobuf.Struct") return () => {};
      const nested = nestedCheck(field.message);
      return (value, found) => nested(value as Message, found, name);
    }
    case "scalar":
      return valueCheck(name, scalarRule(field.scalar, rules, rules.required));
    case "enum":
      return valueCheck(name, enumRule(field.enum, rules));
  }
}

function valueCheck(name: string, rule: CheckValue) {
  return (value: unknown, found: FieldViolation[]) => {
    const wrong = rule(value);
    if (wrong !== undefined) found.push({ field: name, description: wrong });
  };
}

/** Checks one element of a list or a map. */
function elementCheck(message: DescMessage | undefined, field: DescField, rules: FieldRules) {
  if (message !== undefined) {
    const nested = nestedCheck(message);
    return (value: unknown, found: FieldViolation[], name: string, key: number | string) =>
      nested(value as Message, found, name, key);
  }
  // Of a list, `required` speaks of the whole; an element is there, so its other rules hold for it.
  const own = { ...rules, required: false };
  const rule = field.enum ? enumRule(field.enum, own) : scalarRule(field.scalar as ScalarType, own, true);
  return (value: unknown, found: FieldViolation[], name: string, key: number | string) => {
    const wrong = rule(value);
    if (wrong !== undefined) found.push({ field: `${name}[${key}]`, description: wrong });
  };
}

/** Checks a message inside another; paths are only put together once something is wrong. */
function nestedCheck(desc: DescMessage) {
  // Found on first use: the type may hold itself.
  let check: CheckMessage | undefined;
  return (message: Message, found: FieldViolation[], name: string, key?: number | string): void => {
    check ??= checkOf(desc);
    const before = found.length;
    check(message, found);
    for (let i = before; i < found.length; i++) {
      const { field, description } = found[i] as FieldViolation;
      const place = key === undefined ? name : `${name}[${key}]`;
      found[i] = { field: field === "" ? place : `${place}.${field}`, description };
    }
  };
}

function countRule({ required, minItems, maxItems }: FieldRules): (count: number) => string | undefined {
  const least = Math.max(minItems, required ? 1 : 0);
  const most = maxItems || Number.POSITIVE_INFINITY;
  return (count) => {
    if (count < least) return count === 0 && required ? REQUIRED : `must have at least ${least} elements`;
    return count > most ? `must have at most ${most} elements` : undefined;
  };
}

function enumRule(desc: DescEnum, { required }: FieldRules): CheckValue {
  const known = new Set(desc.values.map(({ number }) => number));
  return (value) => {
    if (value === 0 && required) return REQUIRED;
    return known.has(value as number) ? undefined : "is not a known value";
  };
}

/** @param required whether an empty or zero value breaks the rules too; so it does as an element */
function scalarRule(scalar: ScalarType, rules: FieldRules, required: boolean): CheckValue {
  switch (scalar) {
    case ScalarType.STRING:
      return stringRule(rules, required);
    case ScalarType.BYTES:
      return (value) => lengthWrong((value as Uint8Array).length, rules, required, "bytes");
    case ScalarType.BOOL:
      return (value) => (rules.required && value === false ? REQUIRED : undefined);
    default:
      return numberRule(rules);
  }
}

function stringRule(rules: FieldRules, required: boolean): CheckValue {
  const matches = rules.pattern === "" ? undefined : matchesWhole(rules.pattern);
  return (value) => {
    const text = value as string;
    if (text === "" && !required) return undefined;
    if (!text.isWellFormed()) return "must be valid Unicode";
    const wrong = lengthWrong(codePoints(text, rules), rules, required, "characters");
    if (wrong !== undefined) return wrong;
    if (rules.uuid && !UUID.test(text)) return "must be a UUID of 36 lower-case characters";
    return matches === undefined || matches(text) ? undefined : "does not have the form it must have";
  };
}

function lengthWrong(length: number, rules: FieldRules, required: boolean, unit: string): string | undefined {
  if (length === 0 && rules.required) return REQUIRED;
  if (length === 0 && !required) return undefined;
  if (length < rules.minLength) return `must have at least ${rules.minLength} ${unit}`;
  return rules.maxLength > 0 && length > rules.maxLength
    ? `must have at most ${rules.maxLength} ${unit}`
    : undefined;
}

function numberRule({ required, gte, lte }: FieldRules): CheckValue {
  return (value) => {
    const number = Number(value);
    if (!Number.isFinite(number)) return "must be a finite number";
    if (required && number === 0) return REQUIRED;
    if (gte !== undefined && number < gte) return `must be at least ${gte}`;
    return lte !== undefined && number > lte ? `must be at most ${lte}` : undefined;
  };
}

interface SecondsAndNanos {
  readonly seconds: bigint;
  readonly nanos: number;
}

const MAX_NANOS = 999_999_999;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the bounds that Timestamp's own definition sets. */
const MIN_INSTANT = -62_135_596_800n;
const MAX_INSTANT = 253_402_300_799n;
/** Some 10,000 years, the bound that Duration's own definition sets. */
const MAX_DURATION = 315_576_000_000n;

const SPECIAL: Readonly<Record<string, CheckMessage>> = {
  "google.protobuf.Timestamp": (message, found) => {
    const { seconds, nanos } = message as unknown as SecondsAndNanos;
    const valid = seconds >= MIN_INSTANT && seconds <= MAX_INSTANT && nanos >= 0 && nanos <= MAX_NANOS;
    if (!valid) found.push({ field: "", description: "must be an instant in the years 1 to 9999" });
  },
  "google.protobuf.Duration": (message, found) => {
    const { seconds, nanos } = message as unknown as SecondsAndNanos;
    const sameSign = seconds === 0n || nanos === 0 || seconds > 0n === nanos > 0;
    const valid =
      seconds >= -MAX_DURATION && seconds <= MAX_DURATION && Math.abs(nanos) <= MAX_NANOS && sameSign;
    if (!valid) found.push({ field: "", description: "must be a duration of at most 10,000 years" });
  },
};
