import { copyFile, cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** Which version each channel uses; replaced as a whole by those who write it. */
const CHANNELS = "channels.json";
/** A version's folder is never changed once it has its name. */
const VERSION = /^\d+\.\d+\.\d+$/;
/** The model directory takes such a name for something that was left behind. */
const ASIDE = ".unfinished-restore-";

/**
 * Copies the models while others train and read. The channels come first: whatever they name was there before them, and
 * stays. A version that is removed meanwhile is none that a channel uses, and is left out.
 */
export async function copyModels(models: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = await namesIn(models);
  if (names.includes(CHANNELS)) await copyFile(join(models, CHANNELS), join(folder, CHANNELS));
  for (const version of (await namesIn(models)).filter((name) => VERSION.test(name))) {
    try {
      await cp(join(models, version), join(folder, version), { recursive: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      await rm(join(folder, version), { recursive: true, force: true });
    }
  }
}

/**
 * Makes a model directory what it was: a version appears whole before the channels name it, and what is not in the
 * copy goes when nothing names it any more.
 */
export async function restoreModels(folder: string, models: string): Promise<void> {
  await mkdir(models, { recursive: true });
  const kept = await namesIn(folder);
  const versions = kept.filter((name) => VERSION.test(name));
  for (const version of versions) {
    const aside = join(models, `${ASIDE}${version}`);
    await rm(aside, { recursive: true, force: true });
    await cp(join(folder, version), aside, { recursive: true });
    // What has the name may be damaged: it is why one restores.
    await rm(join(models, version), { recursive: true, force: true });
    await rename(aside, join(models, version));
  }
  if (kept.includes(CHANNELS)) {
    const aside = join(models, `${ASIDE}${CHANNELS}`);
    await copyFile(join(folder, CHANNELS), aside);
    await rename(aside, join(models, CHANNELS));
  } else {
    await rm(join(models, CHANNELS), { force: true });
  }
  for (const version of (await namesIn(models)).filter((name) => VERSION.test(name))) {
    if (!versions.includes(version)) await rm(join(models, version), { recursive: true, force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
