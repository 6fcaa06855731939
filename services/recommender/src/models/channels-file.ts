import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type ChannelRecord, emptyRecord, formatRecord, parseRecord } from "./channels.js";
import { errorCode, ifMissing, replaceFile } from "./durable-file.js";
import { LockLost, withFileLock } from "./file-lock.js";
import type { PublishingStep } from "./publishing-steps.js";

const CHANNELS_FILE = "channels.json";
const LOCK_FILE = ".channels.lock";

/** channels.json is there and cannot be read, or it was there. */
export class UnreadableChannels extends Error {
  constructor(cause: unknown) {
    super(`${CHANNELS_FILE} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
    this.name = "UnreadableChannels";
  }
}

/** channels.json could not be replaced; it is what it was. */
export class UnwritableChannels extends Error {
  constructor(cause: unknown) {
    super(`${CHANNELS_FILE} cannot be written: ${cause instanceof Error ? cause.message : cause}`, { cause });
    this.name = "UnwritableChannels";
  }

  /** Whether there is no room for it. */
  get isFull(): boolean {
    return ["ENOSPC", "EDQUOT"].includes(errorCode(this.cause) ?? "");
  }
}

/** The file that says which version each channel uses, on the volume that all replicas and the trainer share. */
export class ChannelsFile {
  /** @param directory the one of the models; made if it is not there */
  constructor(private readonly directory: string) {}

  /** undefined when there is no file. Throws UnreadableChannels. */
  async read(): Promise<ChannelRecord | undefined> {
    try {
      const json = await readFile(join(this.directory, CHANNELS_FILE), "utf8").catch(ifMissing(undefined));
      return json === undefined ? undefined : parseRecord(json);
    } catch (error) {
      throw new UnreadableChannels(error);
    }
  }

  /** Changes with the file; "" when there is none. */
  async fingerprint(): Promise<string> {
    const found = await stat(join(this.directory, CHANNELS_FILE)).catch(ifMissing(undefined));
    return found === undefined ? "" : `${found.ino} ${found.size} ${found.mtimeMs}`;
  }

  /**
   * Replaces what the file says by what `change` makes of it, while no other process does the same: of two that
   * change it at the same time, the later one builds on what the earlier one wrote. An error that `change`
   * or `check` throws leaves the file alone. Throws UnreadableChannels, UnwritableChannels.
   *
   * @param afterStep is told of each step that has been taken, for tests that end the process there
   * @param check looks at what is about to be written
   */
  update(
    change: (record: ChannelRecord) => ChannelRecord,
    afterStep: (step: PublishingStep) => void = () => undefined,
    check: (next: ChannelRecord, before: ChannelRecord) => Promise<void> = async () => undefined,
  ): Promise<ChannelRecord> {
    return this.locked(async (stillHeld) => {
      const record = (await this.read()) ?? emptyRecord;
      const next = change(record);
      if (next === record) return record;
      await check(next, record);
      await replaceFile(join(this.directory, CHANNELS_FILE), formatRecord(next), async () => {
        afterStep("channels written");
        await stillHeld();
      });
      afterStep("channels renamed");
      return next;
    });
  }

  /**
   * Does something while nobody changes the file. Throws UnreadableChannels, UnwritableChannels.
   *
   * @param act is told what the file says, undefined when there is none; `stillHeld` throws when it has taken too long
   */
  whileUnchanged<Result>(
    act: (record: ChannelRecord | undefined, stillHeld: () => Promise<void>) => Promise<Result>,
  ): Promise<Result> {
    return this.locked(async (stillHeld) => act(await this.read(), stillHeld));
  }

  private async locked<Result>(run: (stillHeld: () => Promise<void>) => Promise<Result>): Promise<Result> {
    try {
      await mkdir(this.directory, { recursive: true });
      return await withFileLock(join(this.directory, LOCK_FILE), run);
    } catch (error) {
      const isOfTheSystem = errorCode(error) !== undefined || error instanceof LockLost;
      throw isOfTheSystem ? new UnwritableChannels(error) : error;
    }
  }
}
