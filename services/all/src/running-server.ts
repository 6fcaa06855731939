import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where a server that uses a data directory takes calls. */
export interface RunningServer {
  /** host:port of its gRPC. */
  readonly grpcAddress: string;
}

const fileIn = (directory: string) => join(directory, "running.json");

/** Leaves word in the data directory of a server that is ready for calls. */
export function tellOfServer(
  directory: string,
  { bind, grpcPort }: { bind: string; grpcPort: number },
): void {
  const everywhere = { "0.0.0.0": "127.0.0.1", "::": "::1" }[bind] ?? bind;
  const host = everywhere.includes(":") ? `[${everywhere}]` : everywhere;
  writeFileSync(fileIn(directory), JSON.stringify({ grpcAddress: `${host}:${grpcPort}` }), { mode: 0o600 });
}

export function forgetServer(directory: string): void {
  rmSync(fileIn(directory), { force: true });
}

/** undefined where no server is ready for calls. To be asked only while a process has the data directory. */
export function findServer(directory: string): RunningServer | undefined {
  try {
    const { grpcAddress } = JSON.parse(readFileSync(fileIn(directory), "utf8")) as Record<string, unknown>;
    return typeof grpcAddress === "string" ? { grpcAddress } : undefined;
  } catch {
    return undefined;
  }
}
