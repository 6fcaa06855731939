import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHART, template } from "./renders.js";
import { documentedSettings, rangesInCode } from "./settings-in-code.js";
import { helm, withTool } from "./tools.js";
import { partsOf, type Schema, schema, values, valuesTable } from "./values-table.js";

/** What the chart gives to pods by itself, from where things are in the cluster. */
const SET_BY_THE_CHART =
  /_ADDR$|_PORT$|_TLS_|_MYSQL_URL$|^CRAIC_(SERVICES|CATALOGUE|DATA_DIR|AUTH_(OLD_)?KEY_FILES?|MODEL_DIR|WEB_DIR|DYNAMODB.*|RETRAIN_.*|TRAIN_(RELOAD_TARGETS|TOKEN_FILE|FORCE|REPORT_FILE)|GIT_SHA|IMAGE_DIGEST|HEALTH_TIMEOUT_MS)$|^OTEL_SERVICE_NAME$/;

describe("values.schema.json", () => {
  it("describes every key, and refuses every other", () => {
    const faults: string[] = [];
    for (const [keys, part] of partsOf(schema, [])) {
      const path = keys.join("/");
      if (path !== "" && !path.endsWith("[]") && part.description === undefined) {
        faults.push(`${path} is not described`);
      }
      if (part.properties !== undefined && part.additionalProperties !== false) {
        faults.push(`${path} takes keys that it does not know`);
      }
      // Maps of labels and their like have keys of the operator's own.
      if (part.type === "object" && part.properties === undefined && path !== "global") {
        if (part.propertyNames === undefined || typeof part.additionalProperties !== "object") {
          faults.push(`${path} takes anything`);
        }
      }
    }
    expect(faults).toEqual([]);
  });

  it("knows the keys of values.yaml, which leaves out nothing that has a default", () => {
    const known = new Set([...partsOf(schema, [])].map(([keys]) => keys.join("/")));
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

  it("is what the table in the chart's README says (npm run chart:golden writes it anew)", () => {
    const file = join(CHART, "README.md");
    const text = readFileSync(file, "utf8");
    const [before, rest] = text.split("<!-- values -->\n");
    const after = rest?.split("<!-- end of values -->")[1];
    const whole = `${before}<!-- values -->\n${valuesTable()}<!-- end of values -->${after}`;
    if (process.env.CHART_GOLDEN === "write") writeFileSync(file, whole);
    expect(readFileSync(file, "utf8")).toBe(whole);
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
      "an authority where nothing is encrypted",
      "mariadb.external.caSecret=database",
      ["'/mariadb/external/tls'", "must be true"],
    ],
    [
      "fewer pods at most than at least",
      "profile=mesh,services.gateway.autoscaling.enabled=true,services.gateway.autoscaling.minReplicas=7",
      ["services.gateway.autoscaling: minReplicas 7 is more than maxReplicas 6"],
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

  it.each(["dns", "collector.peers", "apiServer.peers", "outside.peers"])(
    "wants somebody in networkPolicy.%s, for Kubernetes takes nobody for everybody",
    (list) => {
      const parts = new Map([...partsOf(schema, [])].map(([keys, part]) => [keys.join("."), part]));
      expect(parts.get(`networkPolicy.${list}`)?.minItems).toBe(1);
    },
  );
});

/** The paths of all keys of values; those of maps whose keys are the operator's end at the map. */
function pathsOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return [];
  if (typeof value !== "object" || value === null) return [path];
  const isMap = [...partsOf(schema, [])].some(
    ([keys, part]) => keys.join("/") === path && part.propertyNames !== undefined,
  );
  const children = isMap ? [] : Object.entries(value);
  const below = children.flatMap(([key, child]) => pathsOf(child, path === "" ? key : `${path}/${key}`));
  return path === "" ? below : [path, ...below];
}
