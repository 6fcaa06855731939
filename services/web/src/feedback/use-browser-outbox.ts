import { Code, ConnectError } from "@connectrpc/connect";
import { useEffect, useRef } from "react";
import { type Api, after } from "../api.js";
import { createOutbox, type Outbox, type OutboxStorage } from "./outbox.js";

/** What was on the screen and opened tells nobody's name, and is worth no place in the browser's storage. */
const nowhere: OutboxStorage = { load: () => [], put() {}, remove() {} };

/**
 * The outbox of a browser that nobody is logged in to, for what experiments count; none while somebody is. What waits
 * when somebody logs in is sent as theirs.
 */
export function useBrowserOutbox(
  isAnonymous: boolean,
  { transport }: Pick<Api, "transport">,
): { readonly current: Outbox | undefined } {
  const current = useRef<Outbox>(undefined);
  useEffect(() => {
    if (!isAnonymous) return;
    let isRefused = false;
    const outbox = createOutbox({
      async send(entries) {
        if (isRefused) return;
        const { sendFeedback } = await import("./send-feedback.js");
        try {
          await sendFeedback(transport, entries);
        } catch (error) {
          // A browser that keeps no cookies is nobody to experiments.
          isRefused = ConnectError.from(error).code === Code.Unauthenticated;
          if (!isRefused) throw error;
        }
      },
      storage: nowhere,
      after,
      random: Math.random,
      onDelivered() {},
      onRefused() {},
    });
    current.current = outbox;
    const flush = () => void outbox.flush();
    addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      removeEventListener("pagehide", flush);
      document.removeEventListener("visibilitychange", flush);
      flush();
      outbox.close();
      current.current = undefined;
    };
  }, [isAnonymous, transport]);
  return current;
}
