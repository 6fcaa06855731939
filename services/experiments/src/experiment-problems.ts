import type { FieldViolation } from "@craic/runtime/errors.js";
import { UUID } from "@craic/runtime/text-rules.js";
import type { Variant } from "./experiment.js";
import type { ExperimentContent } from "./experiment-record.js";

const MOST_OVERRIDES = 1_000;
/** Weights such as 1/3 do not add up to 1 exactly. */
const ROUNDING = 1e-6;

const MOST_VALUE_CHARACTERS = 4_000;

/** What is wrong with an experiment that the field options cannot say. */
export function experimentProblems(content: ExperimentContent): FieldViolation[] {
  const { variants, namespace, overrides } = content;
  const problems: FieldViolation[] = [];
  const reject = (field: string, description: string) =>
    problems.push({ field: `experiment.${field}`, description });
  const sum = variants.reduce((total, { weight }) => total + weight, 0);
  if (Math.abs(sum - 1) > ROUNDING)
    reject("variants", `weights add up to ${Number(sum.toFixed(6))}, not to 1`);
  const names = variants.map(({ name }) => name);
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) !== i) reject(`variants[${i}].name`, `"${name}" is there already`);
  }
  problems.push(...valueProblems(content));
  if (namespace !== undefined && namespace.from >= namespace.to) {
    reject("namespace", `from ${namespace.from} is not below to ${namespace.to}`);
  }
  if (overrides.size > MOST_OVERRIDES)
    reject("overrides", `there are ${overrides.size}, at most ${MOST_OVERRIDES} may be`);
  for (const [userId, variant] of overrides) {
    if (!UUID.test(userId)) reject("overrides", `"${userId}" is not a UUID`);
    if (!names.includes(variant)) reject("overrides", `"${variant}" is not the name of a variant`);
  }
  return problems;
}

/** A feature flag is of one kind: whoever asks for a number gets one from every variant. */
function valueProblems({ variants }: ExperimentContent): FieldViolation[] {
  const first = kindOf(variants[0]?.value);
  return variants.flatMap(({ value }, i) => {
    const reject = (description: string) => [{ field: `experiment.variants[${i}].value`, description }];
    const kind = kindOf(value);
    if (kind === "null") return reject("is null, which no feature flag can be");
    if (kind !== first) return reject(`is ${kind}, where the first variant's is ${first}`);
    const { length } = JSON.stringify(value ?? "");
    return length > MOST_VALUE_CHARACTERS
      ? reject(`has ${length} characters of JSON, at most ${MOST_VALUE_CHARACTERS} may be`)
      : [];
  });
}

function kindOf(value: Variant["value"]): string {
  if (value === undefined) return "unset";
  if (value === null) return "null";
  return Array.isArray(value) ? "object" : typeof value;
}
