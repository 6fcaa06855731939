import { type CallOptions, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import { LruMap } from "@craic/runtime/lru-map.js";
import { throttledWarning } from "@craic/runtime/throttled-warning.js";
import { noPreferences, type Preferences } from "../ranking/taste.js";

export type FindPreferences = (userId: string, options: CallOptions) => Promise<Preferences>;

const WARN_EVERY_MS = 10_000;

/** People whose preferences are remembered, of those who stated some: some 300 bytes each. */
const MOST_REMEMBERED = 10_000;

/**
 * Asks the auth service what a person says they like. When it does not answer in time, it is what they said last that
 * counts: their feed is not to change with how busy we are.
 */
export function createFindPreferences(transport: Transport, now: () => Date, log: Logger): FindPreferences {
  const client = createClient(AuthService, transport);
  const warn = throttledWarning(log, WARN_EVERY_MS, now);
  const remembered = new LruMap<string, Preferences>(MOST_REMEMBERED);

  function remember(userId: string, { genres, djIds }: Preferences): void {
    if (genres.length + djIds.length > 0) remembered.set(userId, { genres, djIds });
    else remembered.delete(userId);
  }

  return async (userId, options) => {
    try {
      const { preferences = noPreferences } = await client.getPreferences({ userId }, options);
      remember(userId, preferences);
      return preferences;
    } catch (error) {
      const code = Code[ConnectError.from(error).code];
      warn("auth", { dependency: "auth", code }, "ranking goes by the preferences that were known, if any");
      return remembered.peek(userId) ?? noPreferences;
    }
  };
}
