import { createHash } from "node:crypto";
import type { CallOptions } from "@connectrpc/connect";
import type { RefreshResponse } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import type { Upstream } from "./upstream.js";

/**
 * Trades refresh tokens for new ones. A refresh token works once, and its second use ends the session; but a
 * browser's tabs share one, and they find the access token expired at the same moment. So whoever comes with
 * a token that is being traded, or was a moment ago, gets what the first one got.
 */
export interface Refresher {
  refresh(refreshToken: string, options: CallOptions): Promise<RefreshResponse>;
  /** Gives nothing more out for a session that has ended, by its refresh token. */
  forget(refreshToken: string): void;
}

/** Long enough for a tab that was slow, or whose answer was lost; short for somebody who stole the token. */
const GRACE_MS = 10_000;
/** About a kilobyte each. */
const MAX_TRADES = 2_000;
/** Nobody's cancellation ends a trade that others may wait for. */
const TIMEOUT_MS = 5_000;

interface Trade {
  readonly answer: Promise<RefreshResponse>;
  readonly endsAtMs: number;
  /** Digest of the token that was received, once it was. */
  successor?: string;
}

export function createRefresher(auth: Pick<Upstream["auth"], "refresh">, now: () => Date): Refresher {
  /** By digest of the refresh token, the oldest first. */
  const trades = new Map<string, Trade>();

  function prune(nowMs: number): void {
    for (const [digest, { endsAtMs }] of trades) {
      if (endsAtMs > nowMs && trades.size < MAX_TRADES) return;
      trades.delete(digest);
    }
  }

  return {
    refresh(refreshToken, { headers }) {
      const nowMs = now().getTime();
      prune(nowMs);
      const digest = digestOf(refreshToken);
      const held = trades.get(digest);
      if (held !== undefined) return held.answer;
      const answer = auth.refresh({ refreshToken }, { headers, timeoutMs: TIMEOUT_MS });
      const trade: Trade = { answer, endsAtMs: nowMs + GRACE_MS };
      trades.set(digest, trade);
      answer.then(
        ({ tokens }) => {
          trade.successor = tokens && digestOf(tokens.refreshToken);
        },
        // A trade that failed may be tried again.
        () => trades.delete(digest),
      );
      return answer;
    },

    forget(refreshToken) {
      const digest = digestOf(refreshToken);
      for (const [traded, { successor }] of trades) {
        if (traded === digest || successor === digest) trades.delete(traded);
      }
    },
  };
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
