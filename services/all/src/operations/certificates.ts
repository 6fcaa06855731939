import type { KubernetesApi } from "@craic/runtime/kubernetes.js";
import type { Logger } from "@craic/runtime/log.js";
import { type Authorities, type Leaf, turnAuthorities, turnLeaf } from "./authorities.js";
import type { LeafNames } from "./certificate.js";
import { changeSecret, type SecretData } from "./kept-secret.js";

/** Whose certificates are looked after, and under which names they are reached. */
export interface Mesh {
  /** The release's name, which all that belongs to it begins with. */
  readonly release: string;
  readonly namespace: string;
  readonly trustDomain: string;
  readonly clusterDomain: string;
  /** For example "events". */
  readonly services: readonly string[];
}

/**
 * Sees to it that every service has a certificate that is good for days yet, in the Secret <release>-tls-<service>;
 * the authority is in <release>-ca. Does nothing where there is nothing to do, so it may run at any time.
 */
export async function keepCertificates(
  api: KubernetesApi,
  mesh: Mesh,
  now: Date,
  log: Logger,
): Promise<void> {
  let authorities: Authorities | undefined;
  await changeSecret(api, `${mesh.release}-ca`, (data) => {
    const kept = authoritiesIn(data);
    authorities = turnAuthorities(kept, `${mesh.release}.${mesh.namespace} ${mesh.trustDomain}`, now);
    return authorities === kept ? {} : authorityData(authorities);
  });
  if (authorities === undefined) throw new Error("there is no authority");
  const trusted = authorities;
  for (const service of mesh.services) {
    await changeSecret(api, `${mesh.release}-tls-${service}`, (data) => {
      const kept = leafIn(data);
      const leaf = turnLeaf(kept, namesOf(mesh, service), trusted, now);
      if (leaf.certificate !== kept?.certificate) log.info({ service }, "a new certificate");
      else if (leaf !== kept) log.info({ service }, "trusts another authority, too");
      return { "tls.crt": leaf.certificate, "tls.key": leaf.key, "ca.crt": leaf.trusted };
    });
  }
}

/** A service is reached by its Service, by the headless one that stands for each replica, and from its own pod. */
export function namesOf(
  { release, namespace, trustDomain, clusterDomain }: Mesh,
  service: string,
): LeafNames {
  const names = [`${release}-${service}`, `${release}-${service}-headless`];
  const suffixes = ["", `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.${clusterDomain}`];
  return {
    spiffeId: `spiffe://${trustDomain}/ns/${namespace}/sa/${release}-${service}`,
    dns: [...names.flatMap((name) => suffixes.map((suffix) => `${name}${suffix}`)), "localhost"],
  };
}

function authorityData({ current, next, former }: Authorities): Record<string, string | undefined> {
  return {
    "ca.crt": current.certificate,
    "ca.key": current.key,
    "next.crt": next?.certificate,
    "next.key": next?.key,
    "former.crt": former,
  };
}

function authoritiesIn(data: SecretData): Authorities | undefined {
  const current = { certificate: data["ca.crt"] ?? "", key: data["ca.key"] ?? "" };
  if (current.certificate === "" || current.key === "") return undefined;
  const next = { certificate: data["next.crt"] ?? "", key: data["next.key"] ?? "" };
  const former = data["former.crt"];
  return {
    current,
    ...(next.certificate === "" || next.key === "" ? {} : { next }),
    ...(former ? { former } : {}),
  };
}

function leafIn(data: SecretData): Leaf | undefined {
  const { "tls.crt": certificate = "", "tls.key": key = "", "ca.crt": trusted = "" } = data;
  return certificate === "" || key === "" ? undefined : { certificate, key, trusted };
}
