import { BookmarkIcon, HideIcon } from "../design/icons.js";
import type { EventState } from "../feedback/event-states.js";
import { type Showing, useFeedback } from "../feedback/feedback.js";
import type { Listed } from "./listed.js";

/** The two things a person tells Craic about an event. */
export function SaveAndHide({
  item: { event },
  state: { saved, hidden },
  showing,
  onHide,
}: {
  item: Listed;
  state: EventState;
  showing: Showing;
  /** Called before the event disappears. */
  onHide?: () => void;
}) {
  const { setSaved, setHidden } = useFeedback();
  return (
    <div className="save-and-hide">
      <button
        type="button"
        className={saved ? "button button-saved" : "button"}
        aria-pressed={saved}
        aria-label={saved ? `Saved: ${event.title}` : `Save ${event.title}`}
        onClick={() => setSaved(event, showing, !saved)}
      >
        <BookmarkIcon filled={saved} />
        {saved ? "Saved" : "Save"}
      </button>
      <button
        type="button"
        className="button button-quiet"
        aria-label={hidden ? `Show ${event.title} again` : `Hide ${event.title}`}
        onClick={() => {
          if (!hidden) onHide?.();
          setHidden(event, showing, !hidden);
        }}
      >
        <HideIcon />
        {hidden ? "Show again" : "Hide"}
      </button>
    </div>
  );
}
