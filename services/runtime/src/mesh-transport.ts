import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { callersAllowed, moduleName } from "./call-graph.js";
import { callerNotAllowed } from "./callers.js";
import type { Registration } from "./module.js";

export interface MeshTransportOptions {
  /** What is hosted in this process; may grow while its modules start. Absent, with the next two, where nothing is. */
  readonly registrations?: readonly Registration[];
  /** Names of the modules of this process, started or not. */
  readonly hosted?: ReadonlySet<string>;
  readonly local?: Transport;
  /** The transport to the service of a name such as "events"; undefined when no setting says where it is. */
  remote(name: string): Transport | undefined;
  /** The module that calls; it reaches what names it among its callers, as in a mesh. Absent for the process itself. */
  readonly caller?: string;
}

/** One transport to every service: in this process where it is hosted here, over gRPC otherwise. */
export function createMeshTransport(options: MeshTransportOptions): Transport {
  const { registrations, hosted, local, remote, caller } = options;
  const routes = new Map<DescMethod, Transport>();

  function route(method: DescMethod): Transport {
    let transport = routes.get(method);
    if (transport === undefined) {
      if (caller !== undefined && !callersAllowed(method).has(caller)) throw callerNotAllowed(method, caller);
      transport = findRoute(method.parent);
      routes.set(method, transport);
    }
    return transport;
  }

  function findRoute(service: DescService): Transport {
    const isHere = registrations?.some((registration) => registration.service.typeName === service.typeName);
    if (isHere && local !== undefined) return local;
    const name = moduleName(service);
    if (hosted?.has(name)) throw new ConnectError(`${service.typeName} is not up yet`, Code.Unavailable);
    const transport = remote(name);
    if (transport !== undefined) return transport;
    const sentence = `${service.typeName} is not hosted here and ${addressSetting(name)} is not set`;
    throw new ConnectError(sentence, Code.Unavailable);
  }

  return {
    async unary(method, ...call) {
      return route(method).unary(method, ...call);
    },
    async stream(method, ...call) {
      return route(method).stream(method, ...call);
    },
  };
}

/** The setting that says where a service is, for example CRAIC_EVENTS_ADDR. */
export function addressSetting(name: string): string {
  return `CRAIC_${name.toUpperCase()}_ADDR`;
}
