import type { DescMessage, Message } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import { type AnyRequest, withMessage } from "./call.js";
import { invalidArgument } from "./errors.js";
import { violationsOf } from "./validate.js";

/** What does not fit in the trailers of an answer (some 16 KB) helps nobody. */
const MAX_VIOLATIONS = 30;

/**
 * Refuses requests that break the rules beside their fields, with every violation in one error. Messages of a
 * stream are looked at as they come.
 */
export function validation(): Interceptor {
  return (next) => (request) => {
    if (request.stream) return next(withMessage<AnyRequest>(request, checked(request)));
    check(request.method.input, request.message);
    return next(request);
  };
}

async function* checked({ method, message }: AnyRequest & { stream: true }): AsyncGenerator<Message> {
  for await (const each of message) {
    check(method.input, each);
    yield each;
  }
}

function check(desc: DescMessage, message: Message): void {
  const violations = violationsOf(desc, message as never);
  if (violations.length === 0) return;
  throw invalidArgument(...violations.slice(0, MAX_VIOLATIONS), ...more(violations.length));
}

function more(count: number) {
  const left = count - MAX_VIOLATIONS;
  return left > 0 ? [{ field: "…", description: `${left} more fields need attention` }] : [];
}
