import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
/** Renders, and lists of events, are long. */
const MOST_OUTPUT_BYTES = 64 * 2 ** 20;

/** kubectl and helm on the cluster that KUBECONFIG names, in one namespace. */
export class Kubernetes {
  constructor(readonly namespace: string) {}

  /** What kubectl printed. @throws Error with what it complained of */
  kubectl(...args: string[]): Promise<string> {
    return command("kubectl", ["--namespace", this.namespace, ...args]);
  }

  helm(...args: string[]): Promise<string> {
    return command("helm", ["--namespace", this.namespace, ...args]);
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.kubectl(...args, "--output", "json")) as T;
  }

  /** Creates or changes an object. */
  async apply(manifest: object): Promise<void> {
    await command(
      "kubectl",
      ["--namespace", this.namespace, "apply", "--filename", "-"],
      JSON.stringify(manifest),
    );
  }

  /** Whether kubectl does what it is told. */
  async can(...args: string[]): Promise<boolean> {
    return this.kubectl(...args).then(
      () => true,
      () => false,
    );
  }
}

/** What a program printed. @throws Error with what it complained of */
export async function command(program: string, args: readonly string[], input = ""): Promise<string> {
  const running = run(program, args, { maxBuffer: MOST_OUTPUT_BYTES });
  running.child.stdin?.end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const { stderr = "", stdout = "" } = error as { stderr?: string; stdout?: string };
    throw new Error(`${program} ${args.join(" ")}\n${stderr}${stdout}`, { cause: error });
  }
}

/** Waits for what the cluster brings about. @throws Error with what was last wrong after `withinMs` */
export async function eventually<T>(look: () => Promise<T>, withinMs = 120_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
