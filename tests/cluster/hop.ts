import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Kubernetes } from "./kubernetes.js";
import { labelsOf, programPod } from "./program-pod.js";
import { images } from "./release.js";

const PROGRAM = readFileSync(join(__dirname, "hop-program.ts"), "utf8");
const CALLS = 3_000;
const EVERY_MS = 10;
/** Until both callers are there, and have made the calls for which they get warm. */
const BEGIN_AFTER_MS = 15_000;

/** Of a call from pod to pod, in microseconds. */
export interface HopFigures {
  readonly p50: number;
  readonly p99: number;
}

interface Template {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [{ readonly env: readonly { readonly name: string }[] }];
      };
    };
  };
}

/**
 * What mutual TLS and network policies add to a call. Two servers alike, but one as the mesh has it and one without
 * either, are called in turns in the same half minute, so that whatever else the machine does happens to both; `added`
 * is of the differences between a call and the one beside it at its median, and of the two p99.
 */
export async function measureHop(
  cluster: Kubernetes,
  release: string,
  now: () => number,
): Promise<{ guarded: HopFigures; open: HopFigures; added: HopFigures }> {
  const template = await cluster.json<Template>("get", "deployment", `${release}-gateway`);
  const { containers, ...pod } = template.spec.template.spec;
  const [server] = containers;
  const origins = { guarded: "", open: "" };
  const names = ["hop-guarded", "hop-open", "hop-guarded-caller", "hop-open-caller"];
  try {
    for (const kind of ["guarded", "open"] as const) {
      const dropped = kind === "guarded" ? /^CRAIC_GRPC_ACCESS$/ : /^CRAIC_GRPC_ACCESS$|^CRAIC_TLS_/;
      const env = server.env.filter(({ name }) => !dropped.test(name));
      const probes = { startupProbe: READY, readinessProbe: READY };
      await cluster.apply({
        ...{ apiVersion: "v1", kind: "Pod" },
        metadata: { name: `hop-${kind}`, labels: kind === "guarded" ? labelsOf(release, "gateway") : {} },
        spec: { ...pod, containers: [{ ...server, ...probes, env }] },
      });
      await cluster.kubectl("wait", "--for=condition=Ready", `pod/hop-${kind}`, "--timeout=90s");
      const address = await cluster.kubectl(
        ...["get", "pod", `hop-${kind}`, "--output", "jsonpath={.status.podIP}"],
      );
      origins[kind] = `${kind === "guarded" ? "https" : "http"}://${address}:50051`;
    }
    await cluster.apply({
      ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "hop" } },
      data: { "hop-program.ts": PROGRAM },
    });
    const beginsAt = now() + BEGIN_AFTER_MS;
    const tookMs = await Promise.all([
      call("guarded", beginsAt),
      call("open", beginsAt + EVERY_MS / 2), //
    ]);
    const [guarded, open] = tookMs.map((all) => figures(all));
    const differences = tookMs[0]!.map((took, i) => took - tookMs[1]![i]!);
    const added = { p50: figures(differences).p50, p99: guarded!.p99 - open!.p99 };
    return { guarded: guarded!, open: open!, added };
  } finally {
    await cluster.kubectl("delete", "pod", ...names, "--ignore-not-found", "--wait");
    await cluster.kubectl("delete", "configmap", "hop", "--ignore-not-found");
  }

  async function call(kind: "guarded" | "open", beginsAt: number): Promise<number[]> {
    const name = `hop-${kind}-caller`;
    const certificates = { secret: { secretName: `${release}-tls-trainer` } };
    await cluster.apply(
      programPod({
        ...{ name, image: images.craic },
        ...(kind === "guarded" && { component: { release, name: "test" } }),
        args: ["/program/hop-program.ts", origins[kind], `${beginsAt}`, `${EVERY_MS}`, `${CALLS}`],
        folders: {
          "/program": { configMap: { name: "hop" } },
          ...(kind === "guarded" && { "/certificates": certificates }),
        },
      }),
    );
    const done = "--for=jsonpath={.status.phase}=Succeeded";
    await cluster.kubectl("wait", done, `pod/${name}`, "--timeout=180s");
    return JSON.parse(await cluster.kubectl("logs", name)) as number[];
  }
}

/** The gRPC port wants a certificate of one of the two. */
const READY = { httpGet: { path: "/readyz", port: "ops" }, periodSeconds: 1, failureThreshold: 60 };

function figures(tookMs: readonly number[]): HopFigures {
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)]! * 1_000;
  return { p50: at(0.5), p99: at(0.99) };
}
