import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";

/** DynamoDB's emulation, running. */
export interface KeptDynalite {
  /** Where it answers, on this machine alone. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts DynamoDB's emulation in this process, with its data in `folder`. */
export async function keepDynalite(folder: string): Promise<KeptDynalite> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Loaded here alone: who has AWS's own does not need it.
  const { default: dynalite } = await import("dynalite");
  const server = dynalite({ path: folder, createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
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
