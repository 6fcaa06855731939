import type { Interceptor } from "@connectrpc/connect";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";

/** Makes what is read next know what was told before. */
export interface ReadAfterWrite {
  readonly interceptor: Interceptor;
  /** Says what to wait for; resolves at once when nothing is on its way. */
  waitFor(settled: () => Promise<void>): void;
}

/** A list that is late is worse than one that misses the last save. */
const LONGEST_WAIT_MS = 2_000;

export function createReadAfterWrite(
  after: (delayMs: number, callback: () => void) => () => void,
): ReadAfterWrite {
  let settled = () => Promise.resolve();
  return {
    interceptor: (next) => async (request) => {
      if (request.service.typeName === FeedService.typeName) {
        let cancel = () => {};
        const tooLong = new Promise<void>((resolve) => {
          cancel = after(LONGEST_WAIT_MS, resolve);
        });
        await Promise.race([settled(), tooLong]);
        cancel();
      }
      return next(request);
    },
    waitFor(next) {
      settled = next;
    },
  };
}
