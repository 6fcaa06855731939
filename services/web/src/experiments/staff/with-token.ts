import { Code, ConnectError, type Transport } from "@connectrpc/connect";

/**
 * The same transport, whose calls carry an operator's token instead of the session of whoever is logged in.
 *
 * @param onRefused the server takes the token no longer, or never did
 */
export function withToken(transport: Transport, token: string, onRefused: () => void): Transport {
  return {
    async unary(method, signal, timeoutMs, header, input, contextValues) {
      const headers = new Headers(header);
      headers.set("authorization", `Bearer ${token}`);
      try {
        return await transport.unary(method, signal, timeoutMs, headers, input, contextValues);
      } catch (error) {
        if (ConnectError.from(error).code === Code.Unauthenticated) onRefused();
        throw error;
      }
    },
    stream: (...call) => transport.stream(...call),
  };
}
