import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { RetryInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { createGrpcTransport, type GrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import { until } from "../fixtures/until.js";
import { EchoService } from "./gen/wire/v1/echo_service_pb.js";
import { createSeverableProxy, type SeverableProxy } from "./severable-proxy.js";
import { startWire, type WireProcess } from "./ways.js";

let wire: WireProcess;
let proxy: SeverableProxy;
let transport: GrpcTransport;
let client: Client<typeof EchoService>;

beforeEach(async () => {
  wire = await startWire();
  proxy = await createSeverableProxy(wire.process.grpcPort);
  transport = createGrpcTransport({ address: `127.0.0.1:${proxy.port}`, maxMessageBytes: 1_048_576 });
  client = createClient(EchoService, transport);
});

afterEach(async () => {
  transport.close();
  await proxy.sever();
  await wire.process.drain();
});

describe("a server that dies", () => {
  it("ends a stream as UNAVAILABLE, without telling an address, and its handler hears of it", async () => {
    const waiting = wire.echo.nextWaiting();
    const replies = client.count({ to: 1, behaviour: "wait" })[Symbol.asyncIterator]();
    expect((await replies.next()).value).toMatchObject({ number: 1 });
    const { reason } = await waiting;
    await proxy.sever();
    const error: unknown = await replies.next().catch((error: unknown) => error);
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect(String(error)).not.toContain("127.0.0.1");
    expect(await reason).toMatchObject({ code: Code.Canceled });
  });

  it("is found again when it is back, by the same transport", async () => {
    await client.echo({});
    await proxy.sever();
    await expect(client.change({})).rejects.toMatchObject({
      code: Code.Unavailable,
      rawMessage: "wire.v1.EchoService cannot be reached",
    });
    await proxy.restore();
    await expect(untilAnswered(() => client.change({}))).resolves.toBeDefined();
  });

  it("costs a call without effects no more than time, if it is back before the deadline", async () => {
    await client.echo({});
    await proxy.sever();
    const call = client.echo({ answerBytes: 3 }, { timeoutMs: 20_000 });
    await expect(client.change({})).rejects.toMatchObject({ code: Code.Unavailable });
    await proxy.restore();
    expect((await call).filling).toBe("xxx");
  });
});

describe("a service that is UNAVAILABLE", () => {
  it("is asked again where the method has no side effects", async () => {
    const before = wire.echo.calls();
    await client.echo({ behaviour: "unavailable-twice" });
    expect(wire.echo.calls() - before).toBe(3);
  });

  it("is asked once where another one behind it is UNAVAILABLE, and says so as gRPC does", async () => {
    const before = wire.echo.calls();
    const error: unknown = await client
      .echo({ behaviour: "hop unavailable" })
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect((error as ConnectError).metadata.get("grpc-retry-pushback-ms")).toBe("-1");
    expect(wire.echo.calls() - before).toBe(2);
  });

  it("says to every gRPC client when to ask again, where it knows", async () => {
    const error: unknown = await client.echo({ behaviour: "database-gone" }).catch((error: unknown) => error);
    expect((error as ConnectError).metadata.get("grpc-retry-pushback-ms")).toBe("1000");
  });

  it("is asked once where the method may have some", async () => {
    const before = wire.echo.calls();
    await expect(client.change({ behaviour: "unavailable" })).rejects.toMatchObject({
      code: Code.Unavailable,
      rawMessage: "come back later",
    });
    expect(wire.echo.calls() - before).toBe(1);
  });

  it("is left alone once nearly every call fails, with other methods none the worse, and found again", async () => {
    const ask = () => client.echo({ behaviour: "unavailable" }).catch((error: ConnectError) => error);
    const isRefusal = (answer: unknown): answer is ConnectError =>
      answer instanceof ConnectError &&
      answer.rawMessage === "wire.v1.EchoService/Echo has been failing and is left alone";
    let refused: ConnectError | undefined;
    await until(async () => {
      const before = wire.echo.calls();
      const answers = await Promise.all(Array.from({ length: 20 }, ask));
      refused = answers.find(isRefusal);
      return refused !== undefined && wire.echo.calls() - before < answers.length;
    });
    expect(refused).toMatchObject({ code: Code.Unavailable });
    expect(refused?.findDetails(RetryInfoSchema)).toHaveLength(1);
    await client.change({});
    await untilAnswered(() => client.echo({}));
    await client.echo({});
  });

  it("is not asked again when the deadline has passed in between", async () => {
    const began = performance.now();
    const call = client.echo({ behaviour: "unavailable" }, { timeoutMs: 30 });
    await expect(call).rejects.toMatchObject({ code: expect.any(Number) });
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      expect(error).toMatchObject({ code: Code.Unavailable });
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
