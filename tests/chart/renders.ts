import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { helm } from "./tools.js";

const ROOT = join(__dirname, "../..");
export const CHART = join(ROOT, "charts/craic");

/** What a chart makes, as far as every kind has it. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: a test that reads what is not there fails
  readonly [field: string]: any;
}

/** The renders that are kept in golden/, each with what helm is told for it. */
export const RENDERS: Readonly<Record<string, readonly string[]>> = {
  compact: ["--values", join(CHART, "values-compact.yaml")],
  caddy: ["--values", join(__dirname, "values/caddy.yaml")],
  mesh: ["--values", join(CHART, "values-mesh.yaml")],
  outside: ["--values", join(CHART, "values-mesh.yaml"), "--values", join(__dirname, "values/outside.yaml")],
};

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

export function run(program: string, args: readonly string[]): Ended {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: ROOT, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

/** What helm makes of the chart, told so: as text. */
export function template(...args: string[]): Ended {
  if (helm === undefined) throw new Error("there is no helm");
  return run(helm, ["template", "craic", CHART, "--namespace", "party", ...args]);
}

export function goldenFile(name: string): string {
  return join(__dirname, "golden", `${name}.yaml`);
}

const made = new Map<string, Resource[]>();

/** One of the renders: made once now, or where there is no helm the golden one. */
export function rendered(name: string): readonly Resource[] {
  let resources = made.get(name);
  if (resources === undefined) {
    resources = resourcesOf(helm === undefined ? readFileSync(goldenFile(name), "utf8") : renderNow(name));
    made.set(name, resources);
  }
  return resources;
}

function renderNow(name: string): string {
  const { status, output } = template(...(RENDERS[name] ?? []));
  if (status !== 0) throw new Error(output);
  return output;
}

/** In an order of their own: helm's differs from version to version. */
export function resourcesOf(text: string): Resource[] {
  const key = ({ kind, metadata }: Resource) => `${kind} ${metadata.name}`;
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Resource | null)
    .filter((resource) => resource !== null)
    .sort((a, b) => key(a).localeCompare(key(b)));
}

/** A pod that the chart makes, or has made. */
export interface RenderedPod {
  /** Whose it is, for example "Deployment craic-events". */
  readonly of: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly spec: any;
}

export function podsOf(resources: readonly Resource[]): RenderedPod[] {
  return resources.flatMap((resource) => {
    const { kind, metadata, spec } = resource;
    const template =
      kind === "Pod" ? resource : kind === "CronJob" ? spec.jobTemplate.spec.template : spec?.template;
    if (template?.spec?.containers === undefined) return [];
    const { labels = {}, annotations = {} } = template.metadata ?? {};
    return [{ of: `${kind} ${metadata.name}`, labels, annotations, spec: template.spec }];
  });
}
