import { Code } from "@connectrpc/connect";
import { useQuery } from "@connectrpc/connect-query";
import { EventStatus } from "@craic/proto/craic/events/v1/event_pb.js";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import type { City } from "@craic/proto/craic/venues/v1/city_pb.js";
import { Link } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { countryName } from "../city/match-cities.js";
import { type Showing, UNRANKED, useEventStates } from "../feedback/feedback.js";
import { PageTitle } from "../shell/arrival.js";
import { DegradedNote, ErrorNote } from "../shell/notices.js";
import { useNow } from "../time/use-now.js";
import { Cover } from "./cover.js";
import { Credits } from "./credits.js";
import { EventList } from "./event-list.js";
import { eventTime } from "./event-time.js";
import { Facts } from "./facts.js";
import { isListed, type Listed, listed, spanOf } from "./listed.js";
import { Reasons } from "./reasons.js";
import { SaveAndHide } from "./save-and-hide.js";
import { SampleMark, StatusMark } from "./status-mark.js";
import "./event-page.css";

export function EventPage({ eventId }: { eventId: string }) {
  const page = useQuery(FeedService.method.getEventPage, { eventId });
  const { item, city, similar, degraded } = page.data ?? {};
  if (page.error?.code === Code.NotFound || page.error?.code === Code.InvalidArgument)
    return <UnknownEvent />;
  if (!isListed(item)) {
    if (!page.isError) return <EventSkeleton />;
    return (
      <ErrorNote
        what="The event could not be loaded"
        error={page.error}
        onRetry={() => void page.refetch()}
      />
    );
  }
  const alike = listed([{ items: similar ?? [] }]);
  return (
    <>
      <DegradedNote degraded={degraded ?? []} />
      <EventDetails item={item} city={city} />
      {alike.length > 0 && (
        <section className="similar" aria-labelledby="similar-title">
          <h2 id="similar-title">More like this</h2>
          <EventList items={alike} level={3} className="cards cards-row" />
        </section>
      )}
    </>
  );
}

function EventDetails({ item, city }: { item: Listed; city: City | undefined }) {
  const { event } = item;
  const now = useNow();
  const state = useEventStates().of(event.eventId, item);
  const time = eventTime(spanOf(event), now);
  return (
    <article className="event">
      <div className="event-cover">
        <Cover event={event} />
      </div>
      <div className="event-side">
        <div className="event-head">
          {city && (
            <p className="event-city">
              <Link href={`/city/${city.cityId}`}>
                {city.name}, {countryName(city.countryCode)}
              </Link>
            </p>
          )}
          <PageTitle title={event.title} />
          <StatusMark event={event} />
          {time.over && event.status === EventStatus.SCHEDULED && <p className="status">This is over</p>}
          {state.hidden && <p className="status">You have hidden this: it is in no list of yours</p>}
          <SaveAndHide item={item} state={state} showing={useShowing()} />
          <Reasons reasons={item.reasons} />
          <SampleMark event={event} />
        </div>
        <Facts item={item} city={city} />
      </div>
      {event.description !== "" && <p className="event-text">{event.description}</p>}
      <Credits item={item} />
    </article>
  );
}

/** How the event was shown by the list that the person came from. */
function useShowing(): Showing {
  const state: unknown = useHistoryState();
  if (
    typeof state !== "object" ||
    state === null ||
    !("recommendationId" in state) ||
    !("position" in state)
  ) {
    return UNRANKED;
  }
  const { recommendationId, position } = state;
  return typeof recommendationId === "string" && typeof position === "number"
    ? { recommendationId, position }
    : UNRANKED;
}

function UnknownEvent() {
  return (
    <>
      <PageTitle title="There is no such event" />
      <p className="lead">
        The link may be an old one. <Link href="/">Look at what is on</Link> instead.
      </p>
    </>
  );
}

function EventSkeleton() {
  return (
    <div className="event" role="status">
      <span className="visually-hidden">Loading the event</span>
      <div className="event-cover">
        <div className="cover" />
      </div>
      <div className="event-side" aria-hidden="true">
        <span className="bone bone-short" />
        <span className="bone bone-title" />
        <span className="bone" />
        <span className="bone bone-box" />
      </div>
    </div>
  );
}
