import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";

/** DynamoDB's emulation, running. */
export interface KeptDynalite {
  /** Where it answers on this machine. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts DynamoDB's emulation in this process, with its data in `folder`.
 *
 * @param listen host:port; any port, and this machine alone, unless it is said
 */
export async function keepDynalite(folder: string, listen = "127.0.0.1:0"): Promise<KeptDynalite> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { hostname, port: wanted } = new URL(`tcp://${listen}`);
  // Loaded here alone: who has AWS's own does not need it.
  const { default: dynalite } = await import("dynalite");
  const server = dynalite({ path: folder, createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number(wanted), hostname, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined || error === null ? resolve() : reject(error)));
        // Clients keep connections open that nobody uses any more.
        server.closeAllConnections();
      }),
  };
}
