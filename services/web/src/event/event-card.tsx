import { memo, useRef } from "react";
import { Link } from "wouter";
import type { EventState } from "../feedback/event-states.js";
import { type Showing, UNRANKED, useFeedback } from "../feedback/feedback.js";
import { useSeen } from "../feedback/use-seen.js";
import { useNow } from "../time/use-now.js";
import { Cover } from "./cover.js";
import { eventTime } from "./event-time.js";
import { type Listed, spanOf } from "./listed.js";
import { formatPrice } from "./price.js";
import { Reasons } from "./reasons.js";
import { SaveAndHide } from "./save-and-hide.js";
import { SampleMark, StatusMark } from "./status-mark.js";
import "./event-card.css";

const MIDDLE_BUTTON = 1;

export interface EventCardProps {
  readonly item: Listed;
  readonly state: EventState;
  readonly showing?: Showing;
  /** Level of the heading, one below that of what the card stands under. */
  readonly level?: 2 | 3;
  /** Called before the card disappears, with its list item. */
  readonly onHide?: (card: HTMLLIElement) => void;
}

/** One event in a list. */
export const EventCard = memo(function EventCard({
  item,
  state,
  showing = UNRANKED,
  level = 2,
  onHide,
}: EventCardProps) {
  const { event, venue, djs, reasons } = item;
  const { opened, seen } = useFeedback();
  const now = useNow();
  const card = useRef<HTMLLIElement>(null);
  useSeen(card, showing.recommendationId === "" ? undefined : () => seen(event, showing));
  const span = spanOf(event);
  const time = eventTime(span, now);
  const price = formatPrice(event.minPriceCents, event.currency);
  const Heading = `h${level}` as const;
  const who = djs.slice(0, 3).map(({ name }) => name);
  const open = () => opened(event, showing);
  return (
    <li ref={card} className="card">
      <article className="card-article">
        <Cover event={event} />
        <div className="card-body">
          <p className="card-when">
            {time.nearness !== "" && (
              <strong className={time.over ? "near near-over" : "near"}>{time.nearness}</strong>
            )}
            <time dateTime={span.start.toISOString()}>{time.short}</time>
            {time.zoneNote !== "" && <span className="zone"> {time.zoneNote}</span>}
          </p>
          <Heading className="card-title">
            <Link
              href={`/event/${event.eventId}`}
              id={`event-${event.eventId}`}
              state={showing}
              // Clicks that open another tab count as well.
              onClickCapture={open}
              onAuxClick={({ button }) => button === MIDDLE_BUTTON && open()}
            >
              {event.title}
            </Link>
          </Heading>
          <p className="card-where">
            {[venue?.name, who.length > 0 && `with ${who.join(", ")}`].filter(Boolean).join(" · ")}
          </p>
          <p className="card-facts">
            {price !== undefined && <span className="price">{price}</span>}
            {event.genres.slice(0, 2).map((genre) => (
              <span key={genre}>{genre}</span>
            ))}
          </p>
          <StatusMark event={event} />
          <Reasons reasons={reasons} />
          <SampleMark event={event} />
          <SaveAndHide
            item={item}
            state={state}
            showing={showing}
            onHide={onHide && (() => card.current && onHide(card.current))}
          />
        </div>
      </article>
    </li>
  );
});
