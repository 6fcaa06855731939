// Our side of scikit_nearest_users.py, with the same arguments, the same work and the same line of JSON.

import { readFileSync } from "node:fs";
import { csrFromTriplets } from "@craic/numerics/csr.js";
import { neighbourFinder } from "@craic/numerics/neighbour-threads.js";
import { findAllNeighbours } from "@craic/numerics/neighbourhood.js";

const [path, users, items, neighbours] = process.argv.slice(2);
const { buffer } = new Uint8Array(readFileSync(path!));
const both = new Uint32Array(buffer);
const count = both.length / 2;
const interactions = csrFromTriplets(Number(users), both.subarray(0, count), both.subarray(count), count);
const begunMs = performance.now();
const before = process.cpuUsage();
const options = { similarity: "cosine", neighbours: Number(neighbours), shrinkage: 0 } as const;
await findAllNeighbours(interactions, Number(items), options, neighbourFinder(2));
const seconds = (performance.now() - begunMs) / 1_000;
const { user, system } = process.cpuUsage(before);
const peakMiB = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(`${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakMiB })}\n`);
