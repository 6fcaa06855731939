// One end of the pairs that runtime.bench.ts measures: `runtime-peer server bare`, `runtime-peer client ours 50051`, …
// Told over IPC how long to call and how many calls to have under way, a client answers with a Timing; a server answers
// with its processor time so far.

import { create, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import { addToServer } from "@craic/runtime/grpc-server.js";
import { createGrpcTransport } from "@craic/runtime/grpc-transport.js";
import { createInterceptors } from "@craic/runtime/interceptors.js";
import { createLogger } from "@craic/runtime/log.js";
import { createMetrics } from "@craic/runtime/metrics.js";
import { register } from "@craic/runtime/module.js";
import { createMutualTls, type MutualTls } from "@craic/runtime/mutual-tls.js";
import { Settings } from "@craic/runtime/settings.js";
import { readTls } from "@craic/runtime/tls-settings.js";
import * as grpc from "@grpc/grpc-js";
import { EchoRequestSchema, EchoResponseSchema, EchoService } from "../wire/gen/wire/v1/echo_service_pb.js";

/**
 * Bare grpc-js; our adapters alone; our adapters with every interceptor of a real process; the same over mutual TLS, with
 * the settings of it in the environment.
 */
export type Variant = "bare" | "ours" | "product" | "product, mutual TLS";

const MAX_MESSAGE_BYTES = 1_048_576;
const DEADLINE_MS = 10_000;

const answer = create(EchoResponseSchema, {
  payload: {
    text: "a night out",
    children: Array.from({ length: 8 }, (_, i) => ({
      text: `one of the things that could be on, number ${i}, and what is said about it`,
      id: "018f3c0e-7a52-7bd2-9d7c-0d1f6f2b9a10",
      large: 1_780_000_000_000n,
      ratio: 0.125 * i,
      tags: ["techno", "house"],
      when: { seconds: 1_780_000_000n, nanos: 0 },
    })),
  },
});
const request = create(EchoRequestSchema, { behaviour: "" });

/** How long an answer is on the wire, in bytes. */
export const answerBytes = toBinary(EchoResponseSchema, answer).length;

/** Everything that a process of ours puts around a handler. */
export const productInterceptors = createInterceptors({
  log: createLogger("silent", "bench"),
  metrics: createMetrics(),
  tracing: undefined,
  findKey: async () => undefined,
});

export const echo = register(EchoService, { echo: () => answer });

const path = "/wire.v1.EchoService/Echo";
const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const codecs = {
  requestSerialize: (message: MessageShape<typeof EchoRequestSchema>) =>
    asBuffer(toBinary(EchoRequestSchema, message)),
  requestDeserialize: (bytes: Buffer) => fromBinary(EchoRequestSchema, bytes),
  responseSerialize: (message: MessageShape<typeof EchoResponseSchema>) =>
    asBuffer(toBinary(EchoResponseSchema, message)),
  responseDeserialize: (bytes: Buffer) => fromBinary(EchoResponseSchema, bytes),
};

async function serve(variant: Variant): Promise<number> {
  const server = new grpc.Server();
  const tls = mutualTls(variant, "wire");
  if (variant === "bare") {
    const definition = { echo: { path, requestStream: false, responseStream: false, ...codecs } };
    const handle: grpc.handleUnaryCall<unknown, unknown> = (_call, callback) => callback(null, answer);
    server.addService(definition as grpc.ServiceDefinition, { echo: handle });
  } else {
    const interceptors = variant === "ours" ? [] : productInterceptors.server;
    addToServer(server, echo, interceptors, { callersOf: tls?.callersOf });
  }
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", tls?.server ?? grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

function mutualTls(variant: Variant, name: string): MutualTls | undefined {
  if (variant !== "product, mutual TLS") return undefined;
  const settings = new Settings(process.env);
  const tls = readTls(settings, [name]);
  settings.check();
  return tls && createMutualTls(tls, { log: createLogger("silent", "bench") });
}

function caller(variant: Variant, port: number): () => Promise<unknown> {
  const address = `127.0.0.1:${port}`;
  if (variant === "bare") {
    const client = new grpc.Client(address, grpc.credentials.createInsecure());
    const { requestSerialize, responseDeserialize } = codecs;
    return () =>
      new Promise((resolve, reject) => {
        const options = { deadline: Date.now() + DEADLINE_MS };
        client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          options,
          (error, message) => (error ? reject(error) : resolve(message)),
        );
      });
  }
  const interceptors = variant === "ours" ? [] : productInterceptors.client;
  const tls = mutualTls(variant, "events");
  const connection = { credentials: tls?.to("wire"), serverName: tls && "wire" };
  return callerOver(
    createGrpcTransport({ address, interceptors, maxMessageBytes: MAX_MESSAGE_BYTES, ...connection }),
  );
}

export function callerOver(transport: Transport): () => Promise<unknown> {
  const client = createClient(EchoService, transport);
  return () => client.echo(request, { timeoutMs: DEADLINE_MS });
}

export interface Timing {
  readonly calls: number;
  readonly seconds: number;
  /** Processor time of the calling process, in seconds. */
  readonly cpuSeconds: number;
}

/** Makes calls for a while, many at a time. */
export async function time(call: () => Promise<unknown>, ms: number, concurrency: number): Promise<Timing> {
  let calls = 0;
  const cpuBefore = cpuSeconds();
  const began = performance.now();
  const worker = async () => {
    while (performance.now() - began < ms) {
      await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { calls, seconds: (performance.now() - began) / 1_000, cpuSeconds: cpuSeconds() - cpuBefore };
}

/** Processor time of this process so far. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function main([, , role, variant, port]: readonly string[]): Promise<void> {
  if (role === "server") {
    process.on("message", () => process.send?.(cpuSeconds()));
    process.send?.(await serve(variant as Variant));
  } else {
    const call = caller(variant as Variant, Number(port));
    process.on("message", async ([ms, concurrency]: [number, number]) =>
      process.send?.(await time(call, ms, concurrency)),
    );
  }
  process.on("disconnect", () => process.exit(0));
}

if (process.send !== undefined) void main(process.argv);
