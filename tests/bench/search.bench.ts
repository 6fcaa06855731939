import { createRandom } from "@craic/numerics/random.js";
import { VectorIndex } from "@craic/numerics/vector-index.js";

const ITEMS = 100_000;
const FACTORS = 64;
const AHEAD = 2_000;
const BEST = 20;
const QUERIES = 1_000;

/** The best items for one user: of all, and of as many as there are events ahead in a city. */
export async function bench(): Promise<void> {
  const random = createRandom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const index = new VectorIndex(Float32Array.from({ length: ITEMS * FACTORS }, normal), FACTORS);
  const users = Array.from({ length: QUERIES }, () => Float32Array.from({ length: FACTORS }, normal));
  const ahead = Uint32Array.from({ length: AHEAD }, () => Math.floor(random() * ITEMS));
  print(
    `top ${BEST} of ${ITEMS} items, ${FACTORS} factors`,
    timesMs(users, (user) => index.best(user, BEST)),
  );
  print(
    `top ${BEST} of ${AHEAD} of them`,
    timesMs(users, (user) => index.bestOf(ahead, user, BEST)),
  );
}

/** How long each call takes, after as many to warm up. */
function timesMs(users: readonly Float32Array[], search: (user: Float32Array) => unknown): number[] {
  for (const user of users) search(user);
  return users.map((user) => {
    const begunMs = performance.now();
    search(user);
    return performance.now() - begunMs;
  });
}

function print(what: string, times: number[]): void {
  const sorted = times.sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.floor(share * sorted.length)]!.toFixed(3);
  process.stdout.write(`${what.padEnd(38)} p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms\n`);
}
