/** Token buckets, one per client. */
export interface RateLimiter {
  /** Takes a token from the client's bucket: 0 when there was one, else milliseconds until there will be. */
  take(client: string): number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** Buckets that are remembered; some 100 bytes each. */
const MAX_BUCKETS = 20_000;

/**
 * @param perSecond tokens that a bucket gains in a second; 0 limits nothing
 * @param burst tokens that a bucket holds when it is full
 */
export function createRateLimiter({
  perSecond,
  burst,
  now,
  maxBuckets = MAX_BUCKETS,
}: {
  perSecond: number;
  burst: number;
  now: () => Date;
  maxBuckets?: number;
}): RateLimiter {
  if (perSecond === 0) return { take: () => 0 };
  const buckets = new Map<string, Bucket>();
  return {
    take(client) {
      const nowMs = now().getTime();
      const bucket = buckets.get(client) ?? { tokens: burst, filledAtMs: nowMs };
      // A clock that was set back must not take tokens away.
      const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs);
      bucket.tokens = Math.min(burst, bucket.tokens + (elapsedMs * perSecond) / 1_000);
      bucket.filledAtMs = nowMs;
      // The map's first key is the client that has been quiet longest, the one to forget.
      buckets.delete(client);
      buckets.set(client, bucket);
      if (buckets.size > maxBuckets) {
        for (const quietest of buckets.keys()) {
          buckets.delete(quietest);
          break;
        }
      }
      if (bucket.tokens < 1) return ((1 - bucket.tokens) * 1_000) / perSecond;
      bucket.tokens -= 1;
      return 0;
    },
  };
}
