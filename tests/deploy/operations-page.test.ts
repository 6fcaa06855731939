import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { podsOf, rendered } from "../chart/renders.js";
import { partsOf, schema } from "../chart/values-table.js";

const ROOT = join(__dirname, "../..");
const PAGES = ["docs/operations.md", "docs/state.md", "charts/craic/README.md"];
const pages = PAGES.map((page) => readFileSync(join(ROOT, page), "utf8")).join("\n");
const found = (pattern: RegExp) => [...new Set([...pages.matchAll(pattern)].map(([, first]) => first ?? ""))];
const all = [...rendered("compact"), ...rendered("mesh"), ...rendered("caddy")];

describe("the pages for operators", () => {
  it("set values that the chart has", () => {
    const known = new Set([...partsOf(schema, [])].map(([keys]) => keys.join(".")));
    const maps = [...known].filter((path) => /^(ingress\.annotations|nodeSelector)$/.test(path));
    const set = found(/--set '?([A-Za-z0-9.\\]+[A-Za-z0-9\\./-]*)=/g);
    expect(set.length).toBeGreaterThan(8);
    expect(set.filter((path) => !known.has(path) && !maps.some((map) => path.startsWith(map)))).toEqual([]);
  });

  it("name files of the repository that are there", () => {
    const files = found(/(?:^|[\s(`])((?:charts|k8s)\/[\w./-]*\w)/g);
    expect(files.length).toBeGreaterThan(8);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it("name objects that the chart makes", () => {
    const made = new Set(all.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`));
    const named = found(/\b((?:cronjob|deployment|service|statefulset|secret)[/ ]craic-[a-z-]*[a-z])/g);
    expect(named.length).toBeGreaterThan(8);
    // These two are made by whoever follows the page.
    const own = ["secret/craic-web", "secret/craic-database"];
    const unknown = named.map((name) => name.replace(" ", "/")).filter((name) => !own.includes(name));
    expect(unknown.filter((name) => !made.has(name))).toEqual([]);
  });

  it("look for pods by components that there are", () => {
    const components = podsOf(all).map(({ labels }) => labels["app.kubernetes.io/component"]);
    const named = found(/component=([a-z]+)/g);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !components.includes(name))).toEqual([]);
  });

  it("build the image that the chart runs where nothing else is said", () => {
    const { appVersion } = parse(readFileSync(join(ROOT, "charts/craic/Chart.yaml"), "utf8"));
    expect(found(/--tag (\S+)/g)).toEqual([`craic:${appVersion}`]);
  });
});
