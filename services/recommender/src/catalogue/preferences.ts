import { type CallOptions, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import { throttledWarning } from "@craic/runtime/throttled-warning.js";
import { noPreferences, type Preferences } from "../ranking/taste.js";

export type FindPreferences = (userId: string, options: CallOptions) => Promise<Preferences>;

const WARN_EVERY_MS = 10_000;

/** Asks the auth service what a person says they like; ranks without when it does not answer in time. */
export function createFindPreferences(transport: Transport, now: () => Date, log: Logger): FindPreferences {
  const client = createClient(AuthService, transport);
  const warn = throttledWarning(log, WARN_EVERY_MS, now);
  return async (userId, options) => {
    try {
      const { preferences } = await client.getPreferences({ userId }, options);
      return preferences ?? noPreferences;
    } catch (error) {
      const code = Code[ConnectError.from(error).code];
      warn("auth", { dependency: "auth", code }, "ranking goes without preferences");
      return noPreferences;
    }
  };
}
