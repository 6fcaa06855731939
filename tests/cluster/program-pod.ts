/** A pod of the tests. */
export interface ProgramPod {
  readonly name: string;
  readonly image: string;
  /** What the release's network policies take it for; nobody's without. */
  readonly component?: { readonly release: string; readonly name: string };
  /** Of Node: a program's file and its arguments, or -e and a program. */
  readonly args: readonly string[];
  /** Folders by their path, each a ConfigMap or a Secret. */
  readonly folders?: Readonly<Record<string, object>>;
}

/** Its manifest: Node alone, and no more than restricted Pod Security lets it do. */
export function programPod({ name, image, component, args, folders = {} }: ProgramPod): object {
  const labels = component === undefined ? {} : labelsOf(component.release, component.name);
  const mounted = Object.entries(folders).map(([mountPath, source], i) => ({
    mountPath,
    name: `folder-${i}`,
    source,
  }));
  return {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name, labels } },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          ...{ name: "program", image, imagePullPolicy: "IfNotPresent" },
          command: ["/usr/local/bin/node", ...args],
          securityContext: {
            ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: mounted.map(({ name, mountPath }) => ({ name, mountPath })),
        },
      ],
      volumes: mounted.map(({ name, source }) => ({ name, ...source })),
    },
  };
}

/** By which the release's Services and network policies find a component's pods. */
export function labelsOf(release: string, component: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": "craic",
    "app.kubernetes.io/instance": release,
    "app.kubernetes.io/component": component,
  };
}
