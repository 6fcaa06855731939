import * as grpc from "@grpc/grpc-js";
import { type CertificateFacts, UnusableCertificate } from "./certificate-files.js";
import { CertificateWatch } from "./certificate-watch.js";
import type { Logger } from "./log.js";
import type { Metrics } from "./metrics.js";
import { ServiceIdentities } from "./spiffe.js";
import type { TlsSettings } from "./tls-settings.js";

/** A connection that a call came by. */
interface Surface {
  getAuthContext(): { readonly sslPeerCertificate?: { readonly subjectaltname?: string } };
}

/** Both ends of a call between services show a certificate, and each looks at whose the other's is. */
export interface MutualTls {
  readonly server: grpc.ServerCredentials;
  /** For calls to a service: whoever answers must be that service. */
  to(service: string): grpc.ChannelCredentials;
  /** Whom a call comes from, by the names of the services that the caller's certificate is for. */
  callersOf(surface: Surface): readonly string[];
  close(): Promise<void>;
}

export function createMutualTls(
  { paths, files, prefix, pollMs }: TlsSettings,
  { log, now = Date.now, metrics }: { log: Logger; now?: () => number; metrics?: Metrics },
): MutualTls {
  const identities = new ServiceIdentities(prefix);
  const accept = ({ spiffeIds }: CertificateFacts) => {
    if (!spiffeIds.some((id) => id.startsWith(prefix)))
      throw new UnusableCertificate(`no SPIFFE id of the certificate begins with ${prefix}`);
  };
  const watch = new CertificateWatch({ paths, initial: files, everyMs: pollMs, accept, log, now, metrics });
  const credentials = new Map<string, grpc.ChannelCredentials>();
  const callers = new WeakMap<object, readonly string[]>();

  function createCredentials(service: string): grpc.ChannelCredentials {
    const expected = identities.idOf(service);
    return grpc.experimental.createCertificateProviderChannelCredentials(watch, watch, {
      // Not the host's name: replicas are called by their addresses.
      checkServerIdentity: (_, { subjectaltname }) =>
        identities.namesOf(subjectaltname).includes(service)
          ? undefined
          : new Error(`the certificate of who answers is not for ${expected}`),
    });
  }

  return {
    server: grpc.experimental.createCertificateProviderServerCredentials(watch, watch, true),
    to(service) {
      let found = credentials.get(service);
      if (found === undefined) {
        found = createCredentials(service);
        credentials.set(service, found);
      }
      return found;
    },
    callersOf(surface) {
      const connection = connectionOf(surface);
      let names = connection && callers.get(connection);
      if (names === undefined) {
        names = identities.namesOf(surface.getAuthContext().sslPeerCertificate?.subjectaltname);
        if (connection !== undefined && names.length > 0) callers.set(connection, names);
      }
      return names;
    },
    close: () => watch.close(),
  };
}

/** What grpc-js keeps of a call on the server's side. */
interface KeptCall {
  readonly call?: KeptCall;
  readonly nextCall?: KeptCall;
  readonly stream?: { readonly session?: object };
}

/**
 * The connection that a call came by, to remember its peer by: reading a certificate takes longer than all the rest of
 * a short call. grpc-js keeps it to itself; where it is no longer found, certificates are read at each call.
 */
function connectionOf(surface: object): object | undefined {
  let kept = (surface as KeptCall).call;
  while (kept?.nextCall !== undefined) kept = kept.nextCall;
  return kept?.stream?.session;
}
