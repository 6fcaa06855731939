import { Code } from "@connectrpc/connect";
import { retryLater } from "@craic/runtime/errors.js";
import { StoreAway } from "./store-away.js";

const RETRY_AFTER_MS = 1_000;

/** UNAVAILABLE while the store is away. */
export async function orUnavailable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
    throw retryLater(Code.Unavailable, error.message, RETRY_AFTER_MS, error.cause);
  }
}
