import { useState } from "react";
import { RefreshIcon } from "../design/icons.js";
import { explain } from "../failure.js";
import { useFeedback } from "../feedback/feedback.js";
import { useToast } from "../shell/toasts.js";
import { useNow } from "../time/use-now.js";
import { recommendationAgeMs } from "./recommendation-age.js";

const OLD_MS = 30 * 60_000;

/** Offers a new list once the person has told us something, or time has, that this one does not know. */
export function RenewFeed({
  recommendationId,
  renew,
}: {
  recommendationId: string;
  renew: () => Promise<void>;
}) {
  const { isOutdated } = useFeedback();
  const toast = useToast();
  const now = useNow();
  const [isRenewing, setRenewing] = useState(false);
  const told = isOutdated(recommendationId);
  const offered = told || recommendationAgeMs(recommendationId, now) > OLD_MS;
  async function onClick() {
    setRenewing(true);
    try {
      await renew();
      scrollTo(0, 0);
      document.querySelector("h1")?.focus({ preventScroll: true });
      toast({ text: "This is your new list." });
    } catch (error) {
      toast({ text: `${explain(error)} The list is still the old one.` });
    } finally {
      setRenewing(false);
    }
  }
  return (
    <div className="renew" role="status">
      {offered && (
        <button
          type="button"
          className="renew-button"
          aria-disabled={isRenewing}
          onClick={isRenewing ? undefined : onClick}
        >
          <RefreshIcon />
          {isRenewing
            ? "Refreshing…"
            : told
              ? "Refresh for what you just told us"
              : "Refresh: this list is getting old"}
        </button>
      )}
    </div>
  );
}
