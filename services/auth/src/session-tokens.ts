import { randomUUID } from "node:crypto";
import { type AccessToken, issueAccessToken } from "./access-token.js";
import { mintRefreshToken, readRefreshToken } from "./refresh-token.js";
import type { SessionStore } from "./session-store.js";
import type { SigningKey } from "./signing-key.js";
import type { User } from "./user.js";
import type { UserStore } from "./user-store.js";

/** What a session is carried by. */
export interface TokenPair {
  readonly accessToken: AccessToken;
  readonly refreshToken: string;
  readonly refreshTokenExpireTime: Date;
}

export type Refreshed =
  | { readonly outcome: "refreshed"; readonly user: User; readonly tokens: TokenPair }
  /** No session, or none any more. */
  | { readonly outcome: "over" }
  /** The token was spent before, and the session was ended for it. */
  | { readonly outcome: "reused" };

export interface SessionTokens {
  open(user: User): Promise<TokenPair>;
  refresh(refreshToken: string): Promise<Refreshed>;
  /** Does nothing if the token is no session's. */
  end(refreshToken: string): Promise<void>;
}

interface SessionDependencies {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly signingKey: SigningKey;
  readonly accessTokenSeconds: number;
  /** How long a session lives when nobody refreshes it. */
  readonly sessionMs: number;
  readonly now: () => Date;
}

/** Opens, continues and ends sessions. */
export function createSessionTokens(deps: SessionDependencies): SessionTokens {
  const { users, sessions, signingKey, accessTokenSeconds, sessionMs, now } = deps;
  return {
    async open(user) {
      const time = now();
      const token = mintToken(randomUUID(), time);
      await sessions.open({ sessionId: token.sessionId, userId: user.userId }, token);
      return pair(user, token, time);
    },

    async refresh(refreshToken) {
      const presented = readRefreshToken(refreshToken);
      if (presented === undefined) return { outcome: "over" };
      const time = now();
      const successor = mintToken(presented.sessionId, time);
      const rotation = await sessions.rotate(presented, successor, time);
      if (rotation.outcome === "reused") return { outcome: "reused" };
      // Roles are read anew, so that what was given or taken away shows at the next refresh.
      const user = rotation.outcome === "rotated" ? await users.find(rotation.userId) : undefined;
      if (user === undefined) return { outcome: "over" };
      return { outcome: "refreshed", user, tokens: pair(user, successor, time) };
    },

    async end(refreshToken) {
      const presented = readRefreshToken(refreshToken);
      if (presented !== undefined) await sessions.end(presented.sessionId);
    },
  };

  function mintToken(sessionId: string, time: Date) {
    return { ...mintRefreshToken(sessionId), expireTime: new Date(time.getTime() + sessionMs) };
  }

  function pair(user: User, { text, expireTime }: ReturnType<typeof mintToken>, time: Date): TokenPair {
    return {
      accessToken: issueAccessToken(signingKey, user, time, accessTokenSeconds),
      refreshToken: text,
      refreshTokenExpireTime: expireTime,
    };
  }
}
