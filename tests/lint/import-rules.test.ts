import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Imports, lawful, writeMiniature } from "./miniature-tree.js";
import { bait, plantedViolations } from "./planted-violations.js";

const repository = join(__dirname, "../..");
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe("the import rules", () => {
  it("let a tree pass that keeps them, and have a violation planted for each", async () => {
    const { violations, rules } = await cruise(miniature(lawful));
    expect(violations).toEqual([]);
    expect(Object.keys(plantedViolations)).toEqual(rules);
  });

  it("catch every planted violation, and nothing beside", async () => {
    const plants = Object.entries(plantedViolations).flatMap(([rule, list]) =>
      list.map((one) => ({ rule, ...one })),
    );
    const files = Object.fromEntries(plants.map(({ file, imported }) => [file, [imported]]));
    const { violations } = await cruise(miniature({ ...lawful, ...bait, ...files }));
    const expected = plants.map(({ rule, file, caught }) => `${rule}: ${file} → ${caught}`);
    expect(violations).toEqual(expected.sort());
  });

  it("find no violation in the repository, of which they see the whole", async () => {
    const { violations, edges } = await cruise(repository);
    expect(violations).toEqual([]);
    const services = readdirSync(join(repository, "services")).filter((name) =>
      existsSync(join(repository, "services", name, "src")),
    );
    const seen = new Set(edges.map((edge) => /^services\/([^/]+)\/src\//.exec(edge)?.[1]));
    expect(services.filter((name) => !seen.has(name))).toEqual([]);
    expect(knownEdges.filter((edge) => !edges.includes(edge))).toEqual([]);
  });
});

/** By package, by path, by type only, over each border that a rule guards: were they not seen, no rule would strike. */
const knownEdges = [
  "services/auth/src/auth-service.ts → services/runtime/src/errors.ts",
  "services/auth/src/auth-service.ts → proto/gen/craic/auth/v1/auth_service_pb.ts",
  "services/auth/src/log-in.ts → services/auth/src/log-in-failure-store.ts",
  "services/all/src/modules.ts → services/auth/src/module.ts",
  "services/runtime/src/key-set.ts → proto/gen/craic/auth/v1/auth_service_pb.ts",
  "services/web/src/api.ts → proto/gen/craic/gateway/v1/session_service_pb.ts",
  "tests/fixtures/auth-bed.ts → services/auth/src/auth-service.ts",
];

function miniature(files: Readonly<Record<string, Imports>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "craic-lint-")));
  folders.push(folder);
  writeMiniature(folder, files, repository);
  return folder;
}

interface Report {
  readonly modules: readonly { source: string; dependencies: readonly { resolved: string }[] }[];
  readonly summary: {
    readonly violations: readonly { rule: { name: string }; from: string; to: string }[];
    readonly ruleSetUsed: { readonly forbidden: readonly { name: string }[] };
  };
}

/** Checks a tree with the repository's rules, in a process of its own since the checker is an ES module. */
async function cruise(folder: string) {
  const program = join(repository, "node_modules/.bin/depcruise");
  const config = join(repository, ".dependency-cruiser.cjs");
  const options = ["--config", config, "--output-type", "json", "services", "proto", "tests"];
  const { modules, summary }: Report = JSON.parse(await run(folder, [program, ...options]));
  return {
    rules: summary.ruleSetUsed.forbidden.map(({ name }) => name),
    violations: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).sort(),
    edges: modules.flatMap(({ source, dependencies }) =>
      dependencies.map(({ resolved }) => `${source} → ${resolved}`),
    ),
  };
}

/** What a Node program prints. */
async function run(folder: string, program: readonly string[]): Promise<string> {
  const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
  return (await promisify(execFile)(process.execPath, program, options)).stdout;
}
