import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { createLogger } from "@craic/runtime/log.js";
import { createMetrics } from "@craic/runtime/metrics.js";
import { type Environment, Settings, SettingsError } from "@craic/runtime/settings.js";
import { createTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.js";
import { authModule } from "./module.js";
import { DEFAULT_HASH_COST } from "./password.js";

const folder = mkdtempSync(join(tmpdir(), "craic-auth-"));
const keyFile = join(folder, "key.pem");
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase("auth");
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

describe("authModule.configure()", () => {
  it("needs a database and a key file, and has a default for the rest", () => {
    const config = configure({});
    expect(existsSync(keyFile)).toBe(true);
    expect(config).toMatchObject({
      mysqlUrl: database.url,
      oldKeys: [],
      accessTokenSeconds: 900,
      sessionMs: 30 * 24 * 3_600_000,
      hashCost: DEFAULT_HASH_COST,
      hashesAtOnce: 2,
    });
  });

  it("tells all that is wrong at once", () => {
    const damaged = join(folder, "damaged.pem");
    writeFileSync(damaged, "not a key");
    const missing = join(folder, "missing.pem");
    expect(() =>
      configure({
        CRAIC_AUTH_MYSQL_URL: undefined,
        CRAIC_AUTH_KEY_FILE: damaged,
        CRAIC_AUTH_OLD_KEY_FILES: missing,
        CRAIC_AUTH_ACCESS_TOKEN_SECONDS: "9",
        CRAIC_AUTH_SESSION_DAYS: "soon",
        CRAIC_AUTH_HASH_MEMORY_KIB: "64",
        CRAIC_AUTH_HASH_PASSES: "0",
        CRAIC_AUTH_HASHES_AT_ONCE: "0",
      }),
    ).toThrow(
      new SettingsError([
        "CRAIC_AUTH_MYSQL_URL is not set",
        `CRAIC_AUTH_KEY_FILE: ${damaged} is not an Ed25519 private key in PEM form`,
        `CRAIC_AUTH_OLD_KEY_FILES: ${missing} does not exist`,
        'CRAIC_AUTH_ACCESS_TOKEN_SECONDS is "9", not a whole number from 10 to 86400',
        'CRAIC_AUTH_SESSION_DAYS is "soon", not a whole number from 1 to 365',
        'CRAIC_AUTH_HASH_MEMORY_KIB is "64", not a whole number from 7168 to 1048576',
        'CRAIC_AUTH_HASH_PASSES is "0", not a whole number from 1 to 100',
        'CRAIC_AUTH_HASHES_AT_ONCE is "0", not a whole number from 1 to 64',
      ]),
    );
  });

  it("says so when there is no key file in the settings", () => {
    expect(() => configure({ CRAIC_AUTH_KEY_FILE: "" })).toThrow("CRAIC_AUTH_KEY_FILE is not set");
  });
});

describe("authModule.start()", () => {
  it("serves, publishes the old keys after the current one, each once, and lets go of everything", async () => {
    const old = generateKeyPairSync("ed25519").publicKey;
    const oldFile = join(folder, "old.pem");
    writeFileSync(oldFile, old.export({ type: "spki", format: "pem" }));
    const config = configure({ CRAIC_AUTH_OLD_KEY_FILES: `${oldFile}, ${keyFile}` });
    const running = await authModule.start(config, {
      log: createLogger("silent", "auth"),
      metrics: createMetrics(),
      transport: createRouterTransport(() => {}),
      migrationsDir: join(__dirname, "../migrations"),
      now: () => new Date("2026-06-20T22:00:00Z"),
    });
    const client = createClient(
      AuthService,
      createRouterTransport((router) => {
        for (const { service, implementation } of running.registrations)
          router.service(service, implementation);
      }),
    );
    const { keys } = await client.getKeySet({});
    expect(keys.map(({ x }) => x)).toEqual([config.signingKey?.x, old.export({ format: "jwk" }).x]);

    const credentials = { email: "ada@example.ie", password: "correct horse" };
    const { user } = await client.register({ ...credentials, displayName: "Ada" });
    expect((await client.logIn(credentials)).user).toEqual(user);

    await running.close();
    await expect(client.logIn(credentials)).rejects.toThrow();
  });
});

function configure(changes: Environment) {
  const settings = new Settings({
    CRAIC_AUTH_MYSQL_URL: database.url,
    CRAIC_AUTH_KEY_FILE: keyFile,
    ...changes,
  });
  const config = authModule.configure(settings);
  settings.check();
  return config;
}
