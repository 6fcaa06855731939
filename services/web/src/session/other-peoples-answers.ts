import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useSession } from "./session.js";

/**
 * Forgets every answer that was for somebody else, however they came to be at the page no more: by
 * logging out here or in another tab, or by a session that ended.
 */
export function useForgetOtherPeoplesAnswers(): void {
  const queries = useQueryClient();
  const { user, isPending } = useSession();
  const userId = user?.userId;
  const last = useRef<{ userId: string | undefined }>(undefined);
  useEffect(() => {
    if (isPending) return;
    // What was fetched while we asked who this is was fetched for them.
    const isSame = last.current === undefined || last.current.userId === userId;
    last.current = { userId };
    if (isSame) return;
    queries.removeQueries({ predicate: (query) => !isSession(query.queryKey) && !query.isActive() });
    void queries.resetQueries({ predicate: (query) => !isSession(query.queryKey) });
  }, [queries, isPending, userId]);
}

function isSession([, props]: QueryKey): boolean {
  return (props as { serviceName?: string } | undefined)?.serviceName === SessionService.typeName;
}
