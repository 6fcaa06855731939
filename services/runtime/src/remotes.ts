import type { Interceptor, Transport } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
import { createGrpcTransport, type GrpcTransport } from "./grpc-transport.js";
import type { ProcessSettings } from "./process-settings.js";

/** The gRPC transports to the services that are hosted elsewhere, each made when it is first used. */
export interface Remotes {
  /** The transport to the service of a name; undefined when no setting says where it is. */
  to(name: string): Transport | undefined;
  close(): void;
}

export function createRemotes(
  { addresses, tls, maxMessageBytes }: ProcessSettings,
  interceptors: readonly Interceptor[],
): Remotes {
  const transports = new Map<string, GrpcTransport>();
  const credentials = tls
    ? grpc.credentials.createSsl(tls.authority, tls.key, tls.certificate)
    : grpc.credentials.createInsecure();
  return {
    to(name: string): Transport | undefined {
      const address = addresses.get(name);
      if (address === undefined) return undefined;
      let transport = transports.get(name);
      if (transport === undefined) {
        transport = createGrpcTransport({ address, credentials, interceptors, maxMessageBytes });
        transports.set(name, transport);
      }
      return transport;
    },
    close() {
      for (const transport of transports.values()) transport.close();
    },
  };
}
