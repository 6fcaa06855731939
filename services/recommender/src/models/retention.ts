import { type ChannelRecord, versionsNeeded } from "./channels.js";
import { UnwritableChannels } from "./channels-file.js";
import type { ModelDirectory } from "./model-directory.js";

/**
 * Takes away all versions but the newest `keep` and those that channels.json needs: what is in use, and what can be
 * rolled back to. Rejected versions count like any other. Meanwhile nobody publishes any. Returns what was taken away,
 * the oldest first. Throws UnreadableChannels, and takes nothing away, when nobody can tell what is needed.
 */
export async function removeOldVersions(models: ModelDirectory, keep: number): Promise<string[]> {
  const unneeded = async (record: ChannelRecord | undefined) => {
    const needed = record === undefined ? new Set<string>() : versionsNeeded(record);
    return (await models.versions()).slice(0, -keep).filter((version) => !needed.has(version));
  };
  const remove = async (record: ChannelRecord | undefined, stillHeld?: () => Promise<void>) => {
    const removed = await unneeded(record);
    for (const version of removed) {
      await stillHeld?.();
      await models.remove(version);
    }
    return removed;
  };
  const record = await models.channelsFile.read();
  if ((await unneeded(record)).length === 0) return [];
  try {
    return await models.channelsFile.whileUnchanged(remove);
  } catch (error) {
    // On a full disk there can be no lock, nor can anything be published before there is room.
    if (error instanceof UnwritableChannels && error.isFull) return remove(record);
    throw error;
  }
}
