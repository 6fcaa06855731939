import type { Event } from "@craic/proto/craic/events/v1/event_pb.js";
import { memo } from "react";
import { HEIGHT, WIDTH } from "./cover-motifs.js";
import { coverPattern } from "./cover-pattern.js";
import { posterDate } from "./event-time.js";
import { spanOf } from "./listed.js";
import "./cover.css";

/** The event's poster: ornament only, so it is hidden from those who listen. */
export const Cover = memo(function Cover({ event }: { event: Event }) {
  const { weekday, day, month } = posterDate(spanOf(event));
  return (
    <div className="cover" aria-hidden="true">
      <Print seed={event.eventId} genres={event.genres} />
      <div className="cover-date">
        <span className="cover-weekday">{weekday}</span>
        <span className="cover-day">{day}</span>
        <span className="cover-month">{month}</span>
      </div>
    </div>
  );
});

const NO_GENRES: readonly string[] = [];

/** A print that fills its box: the same for the same seed. */
export const Print = memo(function Print({
  seed,
  genres = NO_GENRES,
}: {
  seed: string;
  genres?: readonly string[];
}) {
  const { palette, layers } = coverPattern(seed, genres);
  return (
    <svg
      className={`print print-${palette}`}
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
  );
});
