// Our side of implicit_als.py, with the same arguments, the same work and the same line of JSON.

import { readFileSync } from "node:fs";
import { csrFromTriplets } from "@craic/numerics/csr.js";
import { type AlsTraining, trainImplicitAls } from "@craic/numerics/implicit-als.js";

const [path, users, items, factors, iterations, solver] = process.argv.slice(2);
const { buffer } = new Uint8Array(readFileSync(path!));
const both = new Uint32Array(buffer);
const count = both.length / 2;
const interactions = csrFromTriplets(Number(users), both.subarray(0, count), both.subarray(count), count);
const begunMs = performance.now();
const before = process.cpuUsage();
await trainImplicitAls(interactions, Number(items), {
  factors: Number(factors),
  iterations: Number(iterations),
  solver: solver as AlsTraining["solver"],
  regularisation: 0.01,
  alpha: 1,
  threads: 2,
  seed: 1,
});
const seconds = (performance.now() - begunMs) / 1_000;
const { user, system } = process.cpuUsage(before);
const peakMiB = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(`${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakMiB })}\n`);
