// Runs the measurements: `npm run bench`, or `npm run bench -- runtime feed` for some of them.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const names = readdirSync("tests/bench")
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.slice(0, -".bench.ts".length))
  .sort();

const wanted = process.argv.slice(2);
if (wanted.includes("--help") || wanted.includes("-h")) {
  process.stdout.write(
    `Usage: npm run bench [-- NAME …]\n\nNames: ${names.join(", ")}; all of them unless some are named.\n`,
  );
  process.exit(0);
}
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no measurement is called ${unknown.join(", ")}; there are ${names.join(", ")}\n`);
  process.exit(64);
}

/** Our own packages are bundled, being TypeScript; the others are loaded as they are. */
const othersExternal = {
  name: "others-external",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || path.startsWith("@craic/") ? undefined : { path, external: true },
    );
  },
};

// Inside the repository, so that what is not bundled is found in node_modules.
const folder = mkdtempSync(join(process.cwd(), "node_modules/.craic-bench-"));
try {
  const chosen = wanted.length > 0 ? wanted : names;
  await build({
    entryPoints: chosen.map((name) => join("tests/bench", `${name}.bench.ts`)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    plugins: [othersExternal],
    platform: "node",
    target: "node24",
    format: "esm",
    logLevel: "warning",
  });
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  process.stdout.write(`${cpus().length} × ${cpus()[0]?.model}, ${gib} GiB, Node ${process.version}\n`);
  for (const name of chosen) {
    process.stdout.write(`\n## ${name}\n\n`);
    const { bench } = await import(pathToFileURL(join(folder, `${name}.bench.mjs`)).href);
    await bench();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
