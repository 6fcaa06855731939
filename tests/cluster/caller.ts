import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Figures } from "./caller-program.js";
import { eventually, type Kubernetes } from "./kubernetes.js";

const PROGRAM = readFileSync(join(__dirname, "caller-program.ts"), "utf8");
const NAME = "caller";
const READ_FIGURES = `fetch("http://127.0.0.1:8000").then(async (answer) => console.log(await answer.text()))`;

interface CallerOptions {
  readonly image: string;
  /** Of the chart's release: the caller has the labels of its test pods, which may call the gateway. */
  readonly release: string;
  readonly origin: string;
  readonly cityId: string;
  /** Access token of whom the feed is for. */
  readonly token: string;
  readonly ratePerSecond: number;
}

/** A pod that calls the gateway so many times a second, from when it is started until it is stopped. */
export class Caller implements AsyncDisposable {
  private constructor(private readonly cluster: Kubernetes) {}

  static async start(cluster: Kubernetes, options: CallerOptions): Promise<Caller> {
    const { image, release, origin, cityId, token, ratePerSecond } = options;
    await cluster.apply({
      ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: NAME } },
      data: { "caller-program.ts": PROGRAM },
    });
    const labels = {
      "app.kubernetes.io/name": "craic",
      "app.kubernetes.io/instance": release,
      "app.kubernetes.io/component": "test",
    };
    await cluster.apply({
      ...{ apiVersion: "v1", kind: "Pod", metadata: { name: NAME, labels } },
      spec: {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 1,
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            ...{ name: NAME, image, imagePullPolicy: "IfNotPresent" },
            command: [
              "/usr/local/bin/node",
              "/program/caller-program.ts",
              origin,
              cityId,
              token,
              `${ratePerSecond}`,
            ],
            securityContext: {
              ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
              capabilities: { drop: ["ALL"] },
            },
            volumeMounts: [{ name: "program", mountPath: "/program" }],
          },
        ],
        volumes: [{ name: "program", configMap: { name: NAME } }],
      },
    });
    const caller = new Caller(cluster);
    await eventually(async () => {
      if ((await caller.figures()).answered < ratePerSecond) throw new Error("the caller has no answers yet");
    });
    return caller;
  }

  async figures(): Promise<Figures> {
    return JSON.parse(
      await this.cluster.kubectl("exec", NAME, "--", "/usr/local/bin/node", "-e", READ_FIGURES),
    );
  }

  /** How calls fare while something is done to the cluster, and for as many again as are made in two seconds after it. */
  async during(action: () => Promise<unknown>): Promise<{ calls: number; failed: object; hanging: number }> {
    const before = await this.figures();
    await action();
    const done = await this.figures();
    const after = await eventually(async () => {
      const figures = await this.figures();
      if (figures.calls < done.calls + 100) throw new Error("the caller has stopped calling");
      return figures;
    });
    const failed = Object.entries(after.failed).map(([reason, count]) => [
      reason,
      count - (before.failed[reason] ?? 0),
    ]);
    return {
      calls: after.calls - before.calls,
      failed: Object.fromEntries(failed.filter(([, count]) => count !== 0)),
      hanging: after.hanging,
    };
  }

  /** The median, in milliseconds, once so many more calls were answered. */
  async medianOver(calls: number): Promise<number> {
    const { answered } = await this.figures();
    return eventually(async () => {
      const figures = await this.figures();
      if (figures.answered < answered + calls) throw new Error("not so many calls were answered");
      return figures.p50Ms;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster.kubectl("delete", "pod,configmap", NAME, "--ignore-not-found", "--wait");
  }
}
