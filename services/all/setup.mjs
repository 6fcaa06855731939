// Makes a fresh clone ready: packages, programs of the distribution, bundles. Runs on any Node from 20 on, before
// anything is installed, so it uses Node's own modules only. Does nothing that is done already.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const HELP = `Usage: node services/all/setup.mjs start|test

Prepares this clone:
  start   packages, MariaDB (unless CRAIC_MYSQL_URL names a server), bundles and the page
  test    the same, Chromium for the browser tests, and helm and kubeconform for those of the chart
`;

const target = process.argv[2];
if (target !== "start" && target !== "test") {
  process.stdout.write(HELP);
  process.exit(target === "--help" || target === "-h" ? 0 : 64);
}

const [major] = process.versions.node.split(".");
if (Number(major) < 20)
  fail(`Node ${process.versions.node} is too old to set Craic up: install Node 20 or later`);

step("packages", packagesAreInstalled, installPackages);
const missing = [];
if (target === "test" || !process.env.CRAIC_MYSQL_URL) {
  // Not the package mariadb-server, which starts a server for the whole machine: ours is private.
  if (!existsSync("/usr/sbin/mariadbd")) missing.push("mariadb-server-core");
  if (!existsSync("/usr/bin/my_print_defaults")) missing.push("mariadb-client-core");
}
if (target === "test" && !existsSync("/usr/bin/chromium")) missing.push("chromium");
step(
  missing.join(", "),
  () => missing.length === 0,
  () => installPrograms(missing),
);
step("bundles and page", bundlesAreFresh, buildBundles);
// Says itself what it does, and what this machine cannot have: the tests do without.
if (target === "test") run(process.execPath, ["tests/chart/install-tools.mjs"]);

function step(what, isDone, work) {
  if (isDone()) return;
  const begun = Date.now();
  process.stderr.write(`setting up: ${what} …\n`);
  work();
  process.stderr.write(`setting up: ${what} done in ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
}

function packagesAreInstalled() {
  return stampMatches("node_modules/.craic-stamp", lockDigest()) && existsSync("node_modules/.bin/node");
}

function installPackages() {
  rmSync("node_modules/.craic-stamp", { force: true });
  // Not ci, which refuses a lock without the optional packages of every other platform; what the lock names is
  // what is installed, and the lock stays as it is.
  run("npm", ["install", "--no-save", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync("node_modules/.craic-stamp", lockDigest());
}

function lockDigest() {
  return createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
}

function installPrograms(packages) {
  if (!existsSync("/usr/bin/apt-get")) {
    fail(`install ${packages.join(" and ")} with this system's package manager, then start again`);
  }
  const asRoot = process.getuid() === 0 ? [] : ["sudo"];
  const options = ["-y", "-qq", "--no-install-recommends"];
  const environment = { DEBIAN_FRONTEND: "noninteractive" };
  const quiet = { stdio: ["ignore", "ignore", "inherit"] };
  run(...command([...asRoot, "apt-get", "update", "-qq"]), { environment, ...quiet });
  run(...command([...asRoot, "apt-get", "install", ...options, ...packages]), { environment, ...quiet });
}

function command([program, ...args]) {
  return [program, args];
}

function bundlesAreFresh() {
  return stampMatches("dist/.stamp", sourceDigest()) && existsSync("dist/craic.mjs");
}

function buildBundles() {
  run("node_modules/.bin/node", ["services/all/build.mjs"]);
  mkdirSync("dist", { recursive: true });
  writeFileSync("dist/.stamp", sourceDigest());
}

/** Changes when any source does: names, sizes and times of all files that the bundles are made of. */
function sourceDigest() {
  const hash = createHash("sha256").update(lockDigest());
  for (const folder of ["proto/gen", "services"]) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.parentPath.includes("node_modules")) continue;
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = statSync(path);
      hash.update(`${path}\0${size}\0${mtimeMs}\0`);
    }
  }
  return hash.digest("hex");
}

function stampMatches(file, digest) {
  return existsSync(file) && readFileSync(file, "utf8") === digest;
}

function run(program, args, { environment = {}, stdio = "inherit" } = {}) {
  const result = spawnSync(program, args, { stdio, env: { ...process.env, ...environment } });
  if (result.status === 0) return;
  const why = result.error
    ? result.error.message
    : `it ended with ${result.signal ?? `status ${result.status}`}`;
  fail(`${program} ${args.join(" ")} did not succeed: ${why}`);
}

function fail(sentence) {
  process.stderr.write(`craic: ${sentence}\n`);
  process.exit(1);
}
