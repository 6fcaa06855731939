import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { podsOf, rendered, resourcesOf, template } from "../chart/renders.js";
import { helm, withTool } from "../chart/tools.js";

const ROOT = join(__dirname, "../..");
const skaffold = parse(readFileSync(join(ROOT, "skaffold.yaml"), "utf8"));
const [release] = skaffold.deploy.helm.releases;

/** What a profile puts in the place of something. */
function patched(profile: string, path: string, otherwise: unknown): unknown {
  const { patches = [] } = skaffold.profiles.find(({ name }: { name: string }) => name === profile);
  return patches.find((patch: { path: string }) => patch.path === path)?.value ?? otherwise;
}

describe("skaffold.yaml", () => {
  it("builds the Dockerfile that there is", () => {
    const [artifact] = skaffold.build.artifacts;
    expect(existsSync(join(ROOT, artifact.context, artifact.docker.dockerfile))).toBe(true);
  });

  it("gives the image that it built to the chart", () => {
    expect(release.setValueTemplates).toEqual({
      "image.repository": `{{.IMAGE_REPO_${skaffold.build.artifacts[0].image}}}`,
      "image.tag": `{{.IMAGE_TAG_${skaffold.build.artifacts[0].image}}}`,
    });
  });

  it.each(["compact", "mesh"])("installs the chart's own values of the profile %s", (profile) => {
    expect(existsSync(join(ROOT, release.chartPath, "Chart.yaml"))).toBe(true);
    const files = patched(profile, "/deploy/helm/releases/0/valuesFiles", release.valuesFiles) as string[];
    expect(files).toEqual([`charts/craic/values-${profile}.yaml`]);
    expect(files.every((file) => existsSync(join(ROOT, file)))).toBe(true);
  });

  withTool(
    helm,
    "helm",
    "names an image by a digest as long as skaffold's, which no label could hold",
    () => {
      const digest = "0123456789abcdef".repeat(4);
      const { status, output } = template("--set", `image.repository=craic,image.tag=${digest}`);
      expect(status).toBe(0);
      const resources = resourcesOf(output);
      const images = podsOf(resources).map(({ spec }) => spec.containers[0].image);
      expect(images).toContain(`craic:${digest}`);
      const labels = resources.flatMap(({ metadata }) => Object.values(metadata.labels ?? {}));
      expect(labels.filter((label) => label.length > 63)).toEqual([]);
    },
  );

  it.each(["compact", "mesh"])("forwards the page's port of the profile %s", (profile) => {
    const [forward] = skaffold.portForward;
    const name = patched(profile, "/portForward/0/resourceName", forward.resourceName);
    const service = rendered(profile).find(
      ({ kind, metadata }) => kind === "Service" && metadata.name === name,
    );
    expect(service?.spec.ports).toContainEqual(expect.objectContaining({ name: "http", port: forward.port }));
  });
});
