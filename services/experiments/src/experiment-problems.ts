import type { FieldViolation } from "@craic/runtime/errors.js";
import { UUID } from "@craic/runtime/text-rules.js";
import type { ExperimentContent } from "./experiment-record.js";

const MOST_OVERRIDES = 1_000;
/** Weights such as 1/3 do not add up to 1 exactly. */
const ROUNDING = 1e-6;

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
