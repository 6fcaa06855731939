import { Code } from "@connectrpc/connect";
import { useEffect } from "react";
import { Link, useSearchParams } from "wouter";
import { rememberCity } from "../city/remembered-city.js";
import { UnknownCity } from "../city/unknown-city.js";
import { useCity } from "../city/use-city.js";
import { EndOfList, EventList, MorePages, SkeletonCards } from "../event/event-list.js";
import { eventTime } from "../event/event-time.js";
import { type Listed, listed, spanOf } from "../event/listed.js";
import { reasonOf } from "../failure.js";
import { useEventStates } from "../feedback/feedback.js";
import { useSession } from "../session/session.js";
import { PageTitle } from "../shell/arrival.js";
import { DegradedNote, EmptyNote, ErrorNote } from "../shell/notices.js";
import { useNow } from "../time/use-now.js";
import { HORIZONS, type Horizon, parseHorizon, startingBefore } from "./horizon.js";
import { RenewFeed } from "./renew-feed.js";
import { useFeed } from "./use-feed.js";
import "./feed.css";

export function FeedPage({ cityId }: { cityId: string }) {
  const [params] = useSearchParams();
  const horizon = parseHorizon(params.get("until"));
  const { city, name, error } = useCity(cityId);
  const { user } = useSession();
  useEffect(() => {
    if (city !== undefined) rememberCity(city);
  }, [city]);
  if (error?.code === Code.NotFound || error?.code === Code.InvalidArgument) return <UnknownCity />;
  return (
    <>
      <div className="feed-head">
        <PageTitle
          title={
            name === "" ? "What is on" : user === undefined ? `What is on in ${name}` : `For you in ${name}`
          }
        />
        <FeedIntro />
        <nav className="chips chips-row" aria-label="How far ahead">
          {HORIZONS.map(([value, label]) => (
            <Link
              key={value}
              href={value === "any" ? `/city/${cityId}` : `/city/${cityId}?until=${value}`}
              replace
              className="chip"
              aria-current={value === horizon ? "true" : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
      </div>
      <FeedList cityId={cityId} cityName={name} zone={city?.timeZone} horizon={horizon} />
    </>
  );
}

function FeedList({
  cityId,
  cityName,
  zone,
  horizon,
}: {
  cityId: string;
  cityName: string;
  zone: string | undefined;
  horizon: Horizon;
}) {
  const now = useNow();
  const states = useEventStates();
  const before =
    zone === undefined && horizon !== "any" ? "unknown" : startingBefore(horizon, now, zone ?? "UTC");
  const { feed, renew } = useFeed(cityId, before);
  const pages = feed.data?.pages;
  if (pages === undefined) {
    if (!feed.isError) return <SkeletonCards />;
    return (
      <ErrorNote what="The feed could not be loaded" error={feed.error} onRetry={() => void feed.refetch()} />
    );
  }
  const first = pages[0];
  // An experiment's variant and the id belong to the whole list: later pages carry the same.
  const recommendationId = first?.recommendationId ?? "";
  const isExperiment = (first?.variant ?? "") !== "";
  const items = listed(pages).filter(
    (item) => !eventTime(spanOf(item.event), now).over && !states.of(item.event.eventId, item).hidden,
  );
  const showingOf = ({ position }: Listed) => ({ recommendationId, position, isExperiment });
  return (
    <>
      <RenewFeed recommendationId={recommendationId} renew={renew} />
      <DegradedNote degraded={pages.flatMap(({ degraded }) => degraded)} />
      {items.length === 0 && !feed.hasNextPage && (
        <NothingAhead cityId={cityId} cityName={cityName} horizon={horizon} />
      )}
      <EventList items={items} showingOf={showingOf} className="cards cards-feed" />
      <MorePages
        pages={pages.length}
        hasNext={feed.hasNextPage}
        isFetching={feed.isFetchingNextPage}
        failed={feed.isFetchNextPageError}
        onMore={() => {
          // The server has forgotten the list that the next page would belong to.
          if (reasonOf(feed.error) === "RECOMMENDATION_EXPIRED") void renew();
          else void feed.fetchNextPage();
        }}
      />
      {items.length > 0 && !feed.hasNextPage && <EndOfList>That is all for now in {cityName}.</EndOfList>}
      {first !== undefined && first.modelVersion !== "" && (
        <p className="ranked-by">Ranked by {first.modelVersion}</p>
      )}
    </>
  );
}

const KNOWN = "Best first. Save what you like, hide what you do not: the next list knows.";

function FeedIntro() {
  const { user, preferences, isPending } = useSession();
  // Holds the place of a sentence of that length.
  if (isPending) return <p className="lead lead-waits">{KNOWN}</p>;
  if (user === undefined) {
    return (
      <p className="lead">
        Soonest and best liked first. <Link href="/signup">Make an account</Link> and the list becomes yours.
      </p>
    );
  }
  if (preferences !== undefined && preferences.genres.length + preferences.djIds.length === 0) {
    return (
      <p className="lead">
        Save what you like, hide what you do not, or <Link href="/account">tell us what you are into</Link>.
      </p>
    );
  }
  return <p className="lead">{KNOWN}</p>;
}

function NothingAhead({ cityId, cityName, horizon }: { cityId: string; cityName: string; horizon: Horizon }) {
  return (
    <EmptyNote title={`Nothing ${horizon === "any" ? "ahead" : "in that time"} in ${cityName}`}>
      <p>
        {horizon === "any" ? (
          <>
            Nothing that we know of, or nothing that you have not hidden.{" "}
            <Link href="/cities">Try another city</Link>.
          </>
        ) : (
          <Link href={`/city/${cityId}`} replace>
            Look at any time
          </Link>
        )}
      </p>
    </EmptyNote>
  );
}
