import type { DescMessage, DescMethodUnary } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { createConnectQueryKey, useMutation } from "@connectrpc/connect-query";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { useQueryClient } from "@tanstack/react-query";

/** A call that signs in or out. Resolves once the page knows who is at it now. */
export function useSessionMutation<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
) {
  const queries = useQueryClient();
  const queryKey = createConnectQueryKey({ schema: SessionService.method.getSession, cardinality: "finite" });
  return useMutation<I, O, ConnectError>(method, { onSuccess: () => queries.refetchQueries({ queryKey }) });
}
