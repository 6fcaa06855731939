import { faultsOf } from "./pod-security.js";
import { podsOf, RENDERS, type RenderedPod, type Resource, rendered } from "./renders.js";

/** The pods that are there all the time. */
const LASTING = ["Deployment", "StatefulSet"];

interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources?: { readonly requests?: object; readonly limits?: { readonly memory?: string } };
  // biome-ignore lint/suspicious/noExplicitAny: a test that reads what is not there fails
  readonly [field: string]: any;
}

const containersOf = ({ spec }: RenderedPod): Container[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
];

describe.each(Object.keys(RENDERS))("the pods of %s", (name) => {
  const resources = rendered(name);
  const pods = podsOf(resources);
  const faultsIn = (look: (pod: RenderedPod) => readonly string[]) =>
    pods.flatMap((pod) => look(pod).map((fault) => `${pod.of}: ${fault}`));
  const all = (kind: string): Resource[] => resources.filter((resource) => resource.kind === kind);

  it("hold to the restricted level of Pod Security, on a root that cannot be written to", () => {
    expect(pods.length).toBeGreaterThan(4);
    expect(pods.flatMap(faultsOf)).toEqual([]);
  });

  it("run images that stay what they are", () => {
    const pinned = /^[a-z0-9.-]+\/[a-z0-9/._-]+(:(?!latest$)[\w][\w.-]*|@sha256:[0-9a-f]{64})$/;
    const images = pods.flatMap((pod) => containersOf(pod).map(({ image }) => image));
    expect(images.filter((image) => !pinned.test(image))).toEqual([]);
  });

  it("say what they need, and have a bound of memory", () => {
    const unbound = faultsIn((pod) =>
      containersOf(pod).flatMap(({ name, resources: { requests, limits } = {} }) =>
        requests === undefined || limits?.memory === undefined ? name : [],
      ),
    );
    expect(unbound).toEqual([]);
  });

  it("have the labels that Kubernetes recommends, as everything else has", () => {
    const wanted = ["name", "instance", "component", "version", "part-of", "managed-by"];
    const labelsOf = [
      ...resources.map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.labels] as const),
      ...pods.map(({ of, labels }) => [`pod of ${of}`, labels] as const),
    ];
    const bare = labelsOf.filter(
      ([, labels = {}]) => !wanted.every((each) => labels[`app.kubernetes.io/${each}`]),
    );
    expect(bare.map(([what]) => what)).toEqual([]);
  });

  it("have a service account each component's own, and a token only where the API server is asked", () => {
    const accounts = new Set(all("ServiceAccount").map(({ metadata }) => metadata.name));
    const strangers = pods.filter(({ spec }) => spec.serviceAccountName !== undefined);
    expect(
      strangers.filter(({ spec }) => !accounts.has(spec.serviceAccountName)).map(({ of }) => of),
    ).toEqual([]);
    const withToken = pods.filter(({ spec }) => spec.automountServiceAccountToken !== false);
    const bound = new Set(
      all("RoleBinding").flatMap(({ subjects }) => subjects.map((each: { name: string }) => each.name)),
    );
    const tokens = [...new Set(withToken.map(({ spec }) => spec.serviceAccountName))];
    expect(tokens.filter((account) => !bound.has(account))).toEqual([]);
    expect(all("ServiceAccount").every((each) => each.automountServiceAccountToken === false)).toBe(true);
  });

  it("are not given variables by Kubernetes that look like settings", () => {
    expect(faultsIn(({ spec }) => (spec.enableServiceLinks === false ? [] : ["has service links"]))).toEqual(
      [],
    );
  });

  it("are trained, backed up and filled beneath what serves, which waits for none of that", () => {
    const [{ metadata, value } = { metadata: { name: "" }, value: 0 }] = all("PriorityClass");
    expect(value).toBeLessThan(0);
    const beneath = pods.filter(({ spec }) => spec.priorityClassName === metadata.name);
    const jobs = new Set(beneath.map(({ labels }) => labels["app.kubernetes.io/component"]));
    const optional = pods.some(({ of }) => of.includes("-sample-")) ? ["sample"] : [];
    expect([...jobs].sort()).toEqual(["backup", ...optional, "trainer"]);
  });

  it("are asked by the kubelet whether they are ready and live, where they last", () => {
    const lasting = pods.filter(({ of }) => LASTING.some((kind) => of.startsWith(kind)));
    expect(lasting.length).toBeGreaterThan(0);
    const unasked = lasting.flatMap(({ of, spec }) =>
      spec.containers.flatMap((container: Container) =>
        ["readinessProbe", "livenessProbe"].flatMap((probe) =>
          container[probe] === undefined ? `${of}: ${container.name} has no ${probe}` : [],
        ),
      ),
    );
    expect(unasked).toEqual([]);
  });

  it("have as long to end as their settings may take", () => {
    const late = pods.flatMap(({ of, spec }) => {
      const told = Object.fromEntries(
        spec.containers.flatMap(({ env = [] }: Container) =>
          env.map(({ name, value }) => [name, Number(value)]),
        ),
      );
      const { CRAIC_DRAIN_MS: drainMs, CRAIC_LAME_DUCK_MS: lameDuckMs } = told;
      if (drainMs === undefined) return [];
      return (spec.terminationGracePeriodSeconds ?? 30) * 1_000 > drainMs + lameDuckMs ? [] : of;
    });
    expect(late).toEqual([]);
  });

  it("find no secret in the release: the Secrets that it has are filled in the cluster", () => {
    const filled = all("Secret").filter(
      ({ data, stringData }) => data !== undefined || stringData !== undefined,
    );
    expect(filled.map(({ metadata }) => metadata.name)).toEqual([]);
    const telling = faultsIn((pod) =>
      containersOf(pod).flatMap(({ env = [] }) =>
        env.flatMap(({ name, value = "" }) => (/(PASSWORD|TOKEN)$/.test(name) && value !== "" ? name : [])),
      ),
    );
    expect(telling).toEqual([]);
    const text = JSON.stringify(resources);
    expect(text).not.toMatch(/PRIVATE KEY|mysql:\/\/[^:@/]+:(?!\$\()[^@]+@/);
  });
});

describe("the pods of mesh", () => {
  const resources = rendered("mesh");
  const pods = podsOf(resources).filter(({ of }) => of.startsWith("Deployment craic-"));
  const named = (kind: string) =>
    resources.filter((resource) => resource.kind === kind).map(({ metadata }) => metadata.name);

  it("are replaced one by one, none before another one is ready", () => {
    const services = resources.filter(
      ({ kind, spec }) => kind === "Deployment" && spec.strategy.rollingUpdate,
    );
    expect(services.length).toBe(7);
    for (const { spec } of services)
      expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  it("are spread over nodes and zones, and keep one another when nodes are drained", () => {
    for (const { spec } of pods.filter(({ of }) => !of.endsWith("dynamodb"))) {
      const keys = spec.topologySpreadConstraints.map((each: { topologyKey: string }) => each.topologyKey);
      expect(keys).toEqual(["kubernetes.io/hostname", "topology.kubernetes.io/zone"]);
    }
    const services = ["auth", "djs", "events", "experiments", "gateway", "recommender", "venues"];
    expect(named("PodDisruptionBudget")).toEqual(
      expect.arrayContaining(services.map((service) => `craic-${service}`)),
    );
    expect(named("HorizontalPodAutoscaler")).toEqual(["craic-gateway", "craic-recommender"]);
  });

  it("are asked at a port that the kubelet can speak to where callers must show a certificate", () => {
    const probes = Object.fromEntries(
      pods.map(({ of, spec }) => [of, Object.keys(spec.containers[0].readinessProbe)[0]]),
    );
    expect(probes).toMatchObject({ "Deployment craic-auth": "httpGet", "Deployment craic-gateway": "grpc" });
  });
});

describe("faultsOf", () => {
  const [good] = podsOf(rendered("mesh")).filter(({ of }) => of === "Deployment craic-auth") as [RenderedPod];
  const changed = (change: (pod: RenderedPod) => void): string[] => {
    const pod = structuredClone(good);
    change(pod);
    return faultsOf(pod);
  };

  it.each<[string, (pod: RenderedPod) => void]>([
    ["may run as root", ({ spec }) => delete spec.securityContext.runAsNonRoot],
    ["may make any system call", ({ spec }) => delete spec.securityContext.seccompProfile],
    ["keeps capabilities", ({ spec }) => delete spec.containers[0].securityContext.capabilities],
    [
      "may escalate its privileges",
      ({ spec }) => delete spec.containers[0].securityContext.allowPrivilegeEscalation,
    ],
    ["can write to its root", ({ spec }) => delete spec.containers[0].securityContext.readOnlyRootFilesystem],
    ["hostNetwork is set", ({ spec }) => Object.assign(spec, { hostNetwork: true })],
    ["is a hostPath", ({ spec }) => spec.volumes.push({ name: "node", hostPath: { path: "/" } })],
  ])("finds a container that %s", (told, change) => {
    expect(changed(change)).toEqual([expect.stringContaining(told)]);
  });
});
