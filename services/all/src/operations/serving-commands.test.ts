import { createPublicKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadOrCreateSigningKey } from "@craic/auth/signing-key.js";
import { createLogger } from "@craic/runtime/log.js";
import { type Environment, Settings } from "@craic/runtime/settings.js";
import { decodeJwt, jwtVerify } from "jose";
import { trainToken } from "./serving-commands.js";

const now = new Date("2026-06-20T02:00:00Z");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "craic-token-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (environment: Environment) =>
  trainToken.run({
    settings: new Settings(environment),
    log: createLogger("silent", "test"),
    now: () => now,
    assets: folder,
  });

describe("train-token", () => {
  it("leaves a token of nobody's account, for a while, that nobody else can read", async () => {
    const key = join(folder, "signing-key.pem");
    const { privateKey } = loadOrCreateSigningKey(key);
    const file = join(folder, "token");
    await run({ CRAIC_AUTH_KEY_FILE: key, CRAIC_TRAIN_TOKEN_FILE: file, CRAIC_TRAIN_TOKEN_MINUTES: "62" });
    const token = readFileSync(file, "utf8");
    await jwtVerify(token, createPublicKey(privateKey), { currentDate: now, issuer: "craic" });
    expect(decodeJwt(token)).toMatchObject({
      sub: "00000000-0000-0000-0000-000000000000",
      roles: ["admin"],
      exp: now.getTime() / 1000 + 62 * 60,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("makes no key of its own, which would be nobody else's", async () => {
    const key = join(folder, "signing-key.pem");
    const file = join(folder, "token");
    await expect(run({ CRAIC_AUTH_KEY_FILE: key, CRAIC_TRAIN_TOKEN_FILE: file })).rejects.toThrow(
      "which is not there",
    );
  });
});
