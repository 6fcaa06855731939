import { create, type DescMethod, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { type Code, ConnectError, createContextValues, type Transport } from "@connectrpc/connect";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import * as grpc from "@grpc/grpc-js";

/**
 * grpc-js as any program would use it: its Client, its Metadata, its ServiceError, and nothing of ours. Put
 * behind Connect's Transport so that one set of tests can call it.
 */
export function createBareTransport(address: string): Transport & { close(): void } {
  const client = new grpc.Client(address, grpc.credentials.createInsecure());

  function start(method: DescMethod, signal: AbortSignal | undefined, timeoutMs = 10_000, header?: object) {
    const metadata = new grpc.Metadata();
    new Headers(header as Record<string, string>).forEach((value, name) => {
      metadata.add(name, name.endsWith("-bin") ? Buffer.from(value, "base64") : value);
    });
    const path = `/${method.parent.typeName}/${method.name}`;
    const serialize = (message: Message) => Buffer.from(toBinary(method.input, message));
    const parse = (bytes: Buffer): Message => fromBinary(method.output, bytes);
    const options = timeoutMs > 0 ? { deadline: Date.now() + timeoutMs } : {};
    const cancelWith = (call: { cancel(): void }) => {
      if (signal?.aborted) call.cancel();
      signal?.addEventListener("abort", () => call.cancel());
    };
    return { path, serialize, parse, metadata, options, cancelWith };
  }

  return {
    close: () => client.close(),
    unary(method, signal, timeoutMs, header, input) {
      const { path, serialize, parse, metadata, options, cancelWith } = start(
        method,
        signal,
        timeoutMs,
        header,
      );
      return new Promise((resolve, reject) => {
        let leading: grpc.Metadata | undefined;
        let message: Message | undefined;
        const call = client.makeUnaryRequest(
          path,
          serialize,
          parse,
          create(method.input, input) as Message,
          metadata,
          options,
          (error, answer) => {
            message = answer;
            if (error) reject(connectError(error, leading));
          },
        );
        call.on("metadata", (received) => {
          leading = received;
        });
        call.on("status", ({ code, metadata: trailing }) => {
          if (code !== grpc.status.OK) return;
          const response = { message, header: headers(leading), trailer: headers(trailing) };
          resolve({ stream: false, method, service: method.parent, ...response } as never);
        });
        cancelWith(call);
      });
    },
    async stream(method, signal, timeoutMs, header, input, contextValues = createContextValues()) {
      void contextValues;
      const { path, serialize, parse, metadata, options, cancelWith } = start(
        method,
        signal,
        timeoutMs,
        header,
      );
      const call = client.makeBidiStreamRequest(path, serialize, parse, metadata, options);
      cancelWith(call);
      const trailer = new Headers();
      let leading: grpc.Metadata | undefined;
      let failure: grpc.ServiceError | undefined;
      const begun = new Promise<void>((resolve) => {
        call.on("metadata", (received) => {
          leading = received;
          resolve();
        });
        call.on("status", (status) => {
          for (const [name, value] of headers(status.metadata)) trailer.append(name, value);
          resolve();
        });
        call.on("error", (error: grpc.ServiceError) => {
          failure = error;
          resolve();
        });
      });
      void (async () => {
        for await (const message of input) {
          if (call.destroyed || failure !== undefined) return;
          call.write(create(method.input, message) as Message);
        }
        call.end();
      })();
      async function* messages() {
        try {
          yield* call.iterator({ destroyOnReturn: false });
        } catch (error) {
          throw connectError(error as grpc.ServiceError, leading);
        }
        if (failure !== undefined) throw connectError(failure, leading);
      }
      await begun;
      const response = { message: messages(), header: headers(leading), trailer };
      return { stream: true, method, service: method.parent, ...response } as never;
    },
  };
}

function headers(metadata: grpc.Metadata | undefined): Headers {
  const result = new Headers();
  for (const [name, values] of Object.entries(metadata?.toJSON() ?? {})) {
    for (const value of values as (string | Buffer)[]) {
      result.append(name, typeof value === "string" ? value : value.toString("base64").replace(/=+$/, ""));
    }
  }
  return result;
}

function connectError(error: grpc.ServiceError, leading: grpc.Metadata | undefined): ConnectError {
  const metadata = headers(leading);
  for (const [name, value] of headers(error.metadata)) metadata.append(name, value);
  const withDetails = findTrailerError(metadata);
  const known = new ConnectError(error.details, error.code as number as Code, metadata);
  known.details = withDetails?.details ?? [];
  // What the status says and what its details say is one thing said twice.
  if (withDetails && metadata.has("grpc-status-details-bin")) {
    expect(withDetails).toMatchObject({ code: known.code, rawMessage: known.rawMessage });
  }
  return known;
}
