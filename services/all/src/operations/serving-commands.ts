import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { issueAccessToken } from "@craic/auth/access-token.js";
import { loadSigningKey } from "@craic/auth/signing-key.js";
import { SettingsError } from "@craic/runtime/settings.js";
import { keepDynalite } from "../kept-dynalite.js";
import type { Command } from "./command.js";

/** RFC 9562's nil UUID: no account has it. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

export const trainToken: Command = {
  summary: "writes an access token with which a training tells the recommenders of its model",
  help: `Signed with CRAIC_AUTH_KEY_FILE, good for CRAIC_TRAIN_TOKEN_MINUTES, in CRAIC_TRAIN_TOKEN_FILE. A training runs beside
no signing key: an init container has it, and leaves this token behind.`,
  async run({ settings, log, now }) {
    const keyFile = settings.string("CRAIC_AUTH_KEY_FILE");
    const file = settings.string("CRAIC_TRAIN_TOKEN_FILE");
    const minutes = settings.integer("CRAIC_TRAIN_TOKEN_MINUTES", 120, 1, 1_440);
    settings.check();
    const key = loadSigningKey(keyFile);
    if (key === undefined)
      throw new SettingsError([`CRAIC_AUTH_KEY_FILE names "${keyFile}", which is not there`]);
    const subject = { userId: NOBODY, roles: ["admin"] };
    const { token, expireTime } = issueAccessToken(key, subject, now(), minutes * 60);
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
    const dynalite = await keepDynalite(folder, listen);
    log.info({ endpoint: dynalite.endpoint }, "DynamoDB is emulated");
    await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
    await dynalite.stop();
  },
};
