import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { everyModule, withDatabase } from "../../services/all/src/modules.js";
import { allEdges } from "../fixtures/contracts.js";
import { type End, isAllowed } from "./connections.js";
import { CHART, podsOf, RENDERS, type Resource, rendered, resourcesOf, template } from "./renders.js";
import { helm, withTool } from "./tools.js";

const NAMESPACE = "party";
const PORTS = { grpc: 50051, http: 8080, ops: 9464, mysql: 3306, dynamodb: 8000 };
const services = everyModule.map(({ name }) => name);
/** What the Job that loads the sample calls, as the operator whose certificate it has. */
const SAMPLED = ["djs", "events", "recommender", "venues"];
/** Jobs that work on the databases. */
const WITH_ADMIN = ["backup", "restore", "setup", "trainer"];

/** "gateway -> auth:grpc" for every connection between the release's pods that the policies allow. */
function connectionsOf(name: string): Set<string> {
  const resources = rendered(name);
  const pods = new Map(
    podsOf(resources).map(({ labels }) => [labels["app.kubernetes.io/component"] ?? "", labels]),
  );
  const found = new Set<string>();
  for (const [from, fromLabels] of pods) {
    for (const [to, toLabels] of pods) {
      for (const [port, number] of Object.entries(PORTS)) {
        const ends = [fromLabels, toLabels].map((labels) => ({ labels, namespace: NAMESPACE }));
        const [caller, callee] = ends as [End, End];
        if (isAllowed(resources, NAMESPACE, caller, callee, number)) found.add(`${from} -> ${to}:${port}`);
      }
    }
  }
  return found;
}

/** The components that may connect to, or be connected to from, an end outside of the release. */
function reachable(name: string, outside: End, port: number, direction: "from" | "to", protocol = "TCP") {
  return componentsAllowed(rendered(name), outside, port, direction, protocol);
}

function componentsAllowed(
  resources: readonly Resource[],
  outside: End,
  port: number,
  direction: "from" | "to",
  protocol = "TCP",
) {
  const found = podsOf(resources).filter(({ labels }) => {
    const pod = { labels, namespace: NAMESPACE };
    const [from, to] = direction === "from" ? [pod, outside] : [outside, pod];
    return isAllowed(resources, NAMESPACE, from, to, port, protocol);
  });
  return [...new Set(found.map(({ labels }) => labels["app.kubernetes.io/component"]))].sort();
}

const pod = (namespace: string, labels: Record<string, string> = {}): End => ({ namespace, labels });
const traefik = pod("kube-system", { "app.kubernetes.io/name": "traefik" });

describe("files/services.yaml", () => {
  const known: Record<string, { calls: string[]; database?: boolean }> = parse(
    readFileSync(join(CHART, "files/services.yaml"), "utf8"),
  );

  it("has every service, and calls what the contracts say", () => {
    const calls = Object.fromEntries(
      services.map((name) => [name, allEdges().flatMap(({ from, to }) => (from === name ? to : []))]),
    );
    expect(Object.fromEntries(Object.entries(known).map(([name, { calls }]) => [name, calls]))).toEqual(
      calls,
    );
  });

  it("knows which services have tables", () => {
    const names = Object.entries(known).flatMap(([name, { database }]) => (database ? name : []));
    expect(new Set(names)).toEqual(withDatabase);
  });
});

describe("NetworkPolicies", () => {
  it("allow between the pods of mesh what the contracts say, the databases to their owners, and nothing else", () => {
    const expected = [
      ...allEdges().map(({ from, to }) => `${from} -> ${to}:grpc`),
      ...SAMPLED.map((to) => `sample -> ${to}:grpc`),
      ...[...withDatabase, ...WITH_ADMIN].map((name) => `${name} -> mariadb:mysql`),
      ...["backup", "experiments", "restore"].map((name) => `${name} -> dynamodb:dynamodb`),
      ...["grpc", "http"].map((port) => `test -> gateway:${port}`),
    ];
    expect([...connectionsOf("mesh")].sort()).toEqual(expected.sort());
  });

  it("allow in compact what comes to the one pod from Jobs", () => {
    const expected = [
      "trainer -> all:grpc",
      ...["all", ...WITH_ADMIN].map((name) => `${name} -> mariadb:mysql`),
      ...["backup", "restore"].map((name) => `${name} -> all:dynamodb`),
      ...["grpc", "http"].map((port) => `test -> all:${port}`),
    ];
    expect([...connectionsOf("compact")].sort()).toEqual(expected.sort());
  });

  it.each(["compact", "mesh", "outside"])("let every pod ask for names, in %s", (name) => {
    const dns = pod("kube-system", { "k8s-app": "kube-dns" });
    const all = [
      ...new Set(podsOf(rendered(name)).map(({ labels }) => labels["app.kubernetes.io/component"])),
    ];
    expect(reachable(name, dns, 53, "from", "UDP")).toEqual(all.sort());
  });

  it("let nobody else in, from this namespace or another", () => {
    const strangers = [pod(NAMESPACE, { app: "stranger" }), pod("default"), { address: "203.0.113.7" }];
    for (const stranger of strangers) {
      for (const port of Object.values(PORTS)) {
        expect(reachable("mesh", stranger, port, "to")).toEqual([]);
      }
    }
  });

  it("let the ingress controller come to the gateway alone, and only where there is an ingress", () => {
    expect(reachable("mesh", traefik, PORTS.http, "to")).toEqual([]);
    expect(reachable("outside", traefik, PORTS.http, "to")).toEqual(["gateway"]);
    expect(reachable("outside", traefik, PORTS.grpc, "to")).toEqual(["gateway"]);
    expect(reachable("outside", traefik, PORTS.ops, "to")).toEqual([]);
  });

  it("let anybody come to Caddy where that is the way in, and Caddy to the pod with the gateway", () => {
    const anybody = { address: "203.0.113.7" };
    expect(reachable("caddy", anybody, 8443, "to")).toEqual(["caddy"]);
    expect(reachable("caddy", anybody, PORTS.http, "to")).toEqual(["caddy"]);
    expect(reachable("caddy", traefik, PORTS.grpc, "to")).toEqual([]);
    const its = [...connectionsOf("caddy")].filter((each) => each.startsWith("caddy -> all"));
    expect(its.sort()).toEqual(["caddy -> all:grpc", "caddy -> all:http"]);
  });

  it("let Prometheus read metrics of every service, and nothing else", () => {
    const prometheus = pod("monitoring");
    expect(reachable("mesh", prometheus, PORTS.ops, "to")).toEqual([...services].sort());
    expect(reachable("mesh", prometheus, PORTS.grpc, "to")).toEqual([]);
  });

  it("let out of the cluster only those who have something to do there", () => {
    const apiServer = { address: "192.0.2.1" };
    expect(reachable("compact", apiServer, 6443, "from")).toEqual(["all", "restore", "setup"]);
    expect(reachable("mesh", apiServer, 6443, "from")).toEqual([
      "certificates",
      "recommender",
      "restore",
      "setup",
    ]);
    const database = { address: "10.0.0.9" };
    const users = [...withDatabase, ...WITH_ADMIN];
    expect(reachable("outside", database, 3307, "from")).toEqual(users.sort());
    expect(reachable("outside", { address: "203.0.113.7" }, 3307, "from")).toEqual([]);
    const collector = pod("monitoring");
    expect(reachable("outside", collector, 4318, "from")).toEqual([...services].sort());
    expect(reachable("mesh", collector, 4318, "from")).toEqual([]);
  });

  withTool(helm, "helm", "let nobody come to the gateway where no ingress controller is named", () => {
    const ingress = ["--set", "ingress.enabled=true,ingress.host=craic.example"];
    const nobody = ["--set-json", "networkPolicy.ingressController=[]"];
    const comers = (...args: string[]) =>
      componentsAllowed(resourcesOf(template(...ingress, ...args).output), traefik, PORTS.http, "to");
    expect(comers()).toEqual(["all"]);
    expect(comers(...nobody)).toEqual([]);
  });

  it("let the hook before an upgrade reach the database that the release moves to", () => {
    const hook = (name: string) => (each: Resource) =>
      each.metadata.annotations?.["helm.sh/hook"] === "pre-upgrade" && each.kind === name;
    const before = rendered("mesh").filter(({ kind }) => kind === "NetworkPolicy");
    const [policy] = rendered("outside").filter(hook("NetworkPolicy"));
    const [job] = podsOf(rendered("outside").filter(hook("Job")));
    const database = { address: "10.0.0.9" };
    const reaches = (policies: readonly Resource[]) =>
      isAllowed(policies, NAMESPACE, { labels: job?.labels ?? {}, namespace: NAMESPACE }, database, 3307);
    expect(reaches(before)).toBe(false);
    expect(reaches([...before, policy as Resource])).toBe(true);
    expect(Number(policy?.metadata.annotations?.["helm.sh/hook-weight"])).toBeLessThan(0);
  });

  withTool(helm, "helm", "let who calls AWS as the node's role ask for that, and nobody else", () => {
    const asksNode = (...args: string[]) => {
      const resources = resourcesOf(template(...(RENDERS.mesh ?? []), ...args).output);
      return componentsAllowed(resources, { address: "169.254.169.254" }, 80, "from");
    };
    expect(asksNode()).toEqual([]);
    expect(asksNode("--set", "dynamodb.mode=aws")).toEqual(["backup", "experiments", "restore"]);
    const credentials = "dynamodb.mode=aws,dynamodb.aws.credentialsSecret=aws";
    expect(asksNode("--set", credentials)).toEqual([]);
    expect(asksNode("--set", "backup.s3.bucket=nights")).toEqual(["backup", "restore"]);
  });
});
