import { createHandlerContext, type HandlerContext } from "@connectrpc/connect";
import { EchoService } from "../../../tests/wire/gen/wire/v1/echo_service_pb.js";
import { onward } from "./onward.js";

function context(
  init: { timeoutMs?: number; requestHeader?: Record<string, string> } = {},
): HandlerContext & {
  abort(): void;
} {
  return createHandlerContext({
    service: EchoService,
    method: EchoService.method.echo,
    protocolName: "grpc",
    requestMethod: "POST",
    url: "",
    ...init,
  });
}

describe("onward()", () => {
  it("carries who calls, the request's id and its trace, and nothing else", () => {
    const requestHeader = {
      authorization: "Bearer x",
      "x-request-id": "id",
      traceparent: "00-1-2-01",
      cookie: "session=1",
      "user-agent": "somebody",
    };
    expect(Object.fromEntries(onward(context({ requestHeader })).headers as [string, string][])).toEqual({
      authorization: "Bearer x",
      "x-request-id": "id",
      traceparent: "00-1-2-01",
    });
  });

  it.each<
    [left: number | undefined, own: number | undefined, from: number | undefined, to: number | undefined]
  >([
    [undefined, undefined, undefined, undefined],
    [undefined, 300, 300, 300],
    [10_000, undefined, 9_000, 9_995],
    [10_000, 300, 300, 300],
    [300, 10_000, 100, 295],
    [2, undefined, 1, 1],
    [undefined, 0, 0, 0],
    [10_000, 0, 9_000, 9_995],
  ])("with %p ms left and %p ms asked for allows %p to %p ms", (timeoutMs, own, from, to) => {
    const handler = context({ timeoutMs });
    const allowed = onward(handler, { timeoutMs: own }).timeoutMs;
    handler.abort();
    if (from === undefined || to === undefined) {
      expect(allowed).toBeUndefined();
    } else {
      expect(allowed).toBeGreaterThanOrEqual(from);
      expect(allowed).toBeLessThanOrEqual(to);
    }
  });

  it("is cancelled with the call that it is made for", () => {
    const handler = context();
    const { signal } = onward(handler);
    expect(signal?.aborted).toBe(false);
    handler.abort();
    expect(signal?.aborted).toBe(true);
  });
});
