import type { RefreshToken } from "./refresh-token.js";

/** A refresh token to be put on file. */
export interface NewToken {
  readonly secretHash: Buffer;
  readonly expireTime: Date;
}

export type Rotation =
  | { readonly outcome: "rotated"; readonly userId: string }
  | { readonly outcome: "unknown" | "expired" }
  /** The session was ended. */
  | { readonly outcome: "reused" };

/** Where sessions are kept. */
export interface SessionStore {
  open(session: { sessionId: string; userId: string }, token: NewToken): Promise<void>;
  /**
   * Spends a token and puts its successor on file, or ends the session if the token was spent before; all or
   * nothing, and for one session one at a time.
   */
  rotate(presented: RefreshToken, successor: NewToken, now: Date): Promise<Rotation>;
  /** Does nothing if there is no such session. */
  end(sessionId: string): Promise<void>;
  /** Forgets the sessions that nobody refreshed in time. */
  deleteExpired(now: Date): Promise<void>;
}
