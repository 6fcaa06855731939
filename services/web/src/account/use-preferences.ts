import { createConnectQueryKey, useMutation } from "@connectrpc/connect-query";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useSession } from "../session/session.js";

/** What somebody says they like, while they are saying it. */
export interface Draft {
  readonly genres: string[];
  readonly djIds: string[];
  readonly cityIds: string[];
}

/** The preferences of whoever is logged in, and how to change and keep them. */
export function usePreferences() {
  const { preferences } = useSession();
  const queries = useQueryClient();
  const update = useMutation(AuthService.method.updatePreferences, {
    async onSuccess() {
      const [session, feed] = [SessionService.method.getSession, FeedService.method.getFeed];
      queries.removeQueries({ queryKey: createConnectQueryKey({ schema: feed, cardinality: undefined }) });
      await queries.refetchQueries({
        queryKey: createConnectQueryKey({ schema: session, cardinality: "finite" }),
      });
    },
  });
  const [edits, setEdits] = useState<Partial<Draft>>({});
  const draft: Draft = {
    genres: edits.genres ?? preferences?.genres ?? [],
    djIds: edits.djIds ?? preferences?.djIds ?? [],
    cityIds: edits.cityIds ?? preferences?.cityIds ?? [],
  };
  return {
    draft,
    edit: (part: Partial<Draft>) => setEdits((before) => ({ ...before, ...part })),
    async keep() {
      await update.mutateAsync({ preferences: draft });
      // What was edited meanwhile is still to be kept.
      setEdits((now) => (now === edits ? {} : now));
    },
    isEdited: Object.keys(edits).length > 0,
    isKeeping: update.isPending,
    error: update.error,
  };
}
