import { create, type DescMethod, type DescService, fromBinary, type Message } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Idempotency } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
import { startCall } from "./grpc-call.js";
import { methodPath, serializer } from "./grpc-server.js";
import {
  completeEach,
  DEFAULT_STREAM_TIMEOUT_MS,
  DEFAULT_TIMEOUT_MS,
  intercepted,
  Outgoing,
  type Send,
} from "./outgoing.js";

export interface GrpcTransportOptions {
  /** host:port, a name that resolves to several addresses, or unix:/path. */
  readonly address: string;
  readonly interceptors?: readonly Interceptor[];
  readonly credentials?: grpc.ChannelCredentials;
  /** Milliseconds that a unary call may take when its caller says nothing. */
  readonly defaultTimeoutMs?: number;
  readonly maxMessageBytes: number;
}

export interface GrpcTransport extends Transport {
  close(): void;
}

/**
 * Calls services over gRPC. Each service gets a channel of its own, with its own retry budget; channels to one
 * address share their connections.
 */
export function createGrpcTransport(options: GrpcTransportOptions): GrpcTransport {
  const { address, interceptors = [], maxMessageBytes, defaultTimeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const credentials = options.credentials ?? grpc.credentials.createInsecure();
  const channels = new Map<DescService, grpc.Channel>();
  let closed = false;

  function channelTo(service: DescService): grpc.Channel {
    if (closed) throw new ConnectError("the transport has been closed", Code.Unavailable);
    let channel = channels.get(service);
    if (channel === undefined) {
      const target = /^(dns|unix|ipv4|ipv6):/.test(address) ? address : `dns:///${address}`;
      channel = new grpc.Channel(target, credentials, channelOptions(service, maxMessageBytes));
      channels.set(service, channel);
    }
    return channel;
  }

  function sender(method: DescMethod): Send {
    const codec = {
      path: methodPath(method),
      serialize: serializer(method.input),
      parse: (bytes: Uint8Array) => fromBinary(method.output, bytes),
    };
    return async (request) => startCall(channelTo(method.parent), codec, request);
  }

  const run = intercepted(interceptors, sender);
  return {
    unary(method, signal, timeoutMs = defaultTimeoutMs, header, input, contextValues) {
      const message = create(method.input, input);
      return run(new Outgoing(method, message, signal, timeoutMs, header, contextValues)) as Promise<never>;
    },
    stream(method, signal, timeoutMs = DEFAULT_STREAM_TIMEOUT_MS, header, input, contextValues) {
      const messages = completeEach(method, input) as AsyncIterable<Message>;
      return run(new Outgoing(method, messages, signal, timeoutMs, header, contextValues)) as Promise<never>;
    },
    close() {
      closed = true;
      for (const channel of channels.values()) channel.close();
    },
  };
}

function channelOptions(service: DescService, maxMessageBytes: number): grpc.ChannelOptions {
  return {
    "grpc.service_config": JSON.stringify(serviceConfig(service)),
    // A service config published over DNS by somebody else is none of ours.
    "grpc.service_config_disable_resolution": 1,
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 10_000,
    "grpc.keepalive_permit_without_calls": 1,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 5_000,
    "grpc.enable_http_proxy": 0,
    "grpc.enable_channelz": 0,
  };
}

/** gRPC's own retries: jittered back-off inside the deadline, and a budget that a failing service uses up. */
function serviceConfig(service: DescService): object {
  const repeatable = service.methods.filter(
    ({ idempotency }) =>
      idempotency === Idempotency.NO_SIDE_EFFECTS || idempotency === Idempotency.IDEMPOTENT,
  );
  return {
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: repeatable.map(({ name }) => ({
      name: [{ service: service.typeName, method: name }],
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: "0.05s",
        maxBackoff: "1s",
        backoffMultiplier: 2,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    })),
    // A retry costs one token and an answer earns a tenth: at most 10% more calls, once the first five are spent.
    retryThrottling: { maxTokens: 10, tokenRatio: 0.1 },
  };
}
