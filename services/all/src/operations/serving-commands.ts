import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { issueOperatorToken } from "@craic/auth/access-token.js";
import { loadSigningKey, type SigningKey } from "@craic/auth/signing-key.js";
import { SettingsError } from "@craic/runtime/settings.js";
import { keepDynalite } from "../kept-dynalite.js";
import type { Command } from "./command.js";

/** One that is made here would be nobody else's, so it must be there. @throws SettingsError */
export function readSigningKey(file: string): SigningKey {
  const key = loadSigningKey(file);
  if (key === undefined) throw new SettingsError([`CRAIC_AUTH_KEY_FILE names "${file}", which is not there`]);
  return key;
}

export const trainToken: Command = {
  summary: "writes an access token with which a training tells the recommenders of its model",
  help: `Signed with CRAIC_AUTH_KEY_FILE, good for CRAIC_TRAIN_TOKEN_MINUTES, in CRAIC_TRAIN_TOKEN_FILE. A training runs beside
no signing key: an init container has it, and leaves this token behind.`,
  async run({ settings, log, now }) {
    const keyFile = settings.string("CRAIC_AUTH_KEY_FILE");
    const file = settings.string("CRAIC_TRAIN_TOKEN_FILE");
    const minutes = settings.integer("CRAIC_TRAIN_TOKEN_MINUTES", 120, 1, 1_440);
    settings.check();
    const { token, expireTime } = issueOperatorToken(readSigningKey(keyFile), now(), minutes * 60);
    await writeFile(file, token, { mode: 0o600 });
    log.info({ expireTime }, "a token was written");
  },
};

export const dynamodb: Command = {
  summary: "emulates DynamoDB until it is told to stop",
  help: `Keeps its data in CRAIC_DATA_DIR and listens on CRAIC_DYNAMODB_LISTEN. It asks nobody who they are: a network policy
lets the experiments and the backup in.`,
  async run({ settings, log }) {
    const folder = settings.string("CRAIC_DATA_DIR");
    const listen = settings.string("CRAIC_DYNAMODB_LISTEN", "127.0.0.1:8000");
    settings.check();
    const dynalite = await keepDynalite(folder, { listen, announce: (step) => log.warn(step) });
    log.info({ endpoint: dynalite.endpoint }, "DynamoDB is emulated");
    await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
    await dynalite.stop();
  },
};
