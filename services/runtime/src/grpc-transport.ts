import { create, type DescMethod, fromBinary, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
import { startCall } from "./grpc-call.js";
import { methodPath, serializer } from "./grpc-server.js";
import { GuardedCalls, type GuardOptions } from "./guarded-calls.js";
import {
  completeEach,
  DEFAULT_CALLS_AT_ONCE,
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
  /** Whom a certificate must be for, in the words of TLS's server name, where that is not the host. */
  readonly serverName?: string;
  readonly guard?: Partial<GuardOptions>;
}

export interface GrpcTransport extends Transport {
  /** Stands around unary calls. */
  readonly calls: GuardedCalls;
  close(): void;
}

/**
 * Calls services over gRPC, by turns at every address that their name has. Unary calls are guarded against a service
 * that fails; who reads a stream sees it end, and knows better from where to begin again.
 */
export function createGrpcTransport(options: GrpcTransportOptions): GrpcTransport {
  const { address, interceptors = [], maxMessageBytes, defaultTimeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const credentials = options.credentials ?? grpc.credentials.createInsecure();
  const calls = new GuardedCalls({ maxCallsAtOnce: DEFAULT_CALLS_AT_ONCE, ...options.guard });
  let channel: grpc.Channel | undefined;
  let closed = false;

  function openChannel(): grpc.Channel {
    if (closed) throw new ConnectError("the transport has been closed", Code.Unavailable);
    if (channel === undefined) {
      const target = /^(dns|unix|ipv4|ipv6):/.test(address) ? address : `dns:///${address}`;
      channel = new grpc.Channel(target, credentials, channelOptions(maxMessageBytes, options.serverName));
    }
    return channel;
  }

  function sender(method: DescMethod): Send {
    const codec = {
      path: methodPath(method),
      serialize: serializer(method.input),
      parse: (bytes: Uint8Array) => fromBinary(method.output, bytes),
    };
    const send: Send = async (request) => startCall(openChannel(), codec, request);
    return method.methodKind === "unary" ? calls.around(method, send) : send;
  }

  const run = intercepted(interceptors, sender);
  return {
    calls,
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
      channel?.close();
    },
  };
}

function channelOptions(maxMessageBytes: number, serverName: string | undefined): grpc.ChannelOptions {
  return {
    "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
    // A service config published over DNS by somebody else is none of ours.
    "grpc.service_config_disable_resolution": 1,
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
    // A replica whose machine is gone says nothing: after fifteen seconds its connection is given up.
    "grpc.keepalive_time_ms": 10_000,
    "grpc.keepalive_timeout_ms": 5_000,
    "grpc.keepalive_permit_without_calls": 1,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 5_000,
    // With each connection that ends the name is looked up again, so that replicas that have come are found.
    "grpc.dns_min_time_between_resolutions_ms": 1_000,
    "grpc.enable_http_proxy": 0,
    "grpc.enable_channelz": 0,
    ...(serverName === undefined ? {} : { "grpc.ssl_target_name_override": serverName }),
  };
}
