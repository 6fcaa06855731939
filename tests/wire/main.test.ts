import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport, type GrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import { EchoService } from "./gen/wire/v1/echo_service_pb.js";
import { WireProgram } from "./wire-process.js";

let program: WireProgram;
const transports: GrpcTransport[] = [];

beforeAll(() => {
  program = new WireProgram();
});

afterEach(() => {
  for (const transport of transports.splice(0)) transport.close();
  program.killAll();
});

afterAll(() => program.remove());

function start(settings: Record<string, string>) {
  const started = program.start(settings);
  return {
    ...started,
    async client() {
      const { grpcPort } = await started.said("ready for calls");
      const transport = createGrpcTransport({ address: `127.0.0.1:${grpcPort}`, maxMessageBytes: 1_048_576 });
      transports.push(transport);
      return createClient(EchoService, transport);
    },
  };
}

describe("a process with main.ts around it", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "finishes the call under way at %s, and ends with 0",
    async (signal) => {
      const { child, client, said, ended } = start({ CRAIC_DRAIN_MS: "20000" });
      const echo = await client();
      const replies = echo.converse(questions())[Symbol.asyncIterator]();
      const asked = Promise.withResolvers<void>();
      async function* questions() {
        yield { text: "before" };
        await asked.promise;
        yield { text: "after" };
      }
      expect((await replies.next()).value).toMatchObject({ text: "before!" });
      child.kill(signal);
      await said("finishing the calls under way");
      asked.resolve();
      expect((await replies.next()).value).toMatchObject({ text: "after!" });
      expect((await replies.next()).value).toMatchObject({ text: "bye" });
      expect((await replies.next()).done).toBe(true);
      expect(await ended).toEqual({ code: 0, errors: "" });
    },
  );

  it("ends at once at a second SIGINT, but not at a SIGTERM that follows", async () => {
    const { child, client, said, ended } = start({ CRAIC_DRAIN_MS: "60000" });
    const echo = await client();
    const call = echo.count({ to: 1, behaviour: "ignore-signal" })[Symbol.asyncIterator]();
    await call.next();
    child.kill("SIGINT");
    await said("finishing the calls under way");
    child.kill("SIGTERM");
    await expect(echo.change({})).rejects.toMatchObject({ code: Code.Unavailable });
    child.kill("SIGINT");
    expect((await ended).code).toBe(1);
    await expect(call.next()).rejects.toMatchObject({ code: Code.Unavailable });
  });

  it("says in sentences what is wrong with its settings, and ends with 78", async () => {
    const { ended } = start({ CRAIC_GRPC_PORT: "65536", CRAIC_DRAIN_MS: "soon" });
    const { code, errors } = await ended;
    expect(code).toBe(78);
    expect(errors).toBe(
      [
        "settings need attention:",
        '  - CRAIC_GRPC_PORT is "65536", not a whole number from 0 to 65535',
        '  - CRAIC_DRAIN_MS is "soon", not a whole number from 0 to 600000',
        "",
      ].join("\n"),
    );
  });

  it("sends its spans to a collector, the last ones at the end", async () => {
    const received: { url: string | undefined; type: string | undefined; body: string }[] = [];
    const collector = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received.push({
        url: request.url,
        type: request.headers["content-type"],
        body: Buffer.concat(chunks).toString("latin1"),
      });
      response.end();
    });
    await once(collector.listen(0, "127.0.0.1"), "listening");
    const { child, client, ended } = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_TRACES_SAMPLER_ARG: "1",
      OTEL_SERVICE_NAME: "wire-under-test",
    });
    const echo = await client();
    await echo.echo({});
    child.kill("SIGTERM");
    expect(await ended).toEqual({ code: 0, errors: "" });
    collector.close();
    expect(received).toMatchObject([{ url: "/v1/traces", type: "application/x-protobuf" }]);
    expect(received[0]?.body).toContain("wire.v1.EchoService/Echo");
    expect(received[0]?.body).toContain("wire-under-test");
  });
});
