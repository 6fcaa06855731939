import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Kubernetes } from "./kubernetes.js";

/** A local port that leads to one of a Service's pods, until it is disposed of. */
export interface PortForward extends AsyncDisposable {
  readonly port: number;
}

/** @param target for example "service/craic-gateway" @throws Error with what kubectl complained of */
export async function forwardPort(
  { namespace }: Kubernetes,
  target: string,
  port: number,
): Promise<PortForward> {
  const child = spawn("kubectl", ["--namespace", namespace, "port-forward", target, `:${port}`], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint += chunk;
  });
  const local = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line);
      if (found !== null) resolve(Number(found[1]));
    });
    void ended.then(() => reject(new Error(`port-forward to ${target} ended: ${complaint}`)));
  });
  return {
    port: local,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}
