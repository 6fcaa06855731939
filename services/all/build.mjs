// Builds what runs: dist/<program>.mjs, one bundle per entry point with shared chunks, and the page in dist/web.
// Called by setup.mjs; `node services/all/build.mjs` builds at once, and with --release without source maps.

import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { build as buildPage } from "vite";

const services = readdirSync("services").filter((name) => existsSync(join("services", name, "src/main.ts")));

/** What is started by itself beside the services, by the name of its bundle. */
const programs = {
  train: "recommender/src/train.ts",
  evaluate: "recommender/src/evaluate.ts",
  health: "runtime/src/health-probe/main.ts",
  operations: "all/src/operations/main.ts",
  load: "all/src/load/main.ts",
};

/**
 * @param {string} out folder of the bundles
 * @param {{ sourcemap?: boolean }} options
 */
export async function buildBundles(out = "dist", { sourcemap = true } = {}) {
  const entryPoints = Object.fromEntries(
    services.map((name) => [name === "all" ? "craic" : name, join("services", name, "src/main.ts")]),
  );
  for (const [name, path] of Object.entries(programs)) entryPoints[name] = join("services", path);
  await build({
    entryPoints,
    outdir: out,
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node24",
    format: "esm",
    sourcemap: sourcemap && "linked",
    sourcesContent: false,
    // Kept readable: stack traces and heap snapshots of a service name its own functions.
    minifySyntax: true,
    minifyWhitespace: true,
    // Has native code beside it, and is wanted only where DynamoDB is emulated.
    external: ["dynalite"],
    logLevel: "warning",
    // Packages published as CommonJS call require() for Node's own modules.
    banner: {
      js: 'import { createRequire as craicRequire } from "node:module"; const require = craicRequire(import.meta.url);',
    },
  });
  for (const name of services) {
    const migrations = join("services", name, "migrations");
    if (existsSync(migrations)) cpSync(migrations, join(out, "migrations", name), { recursive: true });
  }
  // The records and whose they are; not what makes them.
  cpSync("services/all/catalogue", join(out, "catalogue"), {
    recursive: true,
    filter: (path) => !/\.ts$|tsconfig|README|\/build$/.test(path),
  });
}

/** Builds the page into `out`/web. */
export async function buildWeb(out = "dist") {
  await buildPage({
    root: "services/web",
    logLevel: "warn",
    build: { outDir: join(process.cwd(), out, "web"), emptyOutDir: true },
  });
}

if (process.argv[1] === import.meta.filename) {
  rmSync("dist", { recursive: true, force: true });
  await buildBundles("dist", { sourcemap: !process.argv.includes("--release") });
  await buildWeb();
}
