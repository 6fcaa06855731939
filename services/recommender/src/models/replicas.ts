import { lookup } from "node:dns/promises";
import { checkServerIdentity } from "node:tls";
import { createGrpcTransport, type GrpcTransport } from "@craic/runtime/grpc-transport.js";
import type { TlsFiles } from "@craic/runtime/process-settings.js";
import * as grpc from "@grpc/grpc-js";

const MAX_MESSAGE_BYTES = 1_048_576;

/** One of the processes that a name stands for. */
export interface Replica {
  /** host:port, the host being a number. */
  readonly address: string;
  readonly transport: GrpcTransport;
}

/**
 * The replicas behind a name, such as that of a headless service: one for each address that it has now. With `tls`
 * each must show a certificate for the name. Throws when the name cannot be resolved.
 *
 * @param target host:port
 */
export async function replicasOf(target: string, tls: TlsFiles | undefined): Promise<Replica[]> {
  const { hostname, port } = new URL(`grpc://${target}`);
  const name = hostname.replace(/^\[(.*)\]$/, "$1");
  const found = await lookup(name, { all: true });
  const credentials = tls
    ? grpc.credentials.createSsl(tls.authority, tls.key, tls.certificate, {
        checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
      })
    : grpc.credentials.createInsecure();
  return found.map(({ address, family }) => {
    const host = family === 6 ? `[${address}]` : address;
    const transport = createGrpcTransport({
      address: `ipv${family}:${host}:${port}`,
      credentials,
      maxMessageBytes: MAX_MESSAGE_BYTES,
    });
    return { address: `${host}:${port}`, transport };
  });
}
