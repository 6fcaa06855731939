// Our side of numpy_ease.py, with the same arguments, the same work and the same line of JSON.

import { readFileSync } from "node:fs";
import { csrFromTriplets } from "@craic/numerics/csr.js";
import { fitEase } from "@craic/numerics/ease.js";

const [path, users, items, lambda] = process.argv.slice(2);
const { buffer } = new Uint8Array(readFileSync(path!));
const both = new Uint32Array(buffer);
const count = both.length / 2;
const interactions = csrFromTriplets(Number(users), both.subarray(0, count), both.subarray(count), count);
const begunMs = performance.now();
const before = process.cpuUsage();
await fitEase(interactions, Number(items), { lambda: Number(lambda), threads: 2 });
const seconds = (performance.now() - begunMs) / 1_000;
const { user, system } = process.cpuUsage(before);
const peakMiB = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(`${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakMiB })}\n`);
