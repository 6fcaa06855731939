import { versionsNeeded } from "./channels.js";
import type { ModelDirectory } from "./model-directory.js";

/**
 * Takes away all versions but the newest `keep` and those that channels.json needs: what is in use, and what can be
 * rolled back to. Rejected versions count like any other. Returns what was taken away, the oldest first. Throws
 * UnreadableChannels, and takes nothing away, when nobody can tell what is needed.
 */
export async function removeOldVersions(models: ModelDirectory, keep: number): Promise<string[]> {
  const record = await models.channelsFile.read();
  const old = (await models.versions()).slice(0, -keep);
  const needed = record === undefined ? new Set<string>() : versionsNeeded(record);
  const removed = old.filter((version) => !needed.has(version));
  for (const version of removed) await models.remove(version);
  return removed;
}
