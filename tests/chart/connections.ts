import { BlockList, isIP } from "node:net";
import type { Resource } from "./renders.js";

type Labels = Readonly<Record<string, string>>;

/** One end of a connection: a pod in a namespace, or an address outside of the cluster. */
export type End = { readonly labels: Labels; readonly namespace: string } | { readonly address: string };

interface Selector {
  readonly matchLabels?: Labels;
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number; readonly protocol?: string }[];
}

/**
 * Whether the NetworkPolicies of a namespace let a connection through, as Kubernetes reads them: a pod that no policy
 * selects is open, others let through what any policy that selects them allows, and both ends must.
 */
export function isAllowed(
  policies: readonly Resource[],
  namespace: string,
  from: End,
  to: End,
  port: number,
  protocol = "TCP",
): boolean {
  const passes = (end: End, other: End, direction: "Ingress" | "Egress"): boolean => {
    if (!("labels" in end) || end.namespace !== namespace) return true;
    const selecting = policies.filter(
      ({ kind, spec }) =>
        kind === "NetworkPolicy" &&
        spec.policyTypes.includes(direction) &&
        matches(spec.podSelector, end.labels),
    );
    if (selecting.length === 0) return true;
    const rules: Rule[] = selecting.flatMap(({ spec }) => spec[direction.toLowerCase()] ?? []);
    return rules.some((rule) => {
      const peers = direction === "Ingress" ? rule.from : rule.to;
      const ports = rule.ports;
      const toPort =
        ports === undefined ||
        ports.some((each) => each.port === port && (each.protocol ?? "TCP") === protocol);
      return toPort && (peers === undefined || peers.some((peer) => isPeer(peer, other, namespace)));
    });
  };
  return passes(from, to, "Egress") && passes(to, from, "Ingress");
}

function isPeer({ podSelector, namespaceSelector, ipBlock }: Peer, end: End, own: string): boolean {
  if ("address" in end) {
    if (ipBlock === undefined) return false;
    const { cidr, except = [] } = ipBlock;
    return isWithin(cidr, end.address) && !except.some((part) => isWithin(part, end.address));
  }
  if (ipBlock !== undefined) return false;
  const inNamespace =
    namespaceSelector === undefined
      ? end.namespace === own
      : matches(namespaceSelector, { "kubernetes.io/metadata.name": end.namespace });
  return inNamespace && (podSelector === undefined || matches(podSelector, end.labels));
}

function matches({ matchLabels = {} }: Selector, labels: Labels): boolean {
  return Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
}

function isWithin(cidr: string, address: string): boolean {
  const [network = "", bits] = cidr.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(network, Number(bits), isIP(network) === 6 ? "ipv6" : "ipv4");
  return list.check(address, family);
}
