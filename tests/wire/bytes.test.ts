import { once } from "node:events";
import { connect } from "node:net";
import { Code } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
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

describe("the HTTP port", () => {
  it("outlives a request that names no host", async () => {
    const socket = connect(wire.process.httpPort!, "127.0.0.1");
    socket.end(
      "POST /wire.v1.EchoService/Echo HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    );
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.[01] 400 /);
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
