import { X509Certificate } from "node:crypto";
import { KubernetesApi, pathOf } from "@craic/runtime/kubernetes.js";
import { createLogger } from "@craic/runtime/log.js";
import { FakeKubernetes } from "../../../../tests/fixtures/fake-kubernetes.js";
import { keepCertificates, type Mesh } from "./certificates.js";

const HOUR_MS = 3_600_000;
const start = new Date("2026-06-20T05:17:00Z");
const mesh: Mesh = {
  release: "craic",
  namespace: "craic",
  trustDomain: "craic.local",
  clusterDomain: "cluster.local",
  services: ["auth", "events"],
};

let server: FakeKubernetes;
beforeEach(async () => {
  server = await FakeKubernetes.start();
  for (const name of ["craic-ca", "craic-tls-auth", "craic-tls-events"]) server.put(secretPath(name), {});
});
afterEach(() => server.stop());

const secretPath = (name: string) => pathOf("craic", "secrets", name);

/** As the Job does at an instant. */
async function keepAt(hours: number): Promise<void> {
  const now = new Date(start.getTime() + hours * HOUR_MS);
  await keepCertificates(new KubernetesApi(server.account), mesh, now, createLogger("silent", "test"));
}

function held(name: string): Record<string, string> {
  const data = (server.get(secretPath(name))?.data ?? {}) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
  );
}

function leafOf(service: string) {
  const { "tls.crt": certificate = "", "ca.crt": trusted = "" } = held(`craic-tls-${service}`);
  const authorities = trusted
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .filter((text) => text !== "")
    .map((text) => new X509Certificate(text));
  return { certificate: new X509Certificate(certificate), authorities };
}

describe("keepCertificates", () => {
  it("gives each service a certificate with its id and the names that it is reached by", async () => {
    await keepAt(0);
    const { certificate, authorities } = leafOf("events");
    const names = certificate.subjectAltName?.split(", ");
    expect(names?.[0]).toBe("URI:spiffe://craic.local/ns/craic/sa/craic-events");
    expect(names).toContain("DNS:craic-events");
    expect(names).toContain("DNS:craic-events-headless.craic.svc.cluster.local");
    expect(authorities).toHaveLength(1);
    expect(certificate.verify(authorities[0]!.publicKey)).toBe(true);
  });

  it("keeps the authority's key where no service has it", async () => {
    await keepAt(0);
    expect(Object.keys(held("craic-ca")).sort()).toEqual(["ca.crt", "ca.key"]);
    expect(Object.keys(held("craic-tls-auth")).sort()).toEqual(["ca.crt", "tls.crt", "tls.key"]);
  });

  it("writes nothing while all is well", async () => {
    await keepAt(0);
    const before = server.calls.length;
    await keepAt(12);
    expect(server.calls.slice(before).filter((call) => call.startsWith("PATCH"))).toEqual([]);
  });

  it("makes a certificate anew ten days before its end, by the same authority", async () => {
    await keepAt(0);
    const first = leafOf("auth");
    await keepAt(19 * 24);
    expect(leafOf("auth").certificate.fingerprint256).toBe(first.certificate.fingerprint256);
    await keepAt(20 * 24 + 1);
    const second = leafOf("auth");
    expect(second.certificate.fingerprint256).not.toBe(first.certificate.fingerprint256);
    expect(second.authorities[0]!.fingerprint256).toBe(first.authorities[0]!.fingerprint256);
  });

  it("makes a certificate anew that was damaged or is another's", async () => {
    await keepAt(0);
    const { fingerprint256 } = leafOf("auth").certificate;
    server.put(secretPath("craic-tls-auth"), {
      data: server.get(secretPath("craic-tls-events"))?.data,
    });
    await keepAt(1);
    expect(leafOf("auth").certificate.subjectAltName).toContain("sa/craic-auth");
    expect(leafOf("auth").certificate.fingerprint256).not.toBe(fingerprint256);
  });

  it("builds on what another one has written meanwhile", async () => {
    let first = true;
    server.onCall = (call) => {
      if (first && call.startsWith("PATCH") && call.endsWith("craic-ca")) {
        first = false;
        return 409;
      }
      return undefined;
    };
    await keepAt(0);
    expect(
      leafOf("auth").certificate.verify(new X509Certificate(held("craic-ca")["ca.crt"]!).publicKey),
    ).toBe(true);
  });
});
