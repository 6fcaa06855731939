import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isOwnGateway } from "../../services/all/src/load/own-gateway.js";
import { podsOf, type Resource, rendered, resourcesOf, run } from "../chart/renders.js";
import { kubeconform, schemas, withTool } from "../chart/tools.js";

const ROOT = join(__dirname, "../..");
const FOLDER = join(ROOT, "k8s");
const manifests = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const resources = manifests.flatMap((name) => resourcesOf(read(`k8s/${name}`)));
const pods = podsOf(resources);

/** The one resource of a kind and a name, or with generated names what these begin with. */
function only(list: readonly Resource[], kind: string, name: string): Resource {
  const found = list.filter((resource) => resource.kind === kind && nameOf(resource) === name);
  expect(found).toHaveLength(1);
  return found[0] as Resource;
}

function nameOf({ metadata }: Resource): string {
  return metadata.name ?? (metadata as unknown as { generateName: string }).generateName;
}

describe("what stands beside the chart", () => {
  withTool(
    kubeconform && schemas,
    "kubeconform or schema",
    "has no field that Kubernetes does not know",
    () => {
      const location = `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`;
      const files = manifests.map((name) => join(FOLDER, name));
      const { status, output } = run(kubeconform as string, [
        "-strict",
        "-schema-location",
        location,
        ...files,
      ]);
      expect({ status, output }).toEqual({ status: 0, output: "" });
    },
  );

  it("is told of in its README, file by file", () => {
    const told = [...read("k8s/README.md").matchAll(/^\| `([^`]+)`/gm)].map(([, file]) => file);
    const there = [...manifests, ...readdirSync(join(FOLDER, "k3s")).map((name) => `k3s/${name}`)];
    expect(told.sort()).toEqual(there.sort());
  });

  it("names images by their version", () => {
    const images = pods.flatMap(({ spec }) => spec.containers.map(({ image }: { image: string }) => image));
    expect(images.length).toBeGreaterThan(1);
    for (const image of images) expect(image).toMatch(/:\d+\.\d+\.\d+$/);
  });

  it.each(pods.map((pod) => [pod.of, pod.spec]))("asks for no rights, and little memory: %s", (_, spec) => {
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    });
    for (const { securityContext, resources } of spec.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(Number.parseInt(resources.limits.memory, 10)).toBeLessThanOrEqual(160);
    }
  });
});

describe("the load generator", () => {
  const job = only(resources, "Job", "craic-load-");
  const [container] = job.spec.template.spec.containers;
  const environment = new Map<string, string>(
    container.env.map(({ name, value }: Record<string, string>) => [name, value]),
  );

  it("runs the release's own image", () => {
    expect(container.image).toBe(
      `docker.io/library/craic:${parse(read("charts/craic/Chart.yaml")).appVersion}`,
    );
  });

  it("calls the gateway that the chart makes, and may", () => {
    const target = environment.get("CRAIC_LOAD_TARGET") ?? "";
    expect(isOwnGateway(target)).toBe(true);
    const { hostname, port } = new URL(target);
    const service = only(rendered("compact"), "Service", hostname);
    expect(service.spec.ports).toContainEqual(expect.objectContaining({ name: "http", port: Number(port) }));
  });

  it("has the labels of the chart's test, whose policy lets it reach the gateway and nothing else", () => {
    const policy = only(rendered("compact"), "NetworkPolicy", "craic-test");
    expect(job.spec.template.metadata.labels).toEqual(policy.spec.podSelector.matchLabels);
  });

  it("ends by itself, and once", () => {
    expect(job.spec.backoffLimit).toBe(0);
    expect(Number(environment.get("CRAIC_LOAD_SECONDS"))).toBeLessThan(job.spec.activeDeadlineSeconds);
  });
});

describe("jaeger", () => {
  it("takes traces where the chart lets them go", () => {
    const { collector } = parse(read("charts/craic/values.yaml")).networkPolicy;
    const service = only(resources, "Service", "jaeger");
    expect(service.spec.ports).toContainEqual(
      expect.objectContaining({ name: "otlp-http", port: collector.port }),
    );
    const [{ namespaceSelector }] = collector.peers;
    expect(service.metadata).toMatchObject({
      namespace: namespaceSelector.matchLabels["kubernetes.io/metadata.name"],
    });
    const { receivers } = parse(only(resources, "ConfigMap", "jaeger").data["config.yaml"]);
    expect(receivers.otlp.protocols.http.endpoint).toBe(`0.0.0.0:${collector.port}`);
  });
});

describe("k3s' configuration", () => {
  it("leaves in what Craic needs", () => {
    const needed = ["traefik", "servicelb", "local-storage", "coredns"];
    const { disable } = parse(read("k8s/k3s/config.yaml"));
    expect(needed.filter((name) => disable.includes(name))).toEqual([]);
  });

  it("names the kubelet's file by where the README puts it", () => {
    const { "kubelet-arg": args } = parse(read("k8s/k3s/config.yaml"));
    expect(args).toContain("config=/etc/rancher/k3s/kubelet.yaml");
    expect(read("k8s/README.md")).toContain("`/etc/rancher/k3s/kubelet.yaml`");
  });
});
