import { create, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import { type CallOptions, type Client, Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "@craic/proto/google/rpc/error_details_pb.js";
import { AWKWARD, SECRET } from "./echo.js";
import { type EchoService, EverythingSchema, Mood } from "./gen/wire/v1/echo_service_pb.js";
import { MAX_MESSAGE_BYTES, WAY_NAMES, wireForAllTests } from "./ways.js";

const wire = wireForAllTests();

describe.each(WAY_NAMES)("a unary call, %s", (name) => {
  let client: Client<typeof EchoService>;

  beforeAll(() => {
    client = wire.clientBy(name);
  });

  const echo = (behaviour: string, options?: CallOptions) => client.echo({ behaviour }, options);

  async function answeredId(headers: Record<string, string>): Promise<string | null> {
    const received: (string | null)[] = [];
    await echo("", { headers, onHeader: (header) => void received.push(header.get("x-request-id")) });
    expect(received).toHaveLength(1);
    return received[0]!;
  }

  it("carries every kind of field there and back", async () => {
    const { payload } = await client.echo({ payload: everything });
    expect(payload).toEqual(create(EverythingSchema, everything));
  });

  it("answers an empty request", async () => {
    const answer = await client.echo({});
    expect(answer.payload).toBeUndefined();
    expect(answer.filling).toBe("");
  });

  it("carries headers and trailers, text and binary", async () => {
    const seen: Record<string, string | null> = {};
    await echo("headers", {
      headers: { "x-wire-text": "plain text", "x-wire-bytes-bin": "AAEC/w" },
      onHeader: (header) => {
        seen.text = header.get("x-wire-text");
        seen.bytes = header.get("x-wire-bytes-bin");
      },
      onTrailer: (trailer) => {
        seen.trailingText = trailer.get("x-trailing-text");
        seen.trailingBytes = trailer.get("x-trailing-bytes-bin");
      },
    });
    expect(seen).toEqual({
      text: "plain text",
      bytes: "AAEC/w",
      trailingText: "plain text",
      trailingBytes: "AAEC/w",
    });
  });

  it("carries an error's code, words, metadata and details", async () => {
    const error = await failure(echo("headers not-found", { headers: { "x-wire-text": "kept" } }));
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: AWKWARD });
    expect(error.metadata.get("x-wire-error")).toBe("yes");
    expect(error.metadata.get("x-wire-text")).toBe("kept");
    expect(error.findDetails(BadRequestSchema).map((detail) => toJson(BadRequestSchema, detail))).toEqual([
      { fieldViolations: [{ field: "a.b", description: "is ünknown" }] },
    ]);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: "GONE", domain: "craic", metadata: { key: "value" } },
    ]);
  });

  it("hands on what another service said of an error, and none of its metadata", async () => {
    const error = await failure(echo("hop not-found"));
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: AWKWARD });
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "GONE" }]);
    expect(error.metadata.get("x-wire-error")).toBeNull();
  });

  it.each(["awkward-headers", "awkward-headers not-found", "half-a-character", "long-story"])(
    "is answered by a handler that says what a wire cannot carry (%s), and so is the next",
    async (behaviour) => {
      await echo(behaviour).catch((error: unknown) => {
        expect(error).toMatchObject({ code: Code.NotFound });
      });
      await echo("");
    },
  );

  it.each(["fault", "not-an-error"])("says nothing of a fault of the house (%s)", async (behaviour) => {
    const error = await failure(echo(behaviour));
    expect(error).toMatchObject({ code: Code.Internal, rawMessage: "something went wrong on our side" });
    expect(everythingIn(error)).not.toContain(SECRET);
  });

  it("keeps the cause of an error to itself", async () => {
    const error = await failure(echo("caused"));
    expect(error).toMatchObject({ code: Code.FailedPrecondition, rawMessage: "cannot do it now" });
    expect(everythingIn(error)).not.toContain(SECRET);
  });

  it("is UNAVAILABLE, with a time to try again, while a database is gone", async () => {
    const error = await failure(echo("database-gone"));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.findDetails(RetryInfoSchema)).toMatchObject([{ retryDelay: { seconds: 1n } }]);
    expect(everythingIn(error)).not.toContain(SECRET);
  });

  it("is UNIMPLEMENTED where there is no handler", async () => {
    const error = await failure(client.missing({}));
    expect(error).toMatchObject({
      code: Code.Unimplemented,
      rawMessage: "wire.v1.EchoService.Missing is not implemented",
    });
  });

  it("names every field that breaks a rule", async () => {
    const error = await failure(
      client.echo({
        payload: { ratio: 1001, tags: ["", "ok", "toolong"], children: [{}, { id: "x", mood: 9 as Mood }] },
      }),
    );
    expect(error.code).toBe(Code.InvalidArgument);
    const [detail] = error.findDetails(BadRequestSchema);
    expect(detail?.fieldViolations.map(({ field }) => field)).toEqual([
      "payload.ratio",
      "payload.tags[0]",
      "payload.tags[2]",
      "payload.children[1].mood",
      "payload.children[1].id",
    ]);
  });

  it("is RESOURCE_EXHAUSTED for a request that is too large, and for an answer", async () => {
    const text = "é".repeat(MAX_MESSAGE_BYTES / 2);
    expect(await failure(client.echo({ payload: { text } }))).toMatchObject({ code: Code.ResourceExhausted });
    const answerBytes = MAX_MESSAGE_BYTES;
    expect(await failure(client.echo({ answerBytes }))).toMatchObject({ code: Code.ResourceExhausted });
    const { filling } = await client.echo({ answerBytes: answerBytes - 100 });
    expect(filling).toHaveLength(answerBytes - 100);
  });

  it("is DEADLINE_EXCEEDED when the time is up, and the handler knows why", async () => {
    const waiting = wire.echo.nextWaiting();
    const error = await failure(echo("wait", { timeoutMs: 60 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
    const { reason } = await waiting;
    expect(await reason).toMatchObject({ code: Code.DeadlineExceeded });
  });

  it("is DEADLINE_EXCEEDED even if the handler never looks at its signal", async () => {
    const error = await failure(echo("ignore-signal", { timeoutMs: 60 }));
    wire.echo.release();
    expect(error.code).toBe(Code.DeadlineExceeded);
  });

  it("tells the handler how much time is left", async () => {
    const { leftMs } = await client.echo({}, { timeoutMs: 5_000 });
    expect(leftMs).toBeLessThanOrEqual(5_000);
    expect(leftMs).toBeGreaterThan(3_000);
  });

  it.each([0, -1])(
    "has no deadline, not even the usual one, when the caller allows %i ms",
    async (timeoutMs) => {
      const { leftMs } = await client.echo({}, { timeoutMs });
      expect(leftMs).toBeUndefined();
    },
  );

  it("leaves less time to each further hop", async () => {
    const { leftMs } = await echo("hop", { timeoutMs: 5_000 });
    expect(leftMs).toBeLessThanOrEqual(4_995);
    expect(leftMs).toBeGreaterThan(3_000);
  });

  it("is CANCELLED when the caller gives up, and the handler knows", async () => {
    const controller = new AbortController();
    const waiting = wire.echo.nextWaiting();
    const call = failure(echo("wait", { signal: controller.signal }));
    const { reason } = await waiting;
    controller.abort();
    expect(await call).toMatchObject({ code: Code.Canceled });
    expect(await reason).toMatchObject({ code: Code.Canceled });
  });

  it("is CANCELLED at once, and never made, when the caller has given up before", async () => {
    const before = wire.echo.calls();
    const error = await failure(echo("", { signal: AbortSignal.abort() }));
    expect(error.code).toBe(Code.Canceled);
    expect(wire.echo.calls()).toBe(before);
  });

  it("answers with the caller's request id, errors included", async () => {
    const headers = { "x-request-id": "my-own-request-1" };
    expect(await answeredId(headers)).toBe("my-own-request-1");
    for (const behaviour of ["fault", "hop fault", "hop not-found"]) {
      const error = await failure(echo(behaviour, { headers }));
      expect(error.metadata.get("x-request-id")).toBe("my-own-request-1");
    }
  });

  it.each([undefined, "short", "a b c d e f g h", "x".repeat(65)])(
    "makes a request id of its own for %j",
    async (given) => {
      const id = await answeredId(given === undefined ? {} : { "x-request-id": given });
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    },
  );

  describe("with an access token", () => {
    const bearer = (token: string): CallOptions => ({ headers: { authorization: `Bearer ${token}` } });
    const reasonOf = (error: ConnectError) => error.findDetails(ErrorInfoSchema).map(({ reason }) => reason);

    it("tells the handler who calls", async () => {
      const { userId } = await client.forUsers({}, bearer(wire.issuer.token({ sub: "user-7" })));
      expect(userId).toBe("user-7");
    });

    it("is UNAUTHENTICATED without one where one is needed", async () => {
      const error = await failure(client.forUsers({}));
      expect(error.code).toBe(Code.Unauthenticated);
      expect(reasonOf(error)).toEqual(["TOKEN_MISSING"]);
    });

    it("is UNAUTHENTICATED for one that has expired, even where none is needed", async () => {
      const expired = wire.issuer.token({ exp: Math.floor(Date.now() / 1_000) - 1 });
      for (const call of [client.forUsers({}, bearer(expired)), client.echo({}, bearer(expired))]) {
        const error = await failure(call);
        expect(error.code).toBe(Code.Unauthenticated);
        expect(reasonOf(error)).toEqual(["TOKEN_EXPIRED"]);
      }
    });

    it("is UNAUTHENTICATED for one that is not good, even where none is needed", async () => {
      const error = await failure(client.echo({}, bearer(`${wire.issuer.token().slice(0, -6)}AAAAAA`)));
      expect(error.code).toBe(Code.Unauthenticated);
      expect(reasonOf(error)).toEqual(["TOKEN_INVALID"]);
    });

    it("is PERMISSION_DENIED to a user where an administrator is wanted", async () => {
      expect(await failure(client.forAdmins({}, bearer(wire.issuer.token())))).toMatchObject({
        code: Code.PermissionDenied,
      });
      await client.forAdmins({}, bearer(wire.issuer.token({ roles: ["admin"] })));
    });

    it("is PERMISSION_DENIED to everybody where nothing says who may call", async () => {
      const admin = bearer(wire.issuer.token({ roles: ["admin"] }));
      expect(await failure(client.forNobody({}, admin))).toMatchObject({ code: Code.PermissionDenied });
    });
  });
});

const everything: MessageInitShape<typeof EverythingSchema> = {
  text: "żółć 🎉 \u0000",
  data: Uint8Array.from([0, 1, 254, 255]),
  large: -9_223_372_036_854_775_808n,
  ratio: -0.1,
  flag: true,
  maybe: 0,
  mood: Mood.HAPPY,
  tags: ["a", "b", "c"],
  children: [{ text: "child", children: [{ flag: true }] }, {}],
  named: { "": { text: "nameless" }, key: { large: 9_007_199_254_740_993n } },
  numbers: { 7: 0.5, [-1]: 1e300 },
  choice: { case: "other", value: { choice: { case: "word", value: "abc" } } },
  when: { seconds: 1_780_000_000n, nanos: 123_000_000 },
  span: { seconds: -5n, nanos: -500_000_000 },
  wrapped: "wrap",
  id: "018f3c0e-7a52-7bd2-9d7c-0d1f6f2b9a10",
  moods: [Mood.HAPPY, Mood.UNSPECIFIED],
};

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  return call.then(
    () => {
      throw new Error("the call was answered");
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(ConnectError);
      return error as ConnectError;
    },
  );
}

/** All that a caller could find in an error. */
function everythingIn(error: ConnectError): string {
  const details = error.details.map((detail) => ("value" in detail ? String(detail.value) : ""));
  return [error.message, error.stack, String(error.cause), ...error.metadata.values(), ...details].join("\n");
}
