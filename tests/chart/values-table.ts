import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CHART } from "./renders.js";

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
}

export const schema = JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8"));
export const values = parse(readFileSync(join(CHART, "values.yaml"), "utf8"));

/** Every part of the schema with the path of the values that it is about; references are followed. */
export function* partsOf(part: Schema, path: readonly string[]): Generator<[string[], Schema]> {
  const { $ref, ...own } = part;
  const target: Schema = $ref === undefined ? {} : schema.definitions[$ref.split("/").at(-1) ?? ""];
  const whole: Schema = { ...target, ...own };
  yield [[...path], whole];
  for (const [key, child] of Object.entries(whole.properties ?? {})) yield* partsOf(child, [...path, key]);
  if (whole.items !== undefined) yield* partsOf(whole.items, [...path, "[]"]);
}

/** What is described elsewhere: settings by docs/settings.md, a service's entry by that of the defaults. */
const SHORTENED = /^(settings|services)[.][a-z]+$/;

/** The table of charts/craic/README.md: a row for each value, with its default and what the schema says of it. */
export function valuesTable(): string {
  const rows = ["| value | default | |", "|---|---|---|"];
  const done: string[] = ["global"];
  for (const [path, { properties, description = "" }] of partsOf(schema, [])) {
    const name = path.join(".");
    if (path.length === 0 || path.includes("[]") || done.some((each) => `${name}.`.startsWith(`${each}.`)))
      continue;
    const isShortened = SHORTENED.test(name);
    if (properties !== undefined && !isShortened && !isAmount(name)) continue;
    done.push(name);
    rows.push(`| \`${name}\` | ${defaultOf(path)} | ${description.replaceAll("|", "\\|")} |`);
  }
  return `${rows.join("\n")}\n`;
}

/** Requests and limits say more in one row. */
function isAmount(name: string): boolean {
  return name === "resources" || name.endsWith(".resources");
}

function defaultOf(path: readonly string[]): string {
  // biome-ignore lint/suspicious/noExplicitAny: values of any shape
  const value = path.reduce<any>((part, key) => part?.[key], values);
  if (value === undefined || value === "" || JSON.stringify(value) === "{}") return "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value).replaceAll('"', "")}\``;
}
