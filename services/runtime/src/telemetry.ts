// Every name that leaves the process as telemetry, with its unit. None of them ever holds personal data: no
// ids of people, no addresses, no request or response content.

/**
 * Prometheus metrics of calls, labelled with service, method, peer and, where one is named, the gRPC code. The peer is
 * the service that is called, or that calls where its certificate says so, else the protocol that the call came by.
 */
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
    /** Calls made again. */
    retries: "craic_rpc_client_retries_total",
    /** Calls that were not made, by reason: "circuit" or "crowd". */
    refused: "craic_rpc_client_refused_total",
    /** 0 closed, 1 being tried, 2 open. */
    circuit: "craic_rpc_client_circuit_state",
  },
} as const;

/** Prometheus metrics of the certificate that a process shows to others. */
export const certificateMetricNames = {
  /** Unix seconds. */
  expiry: "craic_tls_certificate_expiry_timestamp_seconds",
  /** By result: "used" or "refused". */
  reloads: "craic_tls_certificate_reloads_total",
  /** 0 or 1. */
  problem: "craic_tls_certificate_problem",
} as const;

/** Prometheus metrics of the calendar. */
export const eventMetricNames = {
  /** Batches of events told from memory, while the database could not be reached. */
  staleAnswers: "craic_events_stale_answers_total",
} as const;

/** Prometheus metrics of the recommender. */
export const recommendationMetricNames = {
  /** Recommendations begun, by result: "hit" where a list that was ranked before answered, else "miss". */
  lists: "craic_recommender_lists_total",
  /** Bytes. */
  listBytes: "craic_recommender_list_bytes",
  /** Pages, by result: "kept" or "dropped". */
  traces: "craic_recommender_traces_total",
  /** By model_version, variant and kind. */
  feedback: "craic_recommender_feedback_total",
  /** Exposures and conversions for the experiments service, by result: "told" or "dropped". */
  experimentEvents: "craic_recommender_experiment_events_total",
  /** Exposures and conversions. */
  experimentEventsWaiting: "craic_recommender_experiment_events_waiting",
  /** By feature, without unit. */
  driftPsi: "craic_recommender_drift_psi",
  driftKs: "craic_recommender_drift_ks",
  /** By feature: how many numbers were compared. */
  driftSamples: "craic_recommender_drift_samples",
} as const;

/** Prometheus metrics of the models that rank, in this replica. */
export const modelMetricNames = {
  /** 1 for the version that ranks in a channel, by channel and version. */
  serving: "craic_model_serving",
  /** Whether what is published in a channel does not rank here, 0 or 1, by channel; "channels" is channels.json. */
  problem: "craic_model_problem",
  /** By channel. */
  swaps: "craic_model_swaps_total",
  /** 1 for the state that the guard is in, by state. */
  guardState: "craic_model_guard_state",
  /** Times that control was found to do harm. */
  guardAlarms: "craic_model_guard_alarms_total",
  /** Requests, by result: "ranked", "dropped" or "failed". */
  shadowRequests: "craic_model_shadow_requests",
  /** Mean share of control's first 10 events that are among the shadow's, 0 to 1. */
  shadowOverlap: "craic_model_shadow_overlap",
  /** Mean Kendall tau of shadow and control, -1 to 1. */
  shadowCorrelation: "craic_model_shadow_rank_correlation",
  /** Seconds, by model, "shadow" or "control", and quantile. */
  shadowLatency: "craic_model_shadow_latency_seconds",
} as const;

/** Prometheus metrics of experiments. */
export const experimentMetricNames = {
  /** Exposures and conversions. */
  waiting: "craic_experiments_waiting",
  /** Exposures and conversions. */
  dropped: "craic_experiments_dropped_total",
  /** Bytes. */
  bytes: "craic_experiments_people_bytes",
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
