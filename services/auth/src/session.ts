/**
 * How long after a refresh the same token is taken once more. Two tabs that wake together, or a client whose
 * answer was lost on the way, send it twice in good faith; each gets a pair of its own.
 */
export const REUSE_GRACE_MS = 10_000;

/** What is on file about a refresh token. */
export interface TokenState {
  readonly expireTime: Date;
  /** When it was first traded for a new one; `null` if it was not yet. */
  readonly spentTime: Date | null;
}

/** good: trade it. expired: refuse it. reused: refuse it and end the session. */
export type TokenVerdict = "good" | "expired" | "reused";

/**
 * Judges a token that names a live session. One that is not on file was spent, and then cleared away: the
 * session's id is known to those who held one of its tokens only.
 */
export function judgeToken(token: TokenState | undefined, now: Date): TokenVerdict {
  if (token === undefined) return "reused";
  if (token.spentTime !== null && token.spentTime <= graceStart(now)) return "reused";
  return token.expireTime <= now ? "expired" : "good";
}

/** Tokens spent at this instant or before are no longer taken. */
export function graceStart(now: Date): Date {
  return new Date(now.getTime() - REUSE_GRACE_MS);
}
