import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import { type Showing, UNRANKED, useEventStates } from "../feedback/feedback.js";
import { EventCard } from "./event-card.js";
import type { Listed } from "./listed.js";

/** Events as cards. What is hidden is left out at once, and focus goes to the card that takes its place. */
export function EventList({
  items,
  showingOf = () => UNRANKED,
  level,
  className = "cards",
  only = () => true,
}: {
  items: readonly Listed[];
  showingOf?: (item: Listed) => Showing;
  level?: 2 | 3;
  className?: string;
  /** Leaves out more than what is hidden. */
  only?: (item: Listed, saved: boolean) => boolean;
}) {
  const states = useEventStates();
  return (
    <ol className={className}>
      {items.map((item) => {
        const state = states.of(item.event.eventId, item);
        if (state.hidden || !only(item, state.saved)) return null;
        return (
          <EventCard
            key={item.event.eventId}
            item={item}
            state={state}
            showing={showingOf(item)}
            level={level}
            onHide={focusNeighbour}
          />
        );
      })}
    </ol>
  );
}

/** A card's place while it is on its way. */
export function SkeletonCards({ count = 6, label = "Loading events" }: { count?: number; label?: string }) {
  return (
    <div role="status">
      <span className="visually-hidden">{label}</span>
      <ol className="cards" aria-hidden="true">
        {Array.from({ length: count }, (_, i) => (
          <li key={i} className="card card-skeleton">
            <div className="card-article">
              <div className="cover" />
              <div className="card-body">
                <span className="bone bone-short" />
                <span className="bone bone-title" />
                <span className="bone" />
                <span className="bone bone-box" />
              </div>
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

const AUTOMATIC_PAGES = 3;

/**
 * Fetches the next page shortly before its place is scrolled to, for the first few pages; then, or
 * when the browser cannot tell, a button does.
 */
export function MorePages({
  pages,
  hasNext,
  isFetching,
  failed,
  onMore,
}: {
  /** How many there are already. */
  pages: number;
  hasNext: boolean;
  isFetching: boolean;
  failed: boolean;
  onMore: () => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(onMore);
  useEffect(() => {
    latest.current = onMore;
  });
  const automatic = hasNext && !isFetching && !failed && pages < AUTOMATIC_PAGES;
  useEffect(() => {
    if (!automatic || place.current === null) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      rootMargin: "600px",
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [automatic]);
  return (
    <div ref={place} className="more">
      {failed && <p role="alert">The next events could not be loaded.</p>}
      {hasNext && (
        <button type="button" className="button" disabled={isFetching} onClick={onMore}>
          {isFetching ? "Loading…" : failed ? "Try again" : "Show more"}
        </button>
      )}
    </div>
  );
}

/** For a list that ends: says so quietly. */
export function EndOfList({ children }: { children: ReactNode }) {
  return <p className="end-of-list">{children}</p>;
}

function focusNeighbour(card: HTMLLIElement): void {
  const neighbour = card.nextElementSibling ?? card.previousElementSibling;
  const target =
    neighbour?.querySelector<HTMLElement>(".card-title a") ?? document.querySelector<HTMLElement>("h1");
  target?.focus({ preventScroll: neighbour !== null });
}
