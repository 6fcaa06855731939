// Builds the image with whichever of buildah, podman and docker is there, and prints its size and its layers.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const HELP = `Usage: npm run image -- [OPTION…]

  --platform LIST    linux/amd64, linux/arm64, or both with a comma between; this machine's unless said
  --tag NAME         craic:dev unless said; where there are two platforms, -amd64 and -arm64 follow
  --tool NAME        buildah, podman or docker; the first of them that is there unless said
  --archive FOLDER   keeps each image there, as craic-<architecture>.tar
  --load COMMAND     runs this with each archive as its last argument, for example "k3s ctr images import"
  --help             prints this

Exit status: 0, 1 when a build fails, 64 for options that make no sense, 69 when there is nothing to build with.
`;
const EXIT_USAGE = 64;
const EXIT_UNAVAILABLE = 69;
const native = `linux/${{ x64: "amd64" }[process.arch] ?? process.arch}`;
const revision = gitSays("describe", "--always", "--abbrev=40", "--dirty", "--exclude=*") ?? "";
/** Of all files and of the image: what did not change is the same layer, whoever builds it and when. */
const timestamp = 0;

const same = ["--file", "services/Dockerfile", "--build-arg", `CRAIC_GIT_SHA=${revision}`];
// HEALTHCHECK is known to Docker's format only. Older releases do not say by themselves on what they build.
const containersTools = [
  "--layers",
  "--format=docker",
  `--timestamp=${timestamp}`,
  `--build-arg=BUILDPLATFORM=${native}`,
  // Older releases take a layer of another commit for this one's: they look at a variable's name, not at its value.
  `--env=CRAIC_GIT_SHA=${revision}`,
  `--label=org.opencontainers.image.revision=${revision}`,
];
const tools = {
  buildah: {
    check: ["info"],
    // Without containers of its own: builds where none may run, for example in one.
    build: ["build", "--isolation=chroot", ...containersTools, ...same],
    save: (tag, file) => ["push", "--quiet", tag, `docker-archive:${file}:${tag}`],
  },
  podman: {
    check: ["info"],
    build: ["build", ...containersTools, ...same],
    save: (tag, file) => ["save", "--quiet", "--format=docker-archive", `--output=${file}`, tag],
  },
  docker: {
    check: ["info"],
    build: ["build", "--provenance=false", `--build-arg=SOURCE_DATE_EPOCH=${timestamp}`, ...same],
    save: (tag, file) => ["save", `--output=${file}`, tag],
  },
};

const options = readOptions();
const platforms = options.platform.split(",");
const tool = options.tool ?? Object.keys(tools).find(works);
if (tool === undefined) fail(EXIT_UNAVAILABLE, `none of ${Object.keys(tools).join(", ")} works here`);
if (tools[tool] === undefined)
  fail(EXIT_USAGE, `--tool is "${tool}", not one of ${Object.keys(tools).join(", ")}`);

const folder = options.archive ? resolve(options.archive) : mkdtempSync(join(tmpdir(), "craic-image-"));
mkdirSync(folder, { recursive: true });
try {
  for (const platform of platforms) {
    const architecture = platform.split("/")[1];
    const tag = qualified(platforms.length > 1 ? `${options.tag}-${architecture}` : options.tag);
    run(tool, [...tools[tool].build, "--platform", platform, "--tag", tag, "."]);
    const archive = join(folder, `craic-${architecture}.tar`);
    rmSync(archive, { force: true });
    run(tool, tools[tool].save(tag, archive));
    process.stdout.write(description(archive, `${tag} for ${platform}`));
    if (options.load) run("sh", ["-c", `${options.load} "$1"`, "load", archive]);
  }
} finally {
  if (!options.archive) rmSync(folder, { recursive: true });
}

function readOptions() {
  const text = { type: "string" };
  try {
    const { values } = parseArgs({
      options: {
        platform: { ...text, default: native },
        tag: { ...text, default: "craic:dev" },
        tool: text,
        archive: text,
        load: text,
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const unknown = values.platform.split(",").find((name) => !/^linux\/(amd64|arm64)$/.test(name));
    if (unknown !== undefined) throw new Error(`--platform has "${unknown}"`);
    return values;
  } catch (error) {
    return fail(EXIT_USAGE, `${error.message}\n\n${HELP}`);
  }
}

/** A name as Docker and clusters read it: in an archive of podman's or buildah's it would be localhost's. */
function qualified(name) {
  return name.includes("/") ? name : `docker.io/library/${name}`;
}

/** The image's size and layers, as its archive has them. */
function description(archive, name) {
  const unpacked = mkdtempSync(join(tmpdir(), "craic-image-"));
  try {
    execFileSync("tar", ["-xf", archive, "-C", unpacked]);
    const [{ Config, Layers }] = JSON.parse(readFileSync(join(unpacked, "manifest.json"), "utf8"));
    const config = JSON.parse(readFileSync(join(unpacked, Config), "utf8"));
    const sizes = Layers.map((layer) => bytesIn(join(unpacked, layer)));
    const made = config.history.filter(({ empty_layer }) => !empty_layer);
    const lines = sizes.map((bytes, i) => `  ${megabytes(bytes)}  ${step(made[i]?.created_by ?? "")}`);
    const total = megabytes(sizes.reduce((sum, bytes) => sum + bytes, 0));
    return `${[`${name}: ${total.trim()} unpacked, ${sizes.length} layers`, ...lines].join("\n")}\n`;
  } finally {
    rmSync(unpacked, { recursive: true });
  }
}

/** What the files of a layer hold, in bytes. */
function bytesIn(layer) {
  const listing = execFileSync("tar", ["--list", "--verbose", "--file", layer], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return listing.split("\n").reduce((sum, line) => sum + Number(/^\S+ +\S+ +(\d+)/.exec(line)?.[1] ?? 0), 0);
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`.padStart(9);
}

/** The Dockerfile's instruction, without what tools put around it. */
function step(createdBy) {
  return createdBy
    .replace(/^\/bin\/sh -c (#\(nop\) )?/, "")
    .replace(/ (file|dir|multi):[0-9a-f]+ in /, " ")
    .replace(/ # buildkit$/, "")
    .trim()
    .slice(0, 90);
}

function works(name) {
  return spawnSync(name, tools[name].check, { stdio: "ignore" }).status === 0;
}

function gitSays(...args) {
  const { status, stdout } = spawnSync("git", args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

function run(program, args) {
  // The builder's own words go where a person sees them, but not into the figures.
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) fail(1, `${program} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}`);
}

function fail(status, sentence) {
  process.stderr.write(`image: ${sentence}\n`);
  process.exit(status);
}
