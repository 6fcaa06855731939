import {
  type DescMessage,
  fromJson,
  fromJsonString,
  type JsonValue,
  type MessageShape,
} from "@bufbuild/protobuf";
import type { FieldViolation } from "./errors.js";

/** A message, or everything that keeps a line from being one. */
export type Parsed<Desc extends DescMessage> =
  | { readonly message: MessageShape<Desc> }
  | { readonly problems: readonly FieldViolation[] };

/** Reads a message from a line of proto JSON; problems name the field as the .proto file does. */
export function parseRecord<Desc extends DescMessage>(desc: Desc, line: string): Parsed<Desc> {
  try {
    return { message: fromJsonString(desc, line) };
  } catch (error) {
    return { problems: problemsOf(desc, line, error) };
  }
}

function problemsOf(desc: DescMessage, line: string, whole: unknown): readonly FieldViolation[] {
  let json: JsonValue;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return [{ field: "line", description: `is not JSON: ${(error as Error).message}` }];
  }
  if (!isObject(json)) return [{ field: "line", description: "is not a JSON object" }];
  const problems = fieldProblems(desc, json, "");
  // Each field on its own was good: it is their being together, such as the same key twice.
  return problems.length > 0 ? problems : [{ field: "line", description: sentenceOf(whole) }];
}

/** Reads each field by itself, so that every bad one is named and not the first alone. */
function fieldProblems(desc: DescMessage, object: JsonObject, path: string): FieldViolation[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const field = desc.fields.find(({ name, jsonName }) => name === key || jsonName === key);
    if (field === undefined) return [{ field: path + key, description: `is not a field of ${desc.name}` }];
    try {
      fromJson(desc, { [key]: value });
      return [];
    } catch (error) {
      const name = path + field.name;
      const inside = field.message === undefined ? [] : messageProblems(field.message, value, name);
      return inside.length > 0 ? inside : [{ field: name, description: sentenceOf(error) }];
    }
  });
}

function messageProblems(desc: DescMessage, value: JsonValue, name: string): FieldViolation[] {
  if (Array.isArray(value)) {
    return value.flatMap((element, i) => messageProblems(desc, element, `${name}[${i}]`));
  }
  if (desc.typeName === "google.protobuf.Timestamp") {
    return [{ field: name, description: 'is not a time such as "2026-06-20T20:00:00Z"' }];
  }
  if (!isObject(value)) return [{ field: name, description: "is not a JSON object" }];
  return fieldProblems(desc, value, `${name}.`);
}

/** What the decoder says, less its preface of full type names. */
function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^cannot decode .*? from JSON:? /, "");
}

type JsonObject = { [key: string]: JsonValue };

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
