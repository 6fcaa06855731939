import { create } from "@bufbuild/protobuf";
import { durationFromMs, durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "@craic/proto/google/rpc/error_details_pb.js";

/** One thing that is wrong with a request. `field` is a path such as "feedback[3].event_id". */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** INVALID_ARGUMENT with a BadRequest detail; the message names every field. */
export function invalidArgument(...violations: readonly FieldViolation[]): ConnectError {
  const sentence = violations.map(({ field, description }) => `${field}: ${description}`).join("; ");
  return new ConnectError(sentence, Code.InvalidArgument, undefined, [
    { desc: BadRequestSchema, value: create(BadRequestSchema, { fieldViolations: [...violations] }) },
  ]);
}

/** NOT_FOUND for a resource, for example `notFound("event", eventId)`. */
export function notFound(resource: string, id: string): ConnectError {
  return new ConnectError(`no ${resource} "${id}"`, Code.NotFound);
}

/** An error that a client branches on: `reason` in UPPER_SNAKE_CASE, domain "craic". */
export function reasoned(code: Code, reason: string, sentence: string): ConnectError {
  return new ConnectError(sentence, code, undefined, [
    { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason, domain: "craic" }) },
  ]);
}

/** UNAVAILABLE or RESOURCE_EXHAUSTED with a RetryInfo detail. */
export function retryLater(
  code: Code.Unavailable | Code.ResourceExhausted,
  sentence: string,
  delayMs: number,
  cause?: unknown,
): ConnectError {
  const value = create(RetryInfoSchema, { retryDelay: durationFromMs(Math.ceil(delayMs)) });
  return new ConnectError(sentence, code, undefined, [{ desc: RetryInfoSchema, value }], cause);
}

/** How many milliseconds an error asks its receiver to wait before it calls again; undefined if it does not. */
export function retryDelayMs(error: ConnectError): number | undefined {
  const [info] = error.findDetails(RetryInfoSchema);
  return info?.retryDelay && durationMs(info.retryDelay);
}
