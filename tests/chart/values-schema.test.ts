import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CHART, template } from "./renders.js";
import { documentedSettings, rangesInCode } from "./settings-in-code.js";
import { helm, withTool } from "./tools.js";

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}

const schema = JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8"));
const values = parse(readFileSync(join(CHART, "values.yaml"), "utf8"));

/** What the chart gives to pods by itself, from where things are in the cluster. */
const SET_BY_THE_CHART =
  /_ADDR$|_PORT$|_TLS_|_MYSQL_URL$|^CRAIC_(SERVICES|DATA_DIR|AUTH_(OLD_)?KEY_FILES?|MODEL_DIR|WEB_DIR|DYNAMODB.*|RETRAIN_.*|TRAIN_(RELOAD_TARGETS|TOKEN_FILE|FORCE|REPORT_FILE)|GIT_SHA|IMAGE_DIGEST)$|^OTEL_SERVICE_NAME$/;

describe("values.schema.json", () => {
  it("describes every key, and refuses every other", () => {
    const faults: string[] = [];
    for (const [path, part] of partsOf(schema, "")) {
      if (path !== "" && !path.endsWith("[]") && part.description === undefined) {
        faults.push(`${path} is not described`);
      }
      if (part.properties !== undefined && part.additionalProperties !== false) {
        faults.push(`${path} takes keys that it does not know`);
      }
      // Maps of labels and their like have keys of the operator's own.
      if (part.type === "object" && part.properties === undefined && path !== "/global") {
        if (part.propertyNames === undefined || typeof part.additionalProperties !== "object") {
          faults.push(`${path} takes anything`);
        }
      }
    }
    expect(faults).toEqual([]);
  });

  it("knows the keys of values.yaml, which leaves out nothing that has a default", () => {
    const known = new Set([...partsOf(schema, "")].map(([path]) => path));
    const unknown = pathsOf(values, "").filter((path) => !known.has(path));
    expect(unknown).toEqual([]);
    // Each top section stands in values.yaml, so that it can be found there.
    const sections = Object.keys(schema.properties).filter((key) => key !== "global");
    expect(Object.keys(values).sort()).toEqual(sections.sort());
  });

  it("has every setting that docs/settings.md has for operators, and no other", () => {
    const groups: Readonly<Record<string, Schema>> = schema.properties.settings.properties;
    const inSchema = Object.values(groups).flatMap(({ properties = {} }) => Object.keys(properties));
    const forOperators = documentedSettings().filter((name) => !SET_BY_THE_CHART.test(name));
    expect(forOperators.length).toBeGreaterThan(30);
    expect(inSchema.sort()).toEqual(forOperators.sort());
  });

  it("takes of a number what the service itself takes", () => {
    const groups: Readonly<Record<string, Schema>> = schema.properties.settings.properties;
    const inSchema = Object.values(groups).flatMap(({ properties = {} }) => Object.entries(properties));
    const inCode = rangesInCode();
    expect(inCode.size).toBeGreaterThan(25);
    const compared = inSchema.filter(([name]) => inCode.has(name));
    expect(compared.length).toBeGreaterThan(25);
    const ranges = compared.map(([name, { type, minimum, maximum }]) => ({ name, type, minimum, maximum }));
    expect(ranges).toEqual(compared.map(([name]) => ({ name, ...inCode.get(name) })));
  });

  const refusals: readonly (readonly [what: string, set: string, told: readonly string[]])[] = [
    ["a misspelled key", "replica=2", ["additional properties 'replica' not allowed"]],
    ["one deep down", "services.auth.replica=2", ["'/services/auth'", "'replica' not allowed"]],
    ["a service that is none", "services.ratings.replicas=2", ["'/services'", "'ratings' not allowed"]],
    ["a profile that is none", "profile=huge", ["'/profile'", "'compact', 'mesh'"]],
    ["a text for a number", "services.auth.replicas=two", ["'/services/auth/replicas'", "want integer"]],
    ["no pods", "services.auth.replicas=0", ["'/services/auth/replicas'", "minimum"]],
    ["an image that changes", "image.tag=latest", ["'/image/tag'"]],
    ["an ingress without a host", "ingress.enabled=true", ["'/ingress/host'", "minLength"]],
    [
      "a setting that the chart sets",
      "settings.process.CRAIC_GRPC_PORT=1",
      ["'/settings/process'", "'CRAIC_GRPC_PORT' not allowed"],
    ],
    [
      "a setting out of its range",
      "settings.gateway.CRAIC_TRUSTED_PROXIES=11",
      ["'/settings/gateway/CRAIC_TRUSTED_PROXIES'", "maximum"],
    ],
    [
      "an amount that is none",
      "defaults.resources.limits.memory=lots",
      ["'/defaults/resources/limits/memory'"],
    ],
    [
      "a peer that names nobody",
      "networkPolicy.prometheus[0].everybody=true",
      ["'/networkPolicy/prometheus/0'", "'everybody' not allowed"],
    ],
  ];
  for (const [what, set, told] of refusals) {
    withTool(helm, "helm", `refuses ${what} (${set}) and says where it is`, () => {
      const { status, output } = template("--set", set);
      expect(status).not.toBe(0);
      for (const words of told) expect(output).toContain(words);
    });
  }
});

/** Every part of a schema with the path of the values that it is about; references are followed. */
function* partsOf(part: Schema, path: string): Generator<[path: string, part: Schema]> {
  const { $ref, ...own } = part;
  const target: Schema = $ref === undefined ? {} : schema.definitions[$ref.split("/").at(-1) ?? ""];
  const whole: Schema = { ...target, ...own };
  yield [path, whole];
  for (const [key, child] of Object.entries(whole.properties ?? {})) yield* partsOf(child, `${path}/${key}`);
  if (whole.items !== undefined) yield* partsOf(whole.items, `${path}[]`);
}

/** The paths of all keys of values; those of maps whose keys are the operator's end at the map. */
function pathsOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return [];
  if (typeof value !== "object" || value === null) return [path];
  const isMap = [...partsOf(schema, "")].some(
    ([known, part]) => known === path && part.propertyNames !== undefined,
  );
  const children = isMap ? [] : Object.entries(value);
  const below = children.flatMap(([key, child]) => pathsOf(child, `${path}/${key}`));
  return path === "" ? below : [path, ...below];
}
