import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where install-tools.mjs has put what it could get. */
const FOLDER = join(__dirname, "../../node_modules/.cache/craic-chart");

/** Undefined where it cannot be had; install-tools.mjs has said why. */
export const helm = findTool("helm");
export const kubeconform = findTool("kubeconform");
/** Folder with the schemas of Kubernetes' own kinds, one file each. */
export const schemas = [join(FOLDER, "schemas")].find((folder) => existsSync(folder));

/** What the environment variable of its name says (HELM, KUBECONFORM), ours, or one on the PATH. */
function findTool(name: string): string | undefined {
  const told = process.env[name.toUpperCase()];
  const folders = [FOLDER, ...(process.env.PATH ?? "").split(delimiter)];
  return [told, ...folders.map((folder) => join(folder, name))].find((path) => path && existsSync(path));
}

/** A test that needs a tool. Where that is missing, the test says so and looks at nothing. */
export function withTool(tool: string | undefined, name: string, what: string, test: () => void): void {
  if (tool !== undefined) {
    it(what, test);
    return;
  }
  it(`${what} (not looked at: no ${name} here)`, () => {
    process.stderr.write(`chart: no ${name} here, so this is not looked at: ${what}\n`);
  });
}
