import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { errorCode, ifMissing, unfinishedIn, writeFlushed } from "./durable-file.js";

/** Thrown when somebody else has taken the lock because its holder seemed to be gone. */
export class LockLost extends Error {}

export interface LockTiming {
  /** How often a lock that is taken is looked at. */
  readonly lookEveryMs: number;
  /** Looks at one and the same holder after which it must be gone. */
  readonly mostLooks: number;
}

/** What is done under the lock takes milliseconds; three seconds are for a process that is dead. */
const timing: LockTiming = { lookEveryMs: 20, mostLooks: 150 };

/**
 * Runs while no other process on the volume does so under the same lock: a file that only one can create.
 *
 * A holder that was killed leaves the file behind; who has waited long enough for one and the same holder takes
 * it over. A holder that was merely slow then must not act: `stillHeld` throws LockLost for it, and is to be
 * called right before what must not happen twice.
 */
export async function withFileLock<Result>(
  path: string,
  run: (stillHeld: () => Promise<void>) => Promise<Result>,
  { lookEveryMs, mostLooks } = timing,
): Promise<Result> {
  const token = randomUUID();
  // Linked once its content is there: nobody ever sees a lock without a holder.
  const aside = unfinishedIn(dirname(path));
  const holds = async () => (await readFile(path, "utf8").catch(ifMissing(""))) === token;
  const letGo = async () => {
    await rm(aside, { force: true });
    if (await holds()) await rm(path, { force: true });
  };
  try {
    await writeFlushed(aside, token);
    let seen = "";
    for (let looks = 0; !(await tryLink(aside, path)); ) {
      const holder = await readFile(path, "utf8").catch(ifMissing(""));
      looks = holder === seen ? looks + 1 : 0;
      seen = holder;
      if (looks < mostLooks) await wait(lookEveryMs);
      else await takeAway(path, holder);
    }
    return await run(async () => {
      if (!(await holds())) throw new LockLost(`the lock ${path} was held for too long`);
    });
  } finally {
    // What was done under the lock stands, though the disk fails now: others then wait, and take the lock over.
    await letGo().catch(() => undefined);
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Removes a dead holder's file, unless another waiter has done so and holds the lock by now. */
async function takeAway(path: string, holder: string): Promise<void> {
  const aside = unfinishedIn(dirname(path));
  try {
    await rename(path, aside);
  } catch (error) {
    return ifMissing(undefined)(error);
  }
  if ((await readFile(aside, "utf8")) !== holder) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
