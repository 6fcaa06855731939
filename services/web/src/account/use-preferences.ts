import { useMutation } from "@connectrpc/connect-query";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { useState } from "react";
import { useSession } from "../session/session.js";
import { useSessionChange } from "../session/session-change.js";

/** What somebody says they like, while they are saying it. */
export interface Draft {
  readonly genres: string[];
  readonly djIds: string[];
  readonly cityIds: string[];
}

/** The preferences of whoever is logged in, and how to change and keep them. */
export function usePreferences() {
  const { preferences } = useSession();
  const changed = useSessionChange();
  const update = useMutation(AuthService.method.updatePreferences, { onSuccess: changed });
  const [edits, setEdits] = useState<Partial<Draft>>({});
  const draft: Draft = {
    genres: edits.genres ?? preferences?.genres ?? [],
    djIds: edits.djIds ?? preferences?.djIds ?? [],
    cityIds: edits.cityIds ?? preferences?.cityIds ?? [],
  };
  return {
    draft,
    edit: (part: Partial<Draft>) => setEdits((before) => ({ ...before, ...part })),
    keep: () => update.mutateAsync({ preferences: draft }),
    isEdited: Object.keys(edits).length > 0,
    isKeeping: update.isPending,
    error: update.error,
  };
}
