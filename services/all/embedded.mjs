// Puts what emulates DynamoDB into a folder, for one platform: the package, what it needs at run time and their
// licences; no declarations, no programs, no source of native code, no binaries of other platforms. The Dockerfile calls it.
//
//   node services/all/embedded.mjs FOLDER amd64|arm64

import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, architecture] = process.argv.slice(2);
const platform = { amd64: "linux-x64", arm64: "linux-arm64" }[architecture];
if (folder === undefined || platform === undefined) {
  process.stderr.write("Usage: node services/all/embedded.mjs FOLDER amd64|arm64\n");
  process.exit(64);
}

for (const name of withDependencies("dynalite")) {
  const from = join("node_modules", name);
  const programs = new Set(Object.values(binOf(from)).map((path) => join(from, path)));
  const filter = (path) => !programs.has(path) && isNeeded(path);
  cpSync(from, join(folder, name), { recursive: true, filter });
}

function withDependencies(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const { dependencies = {} } = packageIn(join("node_modules", name));
  for (const dependency of Object.keys(dependencies)) withDependencies(dependency, found);
  return found;
}

/** What a package would have people run. */
function binOf(folder) {
  const { bin = {} } = packageIn(folder);
  return typeof bin === "string" ? { bin } : bin;
}

function packageIn(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function isNeeded(path) {
  if (/\.(md|map|cc|gyp|gypi|h|pegjs|d\.ts)$/.test(path)) return false;
  if (/\/(test|deps|\.github)$/.test(path)) return false;
  const [, prebuilt] = /\/prebuilds\/([^/]+)/.exec(path) ?? [];
  // Ours has glibc, not musl.
  return prebuilt === undefined || (prebuilt === platform && !path.includes("musl"));
}
