import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import type { Interactions } from "./power-law.js";

const ROUNDS = 5;

/** One piece of work that both sides do. */
export interface Match {
  /** What the work is. */
  readonly title: string;
  /** Our side and theirs: files in peers/ that take the same arguments and print a Cost as one line of JSON. */
  readonly ours: string;
  readonly theirs: string;
  /** The package that theirs uses. */
  readonly peer: string;
  /** What both take after FILE USERS ITEMS. */
  readonly args: readonly string[];
}

interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/**
 * Does work beside the Python packages of peers/requirements.txt, in turns and each time in a process of its own, and
 * prints the medians and the medians of the ratios. CRAIC_PEERS_PYTHON names a Python that has them; without one,
 * ours runs alone.
 */
export async function compareWithPeers(interactions: Interactions, matches: readonly Match[]): Promise<void> {
  const python = process.env.CRAIC_PEERS_PYTHON ?? "";
  const peer = existsSync(python) ? python : undefined;
  if (peer === undefined) process.stdout.write(`${HOW_TO_INSTALL}\n\n`);
  const folder = mkdtempSync(join(tmpdir(), "craic-bench-"));
  try {
    const path = join(folder, "interactions.u32");
    writeFileSync(path, Buffer.concat([bytesOf(interactions.userOf), bytesOf(interactions.itemOf)]));
    for (const match of matches) {
      const program = await bundled(join("tests/bench/peers", match.ours), folder);
      const args = [path, `${interactions.users}`, `${interactions.items}`, ...match.args];
      await compare(match, args, program, peer);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const HOW_TO_INSTALL =
  "no CRAIC_PEERS_PYTHON: python3 -m venv DIR && DIR/bin/pip install -r tests/bench/peers/requirements.txt, then set it to DIR/bin/python";

async function compare(match: Match, args: readonly string[], program: string, python: string | undefined) {
  const ours: Cost[] = [];
  const theirs: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await run(process.execPath, [program, ...args]));
    if (python !== undefined)
      theirs.push(await run(python, [join("tests/bench/peers", match.theirs), ...args]));
  }
  process.stdout.write(`${match.title}, 2 threads, median of ${ROUNDS}\n`);
  print("Craic", ours);
  if (python === undefined) return;
  print(match.peer, theirs);
  const ratio = (of: (cost: Cost) => number) =>
    median(ours.map((cost, i) => of(cost) / of(theirs[i]!))).toFixed(2);
  process.stdout.write(
    `  ratio         ${ratio((cost) => cost.seconds)} of the time, ${ratio((cost) => cost.cpuSeconds)} of the CPU time\n\n`,
  );
}

function print(name: string, costs: readonly Cost[]): void {
  const [seconds, cpuSeconds, peakMiB] = [
    median(costs.map((cost) => cost.seconds)).toFixed(2),
    median(costs.map((cost) => cost.cpuSeconds)).toFixed(2),
    median(costs.map((cost) => cost.peakMiB)).toFixed(0),
  ];
  process.stdout.write(
    `  ${name.padEnd(13)} ${seconds} s, ${cpuSeconds} s of CPU, ${peakMiB} MiB at its peak\n`,
  );
}

async function run(program: string, args: readonly string[]): Promise<Cost> {
  // As implicit asks for: it brings threads of its own, and BLAS should bring none.
  const env = { ...process.env, OMP_NUM_THREADS: "2", OPENBLAS_NUM_THREADS: "1" };
  return JSON.parse((await promisify(execFile)(program, args, { env })).stdout);
}

async function bundled(entryPoint: string, folder: string): Promise<string> {
  const outfile = join(folder, "ours.mjs");
  await build({
    ...{
      entryPoints: [entryPoint],
      outfile,
      bundle: true,
      platform: "node",
      target: "node24",
      format: "esm",
    },
    logLevel: "warning",
  });
  return outfile;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
