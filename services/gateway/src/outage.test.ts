import { Code, ConnectError } from "@connectrpc/connect";
import { isOutage } from "./outage.js";

const waiting = { signal: new AbortController().signal };
const gone = { signal: AbortSignal.abort() };

describe("isOutage", () => {
  it.each([
    Code.Unavailable,
    Code.DeadlineExceeded,
    Code.Canceled,
    Code.Internal,
    Code.Unknown,
    Code.Unimplemented,
    Code.ResourceExhausted,
  ])("holds for code %i of a service, while somebody waits for the answer", (code) => {
    expect(isOutage(new ConnectError("", code), waiting)).toBe(true);
    expect(isOutage(new ConnectError("", code), gone)).toBe(false);
  });

  it.each([
    Code.InvalidArgument,
    Code.OutOfRange,
    Code.NotFound,
    Code.AlreadyExists,
    Code.Unauthenticated,
    Code.PermissionDenied,
  ])("does not hold for code %i, which is about the request", (code) => {
    expect(isOutage(new ConnectError("", code), waiting)).toBe(false);
  });
});
