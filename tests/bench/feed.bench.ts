import type { Order, Outcome } from "./feed-load.js";
import { CITY } from "./feed-world.js";
import { type Craic, print, type Row, withLoadedCraic } from "./loaded-craic.js";
import { childrenOf, cpuMs, memoryMiB } from "./process-figures.js";

const size = { users: 10_000, eventsAhead: 2_000, pastEvents: 4_000, feedbackRows: 500_000 };
const RATE_PER_SECOND = 200;
const SECONDS = 20;
const GOALS = { p99Ms: 25, craicMiB: 170, mariadbMiB: 110 };

/** What the feed takes of the whole process, pinned to one core: time, CPU and memory. */
export async function bench(): Promise<void> {
  await withLoadedCraic(size, async ({ craic, tokens, startLoad }) => {
    const load = await startLoad<Order, Outcome>("tests/bench/feed-load.ts");
    await measure(craic, (round) => load({ origin: craic.origin, cityId: CITY, tokens, ...round }));
  });
}

type Round = Omit<Order, "origin" | "cityId" | "tokens">;

async function measure(craic: Craic, run: (round: Round) => Promise<Outcome>): Promise<void> {
  const [mariadb] = childrenOf(craic.pid, /maria|mysql/);
  if (mariadb === undefined) throw new Error("the process has no MariaDB");
  const measured = async (name: string, round: Round): Promise<Row> => {
    const before = [cpuMs(craic.pid), cpuMs(mariadb)];
    const { latenciesMs, failures, seconds, answerBytes } = await run(round);
    for (const failure of new Set(failures)) process.stderr.write(`a call failed: ${failure}\n`);
    const calls = latenciesMs.length;
    const sorted = Float64Array.from(latenciesMs).sort();
    const at = (share: number) => (sorted[Math.ceil(share * calls) - 1] as number).toFixed(1);
    return {
      load: name,
      "calls/s": Math.round(calls / seconds),
      failed: failures.length,
      "p50 ms": at(0.5),
      "p99 ms": at(0.99),
      "max ms": at(1),
      "craic CPU ms/call": ((cpuMs(craic.pid) - before[0]!) / calls).toFixed(2),
      "MariaDB CPU ms/call": ((cpuMs(mariadb) - before[1]!) / calls).toFixed(2),
      "KB/answer": (answerBytes / 1_000).toFixed(1),
    };
  };
  const atRest = memory(craic.pid, mariadb);
  await run({ ratePerSecond: RATE_PER_SECOND / 2, seconds: SECONDS, seed: 1 });
  const steady = await measured(`${RATE_PER_SECOND}/s, evenly spaced`, {
    ratePerSecond: RATE_PER_SECOND,
    seconds: SECONDS,
    seed: 2,
  });
  const rows = [
    steady,
    await measured(`${RATE_PER_SECOND}/s, gzip as for a browser`, {
      ratePerSecond: RATE_PER_SECOND,
      seconds: SECONDS,
      seed: 3,
      acceptEncoding: "gzip, deflate, br",
    }),
    await measured("8 at a time: the ceiling", { connections: 8, seconds: SECONDS / 2, seed: 4 }),
  ];
  const loaded = memory(craic.pid, mariadb);
  const { users, eventsAhead, feedbackRows } = size;
  process.stdout.write(
    `FeedService.GetFeed, 20 items; ${users} people, ${eventsAhead} events ahead in one city, ${feedbackRows} rows of feedback;\nthe whole process and its MariaDB on one core\n\n`,
  );
  print(rows);
  print([
    { "after load, MiB": "craic", ...loaded.craic, "at rest": atRest.craic.pss, goal: `≤ ${GOALS.craicMiB}` },
    {
      "after load, MiB": "MariaDB",
      ...loaded.mariadb,
      "at rest": atRest.mariadb.pss,
      goal: `≤ ${GOALS.mariadbMiB}`,
    },
  ]);
  process.stdout.write(
    `goal: p99 ≤ ${GOALS.p99Ms} ms at ${RATE_PER_SECOND}/s; reached: ${steady["p99 ms"]} ms\n`,
  );
}

function memory(craic: number, mariadb: number) {
  const rounded = ({ rss, pss }: { rss: number; pss: number }) => ({
    RSS: Math.round(rss),
    pss: Math.round(pss),
  });
  return { craic: rounded(memoryMiB(craic)), mariadb: rounded(memoryMiB(mariadb)) };
}
