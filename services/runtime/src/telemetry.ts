// Every name that leaves the process as telemetry, with its unit. None of them ever holds personal data: no
// ids of people, no addresses, no request or response content.

/** Prometheus metrics of calls, labelled with service, method and, where one is named, the gRPC code. */
export const metricNames = {
  server: {
    started: "craic_rpc_server_started_total",
    /** By code. */
    handled: "craic_rpc_server_handled_total",
    /** Seconds from the request's headers to the end of the answer. */
    duration: "craic_rpc_server_duration_seconds",
    inFlight: "craic_rpc_server_in_flight",
  },
  client: {
    started: "craic_rpc_client_started_total",
    /** By code. */
    handled: "craic_rpc_client_handled_total",
    /** Seconds from the call to the end of its answer, retries included. */
    duration: "craic_rpc_client_duration_seconds",
    inFlight: "craic_rpc_client_in_flight",
  },
} as const;

/** Upper bounds of the duration buckets, in seconds. */
export const DURATION_BUCKETS_S = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
] as const;

/** Attributes of spans, named as the OpenTelemetry conventions have them. */
export const spanAttributes = {
  /** "grpc", "connect", "grpc-web" or "local". */
  system: "rpc.system.name",
  /** Full name of the service and the method. */
  method: "rpc.method",
  /** Name of the gRPC code. */
  status: "rpc.response.status_code",
} as const;

/** Attributes of the process that spans come from. */
export const resourceAttributes = {
  name: "service.name",
  namespace: "service.namespace",
  version: "service.version",
} as const;
