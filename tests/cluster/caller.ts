import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Figures } from "./caller-program.js";
import { eventually, type Kubernetes } from "./kubernetes.js";
import { programPod } from "./program-pod.js";

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
    const args = ["/program/caller-program.ts", origin, cityId, token, `${ratePerSecond}`];
    await cluster.apply(
      programPod({
        ...{ name: NAME, image, args },
        component: { release, name: "test" },
        folders: { "/program": { configMap: { name: NAME } } },
      }),
    );
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster.kubectl("delete", "pod,configmap", NAME, "--ignore-not-found", "--wait");
  }
}
