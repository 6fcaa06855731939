import type { DescMessage, DescMethodUnary } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { createConnectQueryKey, useMutation } from "@connectrpc/connect-query";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { type QueryKey, useQueryClient } from "@tanstack/react-query";

/** Asks again who is at the page; every answer that was for somebody else is forgotten. */
export function useSessionChange(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    const queryKey = createConnectQueryKey({
      schema: SessionService.method.getSession,
      cardinality: "finite",
    });
    await queries.refetchQueries({ queryKey });
    queries.removeQueries({ predicate: (query) => !isSession(query.queryKey) && !query.isActive() });
    await queries.resetQueries({ predicate: (query) => !isSession(query.queryKey) });
  };
}

/** A call that signs in or out. Resolves once the page knows who is at it now. */
export function useSessionMutation<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
) {
  return useMutation<I, O, ConnectError>(method, { onSuccess: useSessionChange() });
}

function isSession([, props]: QueryKey): boolean {
  return (props as { serviceName?: string } | undefined)?.serviceName === SessionService.typeName;
}
