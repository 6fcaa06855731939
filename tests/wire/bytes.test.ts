import { once } from "node:events";
import { connect } from "node:net";
import { promisify } from "node:util";
import { Code, createClient } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
import { createGrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import { EchoService } from "./gen/wire/v1/echo_service_pb.js";
import { startWire, type WireProcess } from "./ways.js";

/** A length-delimited field 1 that says it is longer than all there is. */
const GARBAGE = Buffer.from([0x0a, 0x7f, 0x00]);

let wire: WireProcess;

beforeAll(async () => {
  wire = await startWire();
});

afterAll(async () => {
  await wire.process.drain();
});

describe("bytes that are no message", () => {
  const same = (bytes: Buffer) => bytes;

  it.each(["Echo", "Count", "Sum"])("are INVALID_ARGUMENT over gRPC (%s)", async (method) => {
    const client = new grpc.Client(`127.0.0.1:${wire.process.grpcPort}`, grpc.credentials.createInsecure());
    const call = client.makeBidiStreamRequest(`/wire.v1.EchoService/${method}`, same, same);
    call.resume().end(GARBAGE);
    const [error] = (await once(call, "error")) as [grpc.ServiceError];
    expect(error).toMatchObject({
      code: Code.InvalidArgument,
      details: `the request is not a valid wire.v1.${method}Request`,
    });
    client.close();
  });

  /** A message of a stream: flags, length, bytes. */
  const enveloped = Buffer.concat([Buffer.of(0, 0, 0, 0, GARBAGE.length), GARBAGE]);

  it.each([
    ["Echo", "application/proto", GARBAGE],
    ["Count", "application/connect+proto", enveloped],
    ["Sum", "application/connect+proto", enveloped],
    ["Echo", "application/grpc-web+proto", enveloped],
    ["Count", "application/grpc-web+proto", enveloped],
    ["Sum", "application/grpc-web+proto", enveloped],
  ])("are INVALID_ARGUMENT over HTTP (%s, %s)", async (method, contentType, body) => {
    const response = await fetch(`http://127.0.0.1:${wire.process.httpPort}/wire.v1.EchoService/${method}`, {
      method: "POST",
      headers: { "content-type": contentType },
      body,
    });
    const answer = await response.text();
    expect(answer).toMatch(/"code":"invalid_argument"|grpc-status: 3\b/);
    expect(decodeURIComponent(answer)).toContain(`the request is not a valid wire.v1.${method}Request`);
    if (contentType === "application/proto") expect(response.status).toBe(400);
  });

  it.each([
    ["application/json", '{"payload": {"ratio": "much"}}'],
    ["application/json", '{"payload": '],
  ])("are INVALID_ARGUMENT over Connect (%s, %s)", async (contentType, body) => {
    const response = await fetch(`http://127.0.0.1:${wire.process.httpPort}/wire.v1.EchoService/Echo`, {
      method: "POST",
      headers: { "content-type": contentType },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_argument" });
  });
});

describe("an answer that is not what it should be", () => {
  it.each<[string, Buffer, Partial<grpc.StatusObject>, object]>([
    ["bytes that are no message", GARBAGE, {}, { code: Code.Internal }],
    [
      "details that are none",
      Buffer.of(),
      { code: grpc.status.NOT_FOUND, details: "gone" },
      { code: Code.NotFound, rawMessage: "gone" },
    ],
    [
      "a code that there is not",
      Buffer.of(),
      { code: 99 as grpc.status, details: "odd" },
      { code: Code.Unknown },
    ],
  ])("is an error to its caller and no more (%s)", async (_, bytes, status, expected) => {
    const server = new grpc.Server();
    const same = (bytes: Buffer) => bytes;
    const codec = {
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    };
    const path = "/wire.v1.EchoService/Echo";
    const answer: grpc.handleUnaryCall<Buffer, Buffer> = (_call, callback) => {
      const metadata = new grpc.Metadata();
      metadata.set("grpc-status-details-bin", GARBAGE);
      callback(status.code ? { ...status, metadata } : null, bytes);
    };
    server.addService(
      { echo: { path, requestStream: false, responseStream: false, ...codec } },
      { echo: answer },
    );
    const port = await promisify(server.bindAsync).call(
      server,
      "127.0.0.1:0",
      grpc.ServerCredentials.createInsecure(),
    );
    const transport = createGrpcTransport({ address: `127.0.0.1:${port}`, maxMessageBytes: 10_000 });
    await expect(createClient(EchoService, transport).echo({})).rejects.toMatchObject(expected);
    transport.close();
    server.forceShutdown();
  });
});

describe("a transport that is closed", () => {
  it("is UNAVAILABLE, whether it was used before or not", async () => {
    const address = `127.0.0.1:${wire.process.grpcPort}`;
    const transport = createGrpcTransport({ address, maxMessageBytes: 10_000 });
    const client = createClient(EchoService, transport);
    await client.echo({});
    transport.close();
    await expect(client.echo({})).rejects.toMatchObject({ code: Code.Unavailable });
    await expect(client.change({})).rejects.toMatchObject({ code: Code.Unavailable });
  });
});

describe("the HTTP port", () => {
  it("answers a request that names no host", async () => {
    const socket = connect(wire.process.httpPort!, "127.0.0.1");
    socket.end(
      "POST /wire.v1.EchoService/Echo HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    );
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.[01] 200 /);
    const again = await fetch(
      `http://127.0.0.1:${wire.process.httpPort}/wire.v1.EchoService/Echo?encoding=json&message={}`,
    );
    expect(again.status).toBe(200);
  });

  it("is NOT FOUND for what it does not serve", async () => {
    const response = await fetch(
      `http://127.0.0.1:${wire.process.httpPort}/craic.auth.v1.AuthService/GetKeySet`,
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      },
    );
    expect(response.status).toBe(404);
  });

  it.each([
    [100, null],
    [100_000, "gzip"],
  ])("compresses what is large only (%i bytes)", async (answerBytes, encoding) => {
    const response = await fetch(`http://127.0.0.1:${wire.process.httpPort}/wire.v1.EchoService/Echo`, {
      method: "POST",
      headers: { "content-type": "application/json", "accept-encoding": "gzip" },
      body: JSON.stringify({ answerBytes }),
    });
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(await response.json()).toMatchObject({ filling: "x".repeat(answerBytes) });
  });
});
