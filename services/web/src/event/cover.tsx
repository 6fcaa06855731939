import type { Event } from "@craic/proto/craic/events/v1/event_pb.js";
import { memo } from "react";
import { coverPattern, HEIGHT, WIDTH } from "./cover-pattern.js";
import { posterDate } from "./event-time.js";
import { spanOf } from "./listed.js";
import "./cover.css";

/** The event's poster: ornament only, so it is hidden from those who listen. */
export const Cover = memo(function Cover({ event, dated = true }: { event: Event; dated?: boolean }) {
  const { palette, layers } = coverPattern(event.eventId, event.genres);
  const { weekday, day, month } = posterDate(spanOf(event));
  return (
    <div className={`cover cover-${palette}`} aria-hidden="true">
      <svg
        className="cover-print"
        aria-hidden="true"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="xMidYMid slice"
      >
        {layers.map(({ ink, d, line }) =>
          line === undefined ? (
            <path key={d} className={`ink-${ink}`} d={d} />
          ) : (
            <path key={d} className={`line-${ink}`} d={d} strokeWidth={line} fill="none" />
          ),
        )}
      </svg>
      {dated && (
        <div className="cover-date">
          <span className="cover-weekday">{weekday}</span>
          <span className="cover-day">{day}</span>
          <span className="cover-month">{month}</span>
        </div>
      )}
    </div>
  );
});
