import { type CallOptions, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";
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
  /** Who was asked about least lately is first. */
  const remembered = new Map<string, Preferences>();

  function remember(userId: string, { genres, djIds }: Preferences): void {
    remembered.delete(userId);
    if (genres.length + djIds.length > 0) remembered.set(userId, { genres, djIds });
    if (remembered.size > MOST_REMEMBERED) remembered.delete(remembered.keys().next().value as string);
  }

  return async (userId, options) => {
    try {
      const { preferences = noPreferences } = await client.getPreferences({ userId }, options);
      remember(userId, preferences);
      return preferences;
    } catch (error) {
      const code = Code[ConnectError.from(error).code];
      warn("auth", { dependency: "auth", code }, "ranking goes by the preferences that were known, if any");
      return remembered.get(userId) ?? noPreferences;
    }
  };
}
