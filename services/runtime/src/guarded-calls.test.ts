import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { AuthService, GetKeySetRequestSchema } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import type { AnyResponse } from "./call.js";
import { retryDelayMs, retryLater } from "./errors.js";
import { statusFromError } from "./grpc-status.js";
import { GuardedCalls } from "./guarded-calls.js";
import { Outgoing, type Send } from "./outgoing.js";

const { getKeySet, register } = AuthService.method;
const answer = {} as AnyResponse;

function request(timeoutMs = 10_000, signal?: AbortSignal, method = getKeySet): Outgoing {
  return new Outgoing(method, create(GetKeySetRequestSchema), signal, timeoutMs, undefined, undefined);
}

/** Fails with each of the errors in turn, then answers; `made` counts the calls. */
function failing(...errors: readonly unknown[]) {
  let made = 0;
  const send: Send = async () => {
    const error = errors[made++];
    if (error !== undefined) throw error;
    return answer;
  };
  return { send, made: () => made };
}

const guard = (maxCallsAtOnce = 10) => new GuardedCalls({ maxCallsAtOnce, random: () => 0.01 });
const unavailable = () => new ConnectError("away", Code.Unavailable);
const caught = (call: Promise<unknown>) => call.then(() => undefined, ConnectError.from);

describe("a call that is UNAVAILABLE", () => {
  it("is made again, three times at most", async () => {
    const twice = failing(unavailable(), unavailable());
    const calls = guard();
    expect(await calls.around(getKeySet, twice.send)(request())).toBe(answer);
    expect(calls.guards[0]?.retries).toBe(2);
    const ever = failing(...Array.from({ length: 9 }, unavailable));
    expect(await caught(guard().around(getKeySet, ever.send)(request()))).toMatchObject({
      rawMessage: "away",
    });
    expect(ever.made()).toBe(4);
  });

  it("is made for the last time after a lost connection is tried again, however the dice fall", async () => {
    jest.useFakeTimers();
    const { send, made } = failing(...Array.from({ length: 9 }, unavailable));
    const calls = new GuardedCalls({ maxCallsAtOnce: 10, random: () => 0 });
    const call = caught(calls.around(getKeySet, send)(request()));
    await jest.advanceTimersByTimeAsync(174);
    expect(made()).toBe(3);
    await jest.advanceTimersByTimeAsync(1);
    expect(made()).toBe(4);
    jest.useRealTimers();
    expect(await call).toMatchObject({ code: Code.Unavailable });
  });

  it.each([
    ["its method has side effects", register, unavailable()],
    ["it failed in another way", getKeySet, new ConnectError("no", Code.Internal)],
    ["what is UNAVAILABLE is behind the service, which has tried", getKeySet, behind()],
    [
      "it is asked to wait longer than its caller had better",
      getKeySet,
      retryLater(Code.Unavailable, "x", 501),
    ],
  ])("is made once if %s", async (_, method, error) => {
    const { send, made } = failing(error);
    expect(await caught(guard().around(method, send)(request()))).toBeDefined();
    expect(made()).toBe(1);
  });

  it("is not made again where its deadline comes first", async () => {
    const { send, made } = failing(retryLater(Code.Unavailable, "busy", 400));
    expect(await caught(guard().around(getKeySet, send)(request(300)))).toMatchObject({ rawMessage: "busy" });
    expect(made()).toBe(1);
  });

  it("waits as long as RetryInfo asks", async () => {
    const { send } = failing(retryLater(Code.Unavailable, "busy", 60));
    const beganMs = performance.now();
    await guard().around(getKeySet, send)(request());
    expect(performance.now() - beganMs).toBeGreaterThan(58);
  });

  it("is given up with its caller", async () => {
    const caller = new AbortController();
    const { send, made } = failing(retryLater(Code.Unavailable, "busy", 400));
    const call = guard().around(getKeySet, send)(request(10_000, caller.signal));
    setImmediate(() => caller.abort());
    expect(await caught(call)).toMatchObject({ code: Code.Canceled });
    expect(made()).toBe(1);
  });
});

describe("calls beyond those that may be under way", () => {
  it("are UNAVAILABLE at once, with RetryInfo, until one ends", async () => {
    const answered = Promise.withResolvers<AnyResponse>();
    const calls = guard(2);
    const call = calls.around(register, () => answered.promise);
    const underWay = [call(request()), call(request())];
    const error = (await caught(call(request()))) as ConnectError;
    expect(error.code).toBe(Code.Unavailable);
    expect(retryDelayMs(error)).toBeGreaterThan(0);
    expect(calls.guards[0]?.refusedByCrowd).toBe(1);
    answered.resolve(answer);
    await Promise.all(underWay);
    await expect(call(request())).resolves.toBe(answer);
  });
});

describe("a method that keeps failing", () => {
  const hammer = async (error: ConnectError, timeoutMs?: number) => {
    const calls = guard();
    const call = calls.around(register, () => Promise.reject(error));
    for (let i = 0; i < 50; i++) await caught(call(request(timeoutMs)));
    return calls.guards[0]?.circuit.state;
  };

  it("is left alone where it is UNAVAILABLE, or takes longer than anybody waits", async () => {
    expect(await hammer(unavailable())).toBe("open");
    expect(await hammer(new ConnectError("late", Code.DeadlineExceeded), 5_000)).toBe("open");
  });

  it("is asked on where it says no, or was given too little time", async () => {
    expect(await hammer(new ConnectError("no such thing", Code.NotFound))).toBe("closed");
    expect(await hammer(new ConnectError("late", Code.DeadlineExceeded), 50)).toBe("closed");
    expect(await hammer(new ConnectError("never mind", Code.Canceled))).toBe("closed");
  });
});

/** An error as a caller gets it of a service that has it from another one. */
function behind(): ConnectError {
  const received = Object.assign(unavailable(), { isWireError: true });
  const { metadata } = statusFromError(received, undefined, undefined);
  return new ConnectError("away", Code.Unavailable, {
    "grpc-retry-pushback-ms": String(metadata?.get("grpc-retry-pushback-ms")[0]),
  });
}
