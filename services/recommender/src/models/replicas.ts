import { lookup } from "node:dns/promises";
import { createGrpcTransport, type GrpcTransport } from "@craic/runtime/grpc-transport.js";
import type { MutualTls } from "@craic/runtime/mutual-tls.js";

const RECOMMENDER = "recommender";
const MAX_MESSAGE_BYTES = 1_048_576;

/** One of the processes that a name stands for. */
export interface Replica {
  /** host:port, the host being a number. */
  readonly address: string;
  readonly transport: GrpcTransport;
}

/**
 * The replicas behind a name, such as that of a headless service: one for each address that it has now. With `tls`
 * each must show a certificate for the recommender. Throws when the name cannot be resolved.
 *
 * @param target host:port
 */
export async function replicasOf(target: string, tls: MutualTls | undefined): Promise<Replica[]> {
  const { hostname, port } = new URL(`grpc://${target}`);
  const name = hostname.replace(/^\[(.*)\]$/, "$1");
  const found = await lookup(name, { all: true });
  return found.map(({ address, family }) => {
    const host = family === 6 ? `[${address}]` : address;
    const transport = createGrpcTransport({
      address: `ipv${family}:${host}:${port}`,
      credentials: tls?.to(RECOMMENDER),
      serverName: tls && RECOMMENDER,
      maxMessageBytes: MAX_MESSAGE_BYTES,
    });
    return { address: `${host}:${port}`, transport };
  });
}
