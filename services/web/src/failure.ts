import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "@craic/proto/google/rpc/error_details_pb.js";

/** The reason that Craic gave for an error, for example "TOKEN_EXPIRED"; empty when it gave none. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof ConnectError)) return "";
  return error.findDetails(ErrorInfoSchema).find(({ domain }) => domain === "craic")?.reason ?? "";
}

/** How long the server asks to be left alone; undefined when it did not ask. */
export function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6;
}

/** What is wrong with which field of a request, by the field's path in the proto. */
export function fieldViolations(error: unknown): ReadonlyMap<string, string> {
  if (!(error instanceof ConnectError)) return new Map();
  const violations = error.findDetails(BadRequestSchema).flatMap((detail) => detail.fieldViolations);
  return new Map(violations.map(({ field, description }) => [field, description]));
}

/** The same question may have an answer in a moment: the network or a service was away. */
export function isPassing(error: unknown): boolean {
  switch (ConnectError.from(error).code) {
    case Code.Unavailable:
    case Code.DeadlineExceeded:
    case Code.Aborted:
    // A fetch that found no network.
    case Code.Unknown:
      return true;
    default:
      return false;
  }
}

/** What happened, in a sentence for the person. */
export function explain(error: unknown): string {
  const { code } = ConnectError.from(error);
  switch (code) {
    case Code.Unavailable:
    case Code.Unknown:
      return navigator.onLine ? "Craic cannot be reached just now." : "You are offline.";
    case Code.DeadlineExceeded:
      return "That took too long.";
    case Code.ResourceExhausted: {
      const seconds = Math.ceil((retryAfterMs(error) ?? 0) / 1000);
      return seconds > 0 ? `That was a lot at once. Try again in ${seconds} s.` : "That was a lot at once.";
    }
    case Code.NotFound:
      return "There is no such thing here (any more).";
    case Code.Unauthenticated:
      return "You are not logged in any more.";
    default:
      return "Something went wrong on our side.";
  }
}
