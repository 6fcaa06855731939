// npm run test:image: says what is missing here, or builds the image for both processors and runs it.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const HELP = `Usage: npm run test:image [-- --if-possible]

Builds the image for amd64 and arm64 and runs both, the one that is not this machine's with an emulated processor.
Needs root (for mounts), one of buildah, podman and docker, and qemu-user-static.

  --if-possible  where something is missing, say so and succeed
  --help         prints this

Exit status: 0, 1 when a test fails, 64 for options that make no sense, 69 when something is missing.
`;
const EXIT_USAGE = 64;
const EXIT_UNAVAILABLE = 69;
const other = process.arch === "arm64" ? "x86_64" : "aarch64";

const args = process.argv.slice(2);
if (args.some((arg) => arg !== "--if-possible")) {
  process.stdout.write(HELP);
  process.exit(args.every((arg) => arg === "--help" || arg === "-h") ? 0 : EXIT_USAGE);
}

const missing = [
  ["root, or sudo", process.getuid() === 0],
  ["buildah, podman or docker", ["buildah", "podman", "docker"].some(runs)],
  ["qemu-user-static", existsSync(`/usr/bin/qemu-${other}-static`)],
  ["mounts in a namespace of its own", spawnSync("unshare", ["--mount", "true"]).status === 0],
].flatMap(([what, isThere]) => (isThere ? [] : [what]));

if (missing.length > 0) {
  process.stderr.write(`THE IMAGE IS NOT TESTED HERE: ${missing.join(" and ")} missing\n`);
  process.exit(args.length > 0 ? 0 : EXIT_UNAVAILABLE);
}
const setup = spawnSync("node", ["services/all/setup.mjs", "start"], { stdio: "inherit" });
if (setup.status !== 0) process.exit(1);
const jest = ["node_modules/.bin/jest", "--config", "tests/image/jest.config.js"];
process.exit(spawnSync("node_modules/.bin/node", jest, { stdio: "inherit" }).status ?? 1);

function runs(tool) {
  return spawnSync(tool, ["info"], { stdio: "ignore" }).status === 0;
}
