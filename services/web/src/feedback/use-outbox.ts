import { Code, ConnectError } from "@connectrpc/connect";
import { createConnectQueryKey } from "@connectrpc/connect-query";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { useEffect, useRef } from "react";
import { type Api, after } from "../api.js";
import type { Toast } from "../shell/toasts.js";
import type { EventState, EventStates } from "./event-states.js";
import type { Deed } from "./feedback-entry.js";
import { createOutbox, type Outbox } from "./outbox.js";
import { createOutboxStorage } from "./outbox-storage.js";

/** The outbox of whoever is logged in; none when nobody is. */
export function useOutbox(
  userId: string | undefined,
  { transport, queries, readAfterWrite }: Api,
  states: EventStates,
  toast: (toast: Toast) => void,
): { readonly current: Outbox | undefined } {
  const current = useRef<Outbox>(undefined);
  useEffect(() => {
    if (userId === undefined) return;
    const sender = () => import("./send-feedback.js");
    const storage = createOutboxStorage(localStorage, userId);
    for (const { deed, eventId } of storage.load()) states.change(eventId, CHANGES.get(deed) ?? {});
    const outbox = createOutbox({
      async send(entries) {
        try {
          return await (await sender()).sendFeedback(transport, entries);
        } catch (error) {
          if (ConnectError.from(error).code === Code.Unauthenticated) {
            toast({ text: "You are logged out. What you just did is kept until you log in again." });
          }
          throw error;
        }
      },
      storage,
      after,
      random: Math.random,
      onDelivered(entries) {
        if (!entries.some(({ deed }) => CHANGES.get(deed)?.saved !== undefined)) return;
        const schema = FeedService.method.listSaved;
        void queries.invalidateQueries({
          queryKey: createConnectQueryKey({ schema, cardinality: undefined }),
        });
      },
      onRefused(entry, error) {
        states.forget(entry.eventId);
        if (CHANGES.has(entry.deed)) toast({ text: "That event is gone, so this could not be kept." });
        else console.warn("feedback refused", entry, error);
      },
    });
    current.current = outbox;
    const flush = () => void outbox.flush();
    readAfterWrite.waitFor(() => (outbox.isSending() ? outbox.flush() : Promise.resolve()));
    flush();
    // Fetched ahead, since it cannot be while the tab is being closed.
    sender().catch(() => undefined);
    addEventListener("online", flush);
    addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      removeEventListener("online", flush);
      removeEventListener("pagehide", flush);
      document.removeEventListener("visibilitychange", flush);
      readAfterWrite.waitFor(() => Promise.resolve());
      outbox.close();
      states.forgetAll();
      current.current = undefined;
    };
  }, [userId, transport, queries, readAfterWrite, states, toast]);
  return current;
}

/** What the deeds that change an event's state change it to; the person is told of each. */
const CHANGES: ReadonlyMap<Deed, Partial<EventState>> = new Map([
  ["save", { saved: true }],
  ["unsave", { saved: false }],
  ["hide", { hidden: true }],
  ["unhide", { hidden: false }],
]);
