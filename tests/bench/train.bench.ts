import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { type Interactions, powerLawInteractions } from "./power-law.js";

const ROUNDS = 5;
const FACTORS = 64;
const ITERATIONS = 15;
const SOLVERS = ["conjugate-gradient", "cholesky"];

/** What a run prints. */
interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/**
 * Training on a million interactions beside the Python packages of peers/requirements.txt, in turns and each time
 * in a process of its own. CRAIC_PEERS_PYTHON names a Python that has them; without one, ours runs alone.
 */
export async function bench(): Promise<void> {
  const python = process.env.CRAIC_PEERS_PYTHON ?? "";
  const folder = mkdtempSync(join(tmpdir(), "craic-bench-"));
  try {
    const interactions = powerLawInteractions(6_040, 3_706, 1_000_209, 1);
    const path = join(folder, "interactions.u32");
    writeFileSync(path, Buffer.concat([bytesOf(interactions.userOf), bytesOf(interactions.itemOf)]));
    const program = await bundled("tests/bench/peers/als-training.ts", folder);
    const peer = existsSync(python) ? python : undefined;
    if (peer === undefined) process.stdout.write(`${HOW_TO_INSTALL}\n\n`);
    for (const solver of SOLVERS)
      await compare(solver, argumentsOf(path, interactions, solver), program, peer);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const HOW_TO_INSTALL =
  "no CRAIC_PEERS_PYTHON: python3 -m venv DIR && DIR/bin/pip install -r tests/bench/peers/requirements.txt, then set it to DIR/bin/python";

function argumentsOf(path: string, { users, items }: Interactions, solver: string): string[] {
  return [path, `${users}`, `${items}`, `${FACTORS}`, `${ITERATIONS}`, solver];
}

async function compare(solver: string, args: string[], program: string, python: string | undefined) {
  const ours: Cost[] = [];
  const theirs: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await run(process.execPath, [program, ...args]));
    if (python !== undefined) theirs.push(await run(python, ["tests/bench/peers/implicit_als.py", ...args]));
  }
  process.stdout.write(
    `implicit ALS by ${solver}, ${FACTORS} factors, ${ITERATIONS} iterations, 2 threads, median of ${ROUNDS}\n`,
  );
  print("Craic", ours);
  if (python === undefined) return;
  print("implicit 0.7", theirs);
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
  const outfile = join(folder, "peer.mjs");
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
