import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

describe("docs/settings.md", () => {
  it("names every setting that the code reads, and none that it does not", () => {
    const read = settingsRead();
    expect(read.size).toBeGreaterThan(20);
    expect([...settingsDocumented()].sort()).toEqual([...read].sort());
  });
});

/** Names given to the readers of Settings; a name that a template makes stands with its placeholder. */
function settingsRead(): Set<string> {
  const reader =
    /\b(?:settings|this)\s*\.(?:string|optional|integer|number|flag|choice|url)\(\s*["`]([A-Z_]+)["`]/g;
  const names = new Set<string>();
  for (const file of sources()) {
    for (const [, name = ""] of readFileSync(file, "utf8").matchAll(reader)) names.add(name);
  }
  // Named by constants, prefixes and patterns rather than where they are read.
  for (const name of ["CRAIC_<SERVICE>_ADDR", "CRAIC_ALLOWED_ORIGINS"]) names.add(name);
  for (const name of ["HTTP", "GRPC", "OPS"]) names.add(`CRAIC_${name}_PORT`);
  for (const name of ["CERT", "KEY", "CA"]) names.add(`CRAIC_TLS_${name}`);
  for (const prefix of ["CRAIC_RATE_LIMIT", "CRAIC_AUTH_RATE_LIMIT"]) {
    for (const suffix of ["PER_SECOND", "BURST"]) names.add(`${prefix}_${suffix}`);
  }
  names.add("LOG_LEVEL");
  return names;
}

function settingsDocumented(): Set<string> {
  const text = readFileSync(join(root, "docs/settings.md"), "utf8");
  const cells = text
    .split("\n")
    .flatMap((line) => (line.startsWith("| `") ? (line.split("|")[1] ?? "") : []));
  return new Set(cells.flatMap((cell) => [...cell.matchAll(/`([A-Z_<>]+)`/g)].map(([, name = ""]) => name)));
}

function sources(): string[] {
  return readdirSync(join(root, "services"), { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.includes("node_modules"));
}
