import { once } from "node:events";
import { type CallOptions, Code, ConnectError, createClient, type HandlerContext } from "@connectrpc/connect";
import { DrizzleQueryError } from "drizzle-orm";
import { EchoService } from "../../../tests/wire/gen/wire/v1/echo_service_pb.js";
import { errorInterceptor } from "./error-interceptor.js";
import { createLocalTransport } from "./local-transport.js";
import { createLogger } from "./log.js";
import { createMetrics } from "./metrics.js";
import { register } from "./module.js";
import { serverObservation } from "./observation.js";
import { requestId } from "./request-id.js";
import { RpcMetrics } from "./rpc-metrics.js";
import { metricNames } from "./telemetry.js";

type Line = Record<string, unknown>;

/** What the log holds after calls whose handler throws `thrown`, once the caller has given up if it can. */
async function logged(level: string, thrown?: unknown, signal?: AbortSignal, calls = 1): Promise<Line[]> {
  const lines: Line[] = [];
  const log = createLogger(level, "test", { write: (line) => void lines.push(JSON.parse(line)) });
  const metrics = new RpcMetrics(createMetrics(), metricNames.server, "answered here");
  const answered = Promise.withResolvers<void>();
  const echo = async (_: unknown, context: HandlerContext) => {
    if (signal !== undefined) await once(context.signal, "abort");
    // What is left to do is done within this turn of the event loop.
    setImmediate(answered.resolve);
    if (thrown !== undefined) throw thrown;
    return {};
  };
  const transport = createLocalTransport({
    registrations: [register(EchoService, { echo })],
    serverInterceptors: [
      requestId(),
      serverObservation({ log, metrics, tracing: undefined }),
      errorInterceptor(log),
    ],
    maxMessageBytes: 10_000,
  });
  const options: CallOptions = { headers: { "x-request-id": "the-request", authorization: "Bearer secret" } };
  const client = createClient(EchoService, transport);
  const call = () => client.echo({ behaviour: "secret" }, { ...options, signal }).catch(() => {});
  await Promise.all(Array.from({ length: calls }, call));
  await answered.promise;
  expect(JSON.stringify(lines)).not.toContain("secret");
  return lines;
}

const rpc = "wire.v1.EchoService/Echo";

describe("the log", () => {
  it("has a line for each call, when details are wanted", async () => {
    const [line, ...more] = await logged("debug");
    expect(line).toMatchObject({
      level: "debug",
      rpc,
      code: "OK",
      requestId: "the-request",
      ms: expect.any(Number),
    });
    expect(more).toEqual([]);
    expect(await logged("info")).toEqual([]);
  });

  it("has nothing to warn of when the request was at fault", async () => {
    expect(
      await logged("info", new ConnectError("no", Code.NotFound, undefined, undefined, new Error("x"))),
    ).toEqual([]);
  });

  it("has a fault once, with its cause, and a warning for the call", async () => {
    const fault = new TypeError("it broke", { cause: Object.assign(new Error("the disk"), { code: "EIO" }) });
    const [error, warning, ...more] = await logged("info", fault);
    expect(error).toMatchObject({
      level: "error",
      rpc,
      requestId: "the-request",
      err: {
        type: "TypeError",
        message: "it broke",
        cause: { code: "EIO", message: "the disk" },
        stack: expect.stringMatching(/^ {4}at /),
      },
    });
    expect(warning).toMatchObject({ level: "warn", rpc, code: "INTERNAL", requestId: "the-request" });
    expect(more).toEqual([]);
  });

  it("is not flooded when all calls fail alike, unless details are wanted", async () => {
    const away = new ConnectError("the database is away", Code.Unavailable);
    const lines = await logged("info", away, undefined, 500);
    expect(lines[0]).toMatchObject({ level: "warn", rpc, code: "UNAVAILABLE", requestId: "the-request" });
    expect(lines.length).toBeLessThan(100);
    expect(await logged("debug", away, undefined, 500)).toHaveLength(500);
  });

  it("has no fault of a call that was given up, whatever its handler makes of that", async () => {
    const aborted = new DOMException("This operation was aborted", "AbortError");
    expect(await logged("info", aborted, AbortSignal.timeout(1))).toEqual([]);
    const [error] = await logged("info", aborted);
    expect(error).toMatchObject({ level: "error", err: { type: "AbortError" } });
  });

  it("has a call as given up that was, though its handler answered", async () => {
    const [line] = await logged("debug", undefined, AbortSignal.timeout(1));
    expect(line).toMatchObject({ code: "CANCELLED" });
  });

  it("tells no query of a database, none of its values, and none of its words", async () => {
    const driver = Object.assign(new Error("Duplicate entry 'secret@example.org'"), {
      code: "ER_DUP_ENTRY",
      sqlState: "23000",
      sql: "insert into secret",
    });
    const fault = new DrizzleQueryError("insert into secret values (?)", ["secret@example.org"], driver);
    const [error] = await logged("info", fault);
    expect(error).toMatchObject({ err: { cause: { code: "ER_DUP_ENTRY" } } });
  });
});
