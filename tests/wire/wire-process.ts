import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildSync } from "esbuild";
import { ANY_PORTS } from "./ways.js";

export type Line = Record<string, unknown>;

/** A process, what it says, and how it ends. */
export interface StartedProcess {
  readonly child: ChildProcess;
  /** The first line of its log with this message, once it is there. */
  said(message: string): Promise<Line>;
  readonly ended: Promise<{ code: number | null; errors: string }>;
}

/** The echo service as a bundle that runs in processes of its own. */
export class WireProgram {
  private readonly directory = mkdtempSync(join(tmpdir(), "craic-wire-"));
  private readonly main = join(this.directory, "main.cjs");
  private readonly children: ChildProcess[] = [];

  constructor() {
    buildSync({
      entryPoints: [join(__dirname, "wire-main.ts")],
      outfile: this.main,
      bundle: true,
      platform: "node",
    });
  }

  start(settings: Record<string, string>): StartedProcess {
    const environment = { ...process.env, ...ANY_PORTS, ...settings };
    const child = spawn(process.execPath, [this.main], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.children.push(child);
    const lines: Line[] = [];
    let heard = Promise.withResolvers<void>();
    let errors = "";
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(JSON.parse(line));
      heard.resolve();
      heard = Promise.withResolvers();
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    return {
      child,
      async said(message) {
        for (;;) {
          const line = lines.find(({ msg }) => msg === message);
          if (line !== undefined) return line;
          await heard.promise;
        }
      },
      ended: once(child, "close").then(([code]) => ({ code: code as number | null, errors })),
    };
  }

  /** Ends what was started. */
  killAll(): void {
    for (const child of this.children.splice(0)) child.kill("SIGKILL");
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
