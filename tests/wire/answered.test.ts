import { createClient, type HandlerContext } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
import { addToServer } from "../../services/runtime/src/grpc-server.js";
import { createGrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import { register } from "../../services/runtime/src/module.js";
import { createGrpcServer, listenGrpc } from "../../services/runtime/src/ports.js";
import { EchoService } from "./gen/wire/v1/echo_service_pb.js";

const MAX_MESSAGE_BYTES = 1_048_576;

describe("a unary call that was answered", () => {
  it("holds nothing of grpc-js's any more, and still knows its headers and its deadline", async () => {
    const contexts: HandlerContext[] = [];
    const server = createGrpcServer(MAX_MESSAGE_BYTES, 60_000);
    const registration = register(EchoService, {
      async echo(_, context) {
        contexts.push(context);
        const { call, metadata, request } = surfaceOf(context);
        expect([call, metadata, request]).not.toContain(undefined);
        expect(context.requestHeader.get("x-wire-text")).toBe("a word");
        return {};
      },
    });
    addToServer(server, registration, []);
    const port = await listenGrpc(server, "127.0.0.1", 0, "", grpc.ServerCredentials.createInsecure());
    const transport = createGrpcTransport({
      address: `127.0.0.1:${port}`,
      maxMessageBytes: MAX_MESSAGE_BYTES,
    });

    await createClient(EchoService, transport).echo({}, { headers: { "x-wire-text": "a word" } });

    const [context] = contexts as [HandlerContext];
    const { call, metadata, request } = surfaceOf(context);
    expect([call, metadata, request]).toEqual([undefined, undefined, undefined]);
    expect(context.requestHeader.get("x-wire-text")).toBe("a word");
    expect(context.timeoutMs()).toBeGreaterThan(0);
    expect(context.signal.aborted).toBe(true);
    transport.close();
    server.forceShutdown();
  });
});

/** What grpc-js made of the call. */
function surfaceOf(context: HandlerContext): { call?: object; metadata?: object; request?: object } {
  return (context as unknown as { surface: object }).surface;
}
