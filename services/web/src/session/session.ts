import { useQuery } from "@connectrpc/connect-query";
import type { Preferences, User } from "@craic/proto/craic/auth/v1/user_pb.js";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";

/** Who is at the page. */
export interface Session {
  readonly user: User | undefined;
  readonly preferences: Preferences | undefined;
  /** It is not known yet. */
  readonly isPending: boolean;
}

const STALE_MS = 5 * 60_000;

export function useSession(): Session {
  const { data, isPending } = useQuery(
    SessionService.method.getSession,
    {},
    { staleTime: STALE_MS, refetchOnWindowFocus: true, gcTime: Number.POSITIVE_INFINITY },
  );
  return { user: data?.user, preferences: data?.preferences, isPending };
}
