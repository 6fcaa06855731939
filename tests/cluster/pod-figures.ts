import type { Kubernetes } from "./kubernetes.js";

interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string };
    readonly memory?: { readonly workingSetBytes?: number };
  }[];
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
    readonly status: {
      readonly conditions?: readonly {
        readonly type: string;
        readonly status: string;
        readonly lastTransitionTime: string;
      }[];
      readonly containerStatuses?: readonly {
        readonly state: { readonly running?: { readonly startedAt: string } };
      }[];
    };
  }[];
}

/** What a running pod needs. */
export interface PodFigures {
  readonly component: string;
  readonly workingSetMiB: number;
  /** From the start of its container until it took calls, in seconds; Kubernetes keeps whole ones. */
  readonly secondsToReady: number;
}

/** Of the running pods of a release, by component. */
export async function podFigures(cluster: Kubernetes, release: string): Promise<PodFigures[]> {
  const { items: nodes } = await cluster.json<{ items: { metadata: { name: string } }[] }>("get", "nodes");
  const bytes = new Map<string, number>();
  for (const { metadata } of nodes) {
    const path = `/api/v1/nodes/${metadata.name}/proxy/stats/summary`;
    const { pods } = JSON.parse(await cluster.kubectl("get", "--raw", path)) as Summary;
    for (const { podRef, memory } of pods) {
      if (podRef.namespace === cluster.namespace) bytes.set(podRef.name, memory?.workingSetBytes ?? 0);
    }
  }
  const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/component!=test`;
  const { items } = await cluster.json<PodList>("get", "pods", "--selector", selector);
  return items
    .flatMap(({ metadata, status }) => {
      const startedAt = status.containerStatuses?.[0]?.state.running?.startedAt;
      const ready = status.conditions?.find(({ type, status }) => type === "Ready" && status === "True");
      if (startedAt === undefined || ready === undefined) return [];
      return {
        component: metadata.labels["app.kubernetes.io/component"] ?? metadata.name,
        workingSetMiB: (bytes.get(metadata.name) ?? 0) / 2 ** 20,
        secondsToReady: (Date.parse(ready.lastTransitionTime) - Date.parse(startedAt)) / 1_000,
      };
    })
    .sort((a, b) => a.component.localeCompare(b.component));
}
