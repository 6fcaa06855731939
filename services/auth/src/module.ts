import { randomUUIDv7 } from "node:crypto";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { type CraicModule, register } from "@craic/runtime/module.js";
import { openDatabase } from "@craic/runtime/mysql.js";
import { createAdmission } from "./admission.js";
import { createAuthService } from "./auth-service.js";
import { type AuthConfig, readAuthConfig } from "./config.js";
import { createLogIn } from "./log-in.js";
import { createMysqlLogInFailureStore } from "./log-in-failure-store.mysql.js";
import { createPasswords } from "./password.js";
import { rememberingPreferences } from "./remembered-preferences.js";
import { createMysqlSessionStore } from "./session-store.mysql.js";
import { createSessionTokens } from "./session-tokens.js";
import { startSweeping } from "./sweep.js";
import { createMysqlUserStore } from "./user-store.mysql.js";

/** People who may wait for their password to be hashed: some two seconds' worth on a small machine. */
const HASHES_WAITING = 32;
const SWEEP_EVERY_MS = 60 * 60_000;

/** Users, credentials, sessions and preferences. */
export const authModule: CraicModule<AuthConfig> = {
  name: "auth",
  configure: readAuthConfig,
  async start(config, { log, now, migrationsDir }) {
    const { signingKey, oldKeys } = config;
    if (signingKey === undefined) throw new Error("started although the settings were rejected");
    const database = await openDatabase(config.mysqlUrl, migrationsDir, log);
    const users = rememberingPreferences(createMysqlUserStore(database), now);
    const sessions = createMysqlSessionStore(database.pool);
    const failures = createMysqlLogInFailureStore(database.db);
    const passwords = createPasswords(config.hashCost);
    const sweeping = startSweeping([sessions, failures], { everyMs: SWEEP_EVERY_MS, now, log });
    const service = createAuthService({
      users,
      sessions: createSessionTokens({ ...config, signingKey, users, sessions, now }),
      passwords,
      hashing: createAdmission({ atOnce: config.hashesAtOnce, waiting: HASHES_WAITING }),
      logIn: createLogIn({ users, failures, passwords, now }),
      keys: [signingKey, ...oldKeys.filter(({ kid }) => kid !== signingKey.kid)],
      newUserId: randomUUIDv7,
      now,
      log,
    });
    return {
      registrations: [register(AuthService, service)],
      async close() {
        await sweeping.stop();
        await database.close();
      },
    };
  },
};
