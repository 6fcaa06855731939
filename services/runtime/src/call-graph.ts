import { type DescMethod, type DescService, getOption } from "@bufbuild/protobuf";
import { access, Caller } from "@craic/proto/craic/options/v1/options_pb.js";

/** Whom an operator's certificate is for: it opens what administrators may do, to those who are one. */
export const OPERATOR = "operator";

/** One service, or job, that calls another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** "events" for craic.events.v1.EventService: the folder's name under services/. */
export function moduleName(service: DescService): string {
  return service.typeName.split(".").at(-3) ?? "";
}

/** Names of those who may call a method, as craic.options.v1.access says. */
export function callersAllowed(method: DescMethod): ReadonlySet<string> {
  const { services, callers } = getOption(method, access);
  return new Set(callers.includes(Caller.ADMIN) ? [...services, OPERATOR] : services);
}

/** Who calls whom, each pair once, in order: what network policies must let through, and nothing else. */
export function edgesOf(services: readonly DescService[]): Edge[] {
  const edges = new Map<string, Edge>();
  for (const service of services) {
    const to = moduleName(service);
    for (const method of service.methods) {
      for (const from of getOption(method, access).services) edges.set(`${from} ${to}`, { from, to });
    }
  }
  return [...edges.keys()].sort().map((key) => edges.get(key) as Edge);
}
