import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Trainer } from "../training/training-lock.js";
import { replaceFile } from "./durable-file.js";

const FILE = "trainer.json";

/**
 * Leaves word beside the models of who trains. It is for people only, and may be out of date after a kill: who may
 * train is decided by the lock.
 */
export async function tellOfTrainer(directory: string, { name, since }: Trainer): Promise<void> {
  await mkdir(directory, { recursive: true });
  const text = JSON.stringify({ name, since: since.toISOString() });
  await replaceFile(join(directory, FILE), text, () => undefined);
}

export async function forgetTrainer(directory: string): Promise<void> {
  await rm(join(directory, FILE), { force: true });
}

/** undefined where no trainer has left word. */
export async function findTrainer(directory: string): Promise<Trainer | undefined> {
  try {
    const { name, since } = JSON.parse(await readFile(join(directory, FILE), "utf8")) as Record<
      string,
      unknown
    >;
    const date = new Date(String(since));
    return typeof name === "string" && !Number.isNaN(date.getTime()) ? { name, since: date } : undefined;
  } catch {
    return undefined;
  }
}
