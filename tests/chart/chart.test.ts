import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CHART,
  goldenFile,
  RENDERS,
  type Resource,
  rendered,
  resourcesOf,
  run,
  template,
} from "./renders.js";
import { helm, kubeconform, schemas, withTool } from "./tools.js";

/** Kinds of others, whose schemas Kubernetes does not have. */
const CUSTOM = "Certificate,Issuer,ServiceMonitor";

describe.each(Object.keys(RENDERS))("charts/craic, %s", (name) => {
  withTool(helm, "helm", "passes helm lint --strict", () => {
    const { status, output } = run(helm as string, ["lint", "--strict", CHART, ...(RENDERS[name] ?? [])]);
    expect(output).toContain("0 chart(s) failed");
    expect(status).toBe(0);
  });

  withTool(helm, "helm", "renders what is committed (npm run chart:golden writes it anew)", () => {
    const { status, output } = template(...(RENDERS[name] ?? []));
    expect({ status, output }).toMatchObject({ status: 0, output: expect.not.stringContaining("Error:") });
    if (process.env.CHART_GOLDEN === "write") writeFileSync(goldenFile(name), output);
    expect(resourcesOf(output)).toEqual(resourcesOf(readFileSync(goldenFile(name), "utf8")));
  });
});

describe("charts/craic", () => {
  withTool(
    kubeconform && schemas,
    "kubeconform or schema",
    "has no field that Kubernetes does not know",
    () => {
      const folder = mkdtempSync(join(tmpdir(), "craic-chart-"));
      const planted = join(folder, "planted.yaml");
      const text = readFileSync(goldenFile("mesh"), "utf8");
      writeFileSync(planted, text.replace("maxUnavailable: 0", "maxAway: 0"));
      // All at once, for most of its time goes into reading the schemas.
      const faults = unknownFields([...Object.keys(RENDERS).map(goldenFile), planted]);
      rmSync(folder, { recursive: true });
      expect(faults).toEqual([expect.stringContaining("additional properties 'maxAway' not allowed")]);
    },
  );

  it("keeps no render that is not made any more", () => {
    const made = Object.keys(RENDERS).map((name) => `${name}.yaml`);
    expect(readdirSync(join(__dirname, "golden")).sort()).toEqual(made.sort());
  });

  withTool(helm, "helm", "renders the compact profile where none is named", () => {
    expect(resourcesOf(template().output)).toEqual(resourcesOf(readFileSync(goldenFile("compact"), "utf8")));
  });

  withTool(
    helm,
    "helm",
    "rolls the pods of a service, and of no other, when one of its settings changes",
    () => {
      const before = podTemplates(template(...(RENDERS.mesh ?? [])).output);
      const setting = ["--set", "settings.events.CRAIC_EVENTS_POLL_MS=250"];
      const after = podTemplates(template(...(RENDERS.mesh ?? []), ...setting).output);
      const changed = [...before].filter(
        ([name, pod]) => JSON.stringify(after.get(name)) !== JSON.stringify(pod),
      );
      expect(changed.map(([name]) => name)).toEqual(["craic-events"]);
    },
  );

  withTool(helm, "helm", "refuses a second compact pod where the data directory takes one process", () => {
    const { status, output } = template("--set", "services.all.replicas=2");
    expect(status).not.toBe(0);
    expect(output).toContain("services.all.replicas: one pod only");
  });

  withTool(helm, "helm", "tells how to open what was installed", () => {
    for (const [profile, gateway] of [
      ["compact", "craic-all"],
      ["mesh", "craic-gateway"],
    ]) {
      const args = ["install", "craic", CHART, "--dry-run=client", "--namespace", "party"];
      const { output } = run(helm as string, [...args, "--set", `profile=${profile}`]);
      expect(output).toContain(`kubectl -n party port-forward service/${gateway} 8080:http`);
      expect(output).toContain("dist/craic.mjs admin-token");
      expect(output).toContain("helm test craic -n party");
    }
  });

  withTool(helm, "helm", "says of each way in whether its certificate is one that is known", () => {
    const notes = (values: string) => {
      const names = "ingress.enabled=true,ingress.host=craic.example,ingress.grpcHost=grpc.craic.example";
      const args = ["install", "craic", CHART, "--dry-run=client", "--set", `${names},${values}`];
      return run(helm as string, args).output.split("NOTES:")[1];
    };
    for (const unknown of ["ingress.by=controller", "ingress.by=caddy,ingress.caddy.issuer=internal"]) {
      expect(notes(unknown)).toContain("a certificate that browsers do not know");
      expect(notes(unknown)).toContain("grpcurl -insecure grpc.craic.example:443 list");
    }
    for (const known of ["ingress.tls.secretName=mine", "ingress.by=caddy"]) {
      expect(notes(known)).toContain("https://craic.example");
      expect(notes(known)).not.toContain("do not know");
      expect(notes(known)).toContain("grpcurl grpc.craic.example:443 list");
    }
  });

  it("names both hosts in one Ingress, so that one certificate is asked for", () => {
    const ingresses = rendered("outside").filter(({ kind }) => kind === "Ingress");
    expect(ingresses.map(({ spec }) => spec.tls)).toEqual([
      [{ hosts: ["craic.example", "grpc.craic.example"], secretName: "craic-example" }],
    ]);
  });

  withTool(helm, "helm", "refuses to have cert-manager fill a Secret that has no name", () => {
    const issuer = "ingress.annotations.cert-manager\\.io/cluster-issuer=letsencrypt";
    const ask = (more: string) =>
      template("--set", `ingress.enabled=true,ingress.host=craic.example,${issuer}${more}`);
    expect(ask("").output).toContain("ingress.tls.secretName: cert-manager.io/cluster-issuer needs the name");
    expect(ask(",ingress.tls.secretName=craic-tls").status).toBe(0);
  });
});

/** What kubeconform -strict has to say against files. */
function unknownFields(files: readonly string[]): string[] {
  const location = `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`;
  const args = ["-strict", "-output", "json", "-skip", CUSTOM, "-schema-location", location, ...files];
  const { resources = [] } = JSON.parse(run(kubeconform as string, args).output);
  return resources.map(({ kind, name, msg }: Record<string, string>) => `${kind} ${name}: ${msg}`);
}

/** The pods that Deployments make, by the name of the Deployment. */
function podTemplates(text: string): Map<string, Resource> {
  const deployments = resourcesOf(text).filter(({ kind }) => kind === "Deployment");
  return new Map(deployments.map(({ metadata, spec }) => [metadata.name, spec.template]));
}
