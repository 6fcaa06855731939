import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Code, ConnectError } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
import { SettingsError } from "./settings.js";
import type { UnderWay } from "./under-way.js";

/** Listens and returns the port, which the system chooses where 0 is asked for. */
export function listenHttp(server: HttpServer, host: string, port: number, setting: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(explained(error, host, port, setting)));
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** A gRPC server without services, that does not listen yet. */
export function createGrpcServer(maxMessageBytes: number, connectionAgeMs: number): grpc.Server {
  return new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
    // Callers look the name up again when a connection ends, and find replicas that have come since. What is under way
    // on the old one may finish there, streams included.
    "grpc.max_connection_age_ms": connectionAgeMs,
    "grpc.keepalive_time_ms": 60_000,
    "grpc.keepalive_timeout_ms": 20_000,
    "grpc.enable_channelz": 0,
  });
}

/** The same for gRPC. */
export function listenGrpc(
  server: grpc.Server,
  host: string,
  port: number,
  setting: string,
  credentials: grpc.ServerCredentials,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(addressOf(host, port), credentials, (error, bound) => {
      if (error) reject(explained(error, host, port, setting));
      else resolve(bound);
    });
  });
}

/** A port that cannot be had is a setting to mend. */
function explained(error: Error, host: string, port: number, setting: string): Error {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.message;
  if (code.includes("EADDRINUSE")) {
    return new SettingsError([`${setting} is ${port}, a port that something else is using on ${host}`]);
  }
  if (code.includes("EACCES"))
    return new SettingsError([`${setting} is ${port}, a port that this user may not open`]);
  if (code.includes("EADDRNOTAVAIL"))
    return new SettingsError([`CRAIC_BIND is "${host}", no address of this machine`]);
  return error;
}

function addressOf(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Time for the last words to be sent before connections are cut. */
const LAST_WORDS_MS = 100;

/** Takes no more calls, waits for those under way, and after `drainMs` ends what is left as UNAVAILABLE. */
export function closeGrpc(
  server: grpc.Server,
  underWay: UnderWay,
  host: string,
  port: number,
  drainMs: number,
): Promise<void> {
  const sentence = "the server stops, and this took too long for it to wait";
  const timer = setTimeout(() => underWay.cutOff(new ConnectError(sentence, Code.Unavailable)), drainMs);
  // forceShutdown() would not do: it finds no connections where channelz is off.
  server.drain(addressOf(host, port), drainMs + LAST_WORDS_MS);
  return new Promise((resolve) =>
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    }),
  );
}

/** How often connections that have become idle are looked for while draining. */
const IDLE_CHECK_MS = 50;

export function closeHttp(server: HttpServer, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), drainMs);
    const idleTimer = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(idleTimer);
      resolve();
    });
  });
}
