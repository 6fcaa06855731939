import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

/** What a number may be, in the words of JSON Schema. */
export interface Range {
  readonly type: string;
  readonly minimum: number;
  readonly maximum: number;
}

/** What docs/settings.md has of programs that are no services: their settings are not for values. */
const OTHER_PROGRAMS = /^## (Jobs|The load generator)/;

/** The services' settings that docs/settings.md has, but for patterns such as CRAIC_<SERVICE>_ADDR. */
export function documentedSettings(): string[] {
  const sections = readFileSync(join(ROOT, "docs/settings.md"), "utf8").split(/^(?=## )/m);
  const rows = sections
    .filter((section) => !OTHER_PROGRAMS.test(section))
    .join("\n")
    .split("\n");
  const cells = rows.flatMap((row) => (row.startsWith("| `") ? (row.split("|")[1] ?? "") : []));
  return cells.flatMap((cell) => [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name = ""]) => name));
}

/** By a setting's name, what its reader takes, where that is written out in numbers. */
export function rangesInCode(): Map<string, Range> {
  const reader = /\.(integer|number)\(\s*"([A-Z_]+)",\s*[^,]+,\s*(-?[\d._]+),\s*(-?[\d._]+),?\s*\)/g;
  const ranges = new Map<string, Range>();
  for (const file of readdirSync(join(ROOT, "services"), { recursive: true, encoding: "utf8" })) {
    if (!file.includes("/src/") || !file.endsWith(".ts") || file.includes("node_modules")) continue;
    const text = readFileSync(join(ROOT, "services", file), "utf8");
    for (const [, type = "", name = "", minimum = "", maximum = ""] of text.matchAll(reader)) {
      ranges.set(name, { type, minimum: numberOf(minimum), maximum: numberOf(maximum) });
    }
  }
  return ranges;
}

function numberOf(text: string): number {
  return Number(text.replaceAll("_", ""));
}
