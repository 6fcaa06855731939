import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { smallProcess } from "@craic/runtime/small-process.js";
import { build } from "esbuild";

/** A program in a process of its own, which answers questions. */
export interface OwnProcess {
  readonly pid: number;
  ask<Question extends object, Answer>(question: Question): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts a program that obeys (pace.ts), under the flags and the environment that Craic's processes are started with. */
export async function startOwnProcess(program: string): Promise<OwnProcess> {
  // Inside the repository, so that what is not bundled is found in node_modules.
  const folder = mkdtempSync(join(process.cwd(), "node_modules/.craic-bench-"));
  const outfile = join(folder, "program.mjs");
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    // Our own packages are TypeScript, and the others are loaded as they are.
    plugins: [
      {
        name: "others-external",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === "entry-point" || path.startsWith("@craic/") ? undefined : { path, external: true },
          ),
      },
    ],
    platform: "node",
    target: "node24",
    format: "esm",
    logLevel: "warning",
  });
  const child = fork(outfile, {
    execArgv: [...smallProcess.flags],
    env: { ...process.env, ...smallProcess.environment },
  });
  return {
    pid: child.pid!,
    async ask(question) {
      child.send(question);
      const [answer] = await Promise.race([
        once(child, "message"),
        once(child, "exit").then(([code]) => Promise.reject(new Error(`${program} ended with ${code}`))),
      ]);
      return answer;
    },
    async close() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
