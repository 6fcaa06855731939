import { type CallOptions, createClient, type Transport } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import { noPreferences, type Preferences } from "../ranking/taste.js";

export type FindPreferences = (userId: string, options: CallOptions) => Promise<Preferences>;

/** Asks the auth service what a person says they like; ranks without when it does not answer in time. */
export function createFindPreferences(transport: Transport, log: Logger): FindPreferences {
  const client = createClient(AuthService, transport);
  return async (userId, options) => {
    try {
      const { preferences } = await client.getPreferences({ userId }, options);
      return preferences ?? noPreferences;
    } catch (error) {
      log.warn({ err: error, dependency: "auth" }, "ranking goes without preferences");
      return noPreferences;
    }
  };
}
