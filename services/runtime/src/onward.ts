import type { CallOptions, HandlerContext } from "@connectrpc/connect";

/** Kept back from what is left of a deadline, so that an answer that fails late can still be told. */
const MARGIN_MS = 5;

/** Request headers that travel on with a call. */
const CARRIED_HEADERS = ["authorization", "x-request-id", "traceparent", "tracestate"] as const;

/**
 * Options for a call made while answering another: the caller's identity, request id and trace go with it,
 * its cancellation cancels this call too, and what is left of its deadline, less a margin, bounds it.
 *
 * @param timeoutMs a tighter bound for this call, in milliseconds; zero for none, as in CallOptions
 */
export function onward(context: HandlerContext, { timeoutMs }: { timeoutMs?: number } = {}): CallOptions {
  const leftMs = context.timeoutMs();
  const boundMs = leftMs === undefined ? undefined : Math.max(1, leftMs - MARGIN_MS);
  const headers: [string, string][] = [];
  for (const name of CARRIED_HEADERS) {
    const value = context.requestHeader.get(name);
    if (value !== null) headers.push([name, value]);
  }
  const isTighter =
    boundMs === undefined || (timeoutMs !== undefined && timeoutMs > 0 && timeoutMs < boundMs);
  return {
    signal: context.signal,
    timeoutMs: isTighter ? timeoutMs : boundMs,
    headers,
    // For our own interceptors; the service that is called makes its own.
    contextValues: context.values,
  };
}
