// npm run test:image: says what is missing here, or builds the image for both processors and runs it.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const HELP = `Usage: npm run test:image [-- OPTION…]

Builds the image for amd64 and arm64 and runs both, the one that is not this machine's with an emulated processor.
Needs root (for mounts), one of buildah, podman and docker, and qemu-user-static.

  --archives FOLDER  takes what "npm run image -- --archive FOLDER" has built of both, in place of building
  --if-possible      where something is missing, say so and succeed
  --help             prints this

Exit status: 0, 1 when a test fails, 64 for options that make no sense, 69 when something is missing.
`;
const EXIT_USAGE = 64;
const EXIT_UNAVAILABLE = 69;
/** What the image is built from. */
const NODE_IMAGE = "docker.io/library/node:24-bookworm-slim";
const other = process.arch === "arm64" ? "x86_64" : "aarch64";

const options = readOptions();

const builder = ["buildah", "podman", "docker"].find((tool) => runs(tool, ["info"]));
const missing = [
  ["root, or sudo", process.getuid() === 0],
  ["buildah, podman or docker", builder !== undefined],
  [`${NODE_IMAGE}, here or in a registry,`, options.archives !== undefined || hasBaseImage()],
  ["qemu-user-static", existsSync(`/usr/bin/qemu-${other}-static`)],
  ["mounts in a namespace of its own", spawnSync("unshare", ["--mount", "true"]).status === 0],
].flatMap(([what, isThere]) => (isThere ? [] : [what]));

if (missing.length > 0) {
  process.stderr.write(`THE IMAGE IS NOT TESTED HERE: ${missing.join(" and ")} missing\n`);
  process.exit(options["if-possible"] ? 0 : EXIT_UNAVAILABLE);
}
const setup = spawnSync("node", ["services/all/setup.mjs", "start"], { stdio: "inherit" });
if (setup.status !== 0) process.exit(1);
const jest = ["node_modules/.bin/jest", "--config", "tests/image/jest.config.js"];
const archives = options.archives ? { CRAIC_TEST_IMAGES: resolve(options.archives) } : {};
const environment = { ...process.env, ...archives };
process.exit(spawnSync("node_modules/.bin/node", jest, { stdio: "inherit", env: environment }).status ?? 1);

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        archives: { type: "string" },
        "if-possible": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (!values.help) return values;
    process.stdout.write(HELP);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    return process.exit(EXIT_USAGE);
  }
}

function hasBaseImage() {
  return builder !== undefined && ["inspect", "pull"].some((how) => runs(builder, [how, NODE_IMAGE]));
}

function runs(program, args) {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}
