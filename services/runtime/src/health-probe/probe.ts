import { connect } from "node:http2";
import { fromBinary } from "@bufbuild/protobuf";
import {
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as Status,
} from "@craic/proto/grpc/health/v1/health_pb.js";
import type { TlsFiles } from "../certificate-files.js";

export interface ProbedServer {
  /** The address that the server's ports are bound to. */
  readonly bind: string;
  readonly grpcPort: number;
  /** What the server itself shows and trusts; absent means clear text. */
  readonly tls: TlsFiles | undefined;
}

/** A gRPC message of no bytes: not compressed, length 0. A request that names no service asks for the whole process. */
const EMPTY_REQUEST = Buffer.alloc(5);
const FRAME_HEADER_BYTES = 5;

/**
 * Asks a server on this machine for its health, in gRPC over bare HTTP/2: a probe is a process of its own that starts
 * every few seconds beside what it asks, so it loads nothing that it can do without.
 *
 * @returns undefined when the process takes calls, else why not
 */
export function probeHealth(server: ProbedServer, timeoutMs: number): Promise<string | undefined> {
  const { tls, grpcPort } = server;
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const session = connect(`${tls ? "https" : "http"}://${hostOf(server.bind)}:${grpcPort}`, {
    ...(tls && { cert: tls.certificate, key: tls.key, ca: tls.authority }),
    // Certificates name services, not addresses; that this is one of the mesh's is what its authority says.
    checkServerIdentity: () => undefined,
  });
  const timer = setTimeout(() => resolve(`no answer within ${timeoutMs} ms`), timeoutMs);
  session.on("error", (error) => resolve(error.message));
  const call = session.request({
    ":method": "POST",
    ":path": "/grpc.health.v1.Health/Check",
    "content-type": "application/grpc",
    te: "trailers",
  });
  const received: Buffer[] = [];
  let status: unknown;
  call.once("response", (headers) => {
    status = headers["grpc-status"];
  });
  call.once("trailers", (trailers) => {
    status = trailers["grpc-status"];
  });
  call.on("data", (chunk: Buffer) => received.push(chunk));
  // Told before the session is, of what its connection came to.
  call.on("error", ({ cause, message }) => resolve(cause instanceof Error ? cause.message : message));
  call.once("end", () => resolve(verdict(Buffer.concat(received), status)));
  call.end(EMPTY_REQUEST);
  return promise.finally(() => {
    clearTimeout(timer);
    session.destroy();
  });
}

function verdict(answer: Buffer, status: unknown): string | undefined {
  if (status !== "0") return `answered with gRPC status ${status}`;
  const health = fromBinary(HealthCheckResponseSchema, answer.subarray(FRAME_HEADER_BYTES));
  return health.status === Status.SERVING ? undefined : (Status[health.status] ?? `status ${health.status}`);
}

/** Where a server that listens on `bind` is reached from its own machine. */
function hostOf(bind: string): string {
  if (bind === "0.0.0.0") return "127.0.0.1";
  if (bind === "::") return "[::1]";
  return bind.includes(":") ? `[${bind}]` : bind;
}
