import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import { keepPreviousData, skipToken } from "@tanstack/react-query";
import { Link, useLocation, useSearchParams } from "wouter";
import { UnknownCity } from "../city/unknown-city.js";
import { useCity } from "../city/use-city.js";
import { CloseIcon } from "../design/icons.js";
import { EndOfList, EventList, MorePages, SkeletonCards } from "../event/event-list.js";
import { eventTime } from "../event/event-time.js";
import { listed, spanOf } from "../event/listed.js";
import { PageTitle } from "../shell/arrival.js";
import { DegradedNote, EmptyNote, ErrorNote } from "../shell/notices.js";
import { useNow } from "../time/use-now.js";
import { ownZone } from "../time/zone.js";
import { byNight } from "./by-night.js";
import { dateWindow } from "./date-window.js";
import { Filters } from "./filters.js";
import { EVERYTHING, formatSearch, parseSearch, type Search } from "./search-url.js";
import "./search.css";

const PAGE_SIZE = 24;

/** @param cityId undefined to search everywhere */
export function SearchPage({ cityId }: { cityId: string | undefined }) {
  const [params] = useSearchParams();
  const [path, navigate] = useLocation();
  const { city, name, error: cityError } = useCity(cityId);
  const search = parseSearch(params);
  // Each change replaces the last: Back leaves the search instead of unpicking it letter by letter.
  const change = (part: Partial<Search>) =>
    navigate(path + formatSearch({ ...search, ...part }), { replace: true });
  if (cityError !== null && city === undefined) return <UnknownCity />;
  return (
    <>
      <div className="search-head">
        <PageTitle title={cityId === undefined ? "Search everywhere" : `Search in ${name}`} />
        {cityId !== undefined && (
          <Link href={`/search${formatSearch(search)}`} className="quiet-link" replace>
            Search everywhere instead
          </Link>
        )}
      </div>
      <Filters search={search} onChange={change} cityId={cityId ?? ""} zone={city?.timeZone ?? ownZone()} />
      <Narrowed search={search} onChange={change} />
      <Results
        search={search}
        cityId={cityId}
        zone={cityId === undefined ? ownZone() : city?.timeZone}
        clear={() => change(EVERYTHING)}
      />
    </>
  );
}

/** Says that only one venue or artist is looked at, and takes it back. */
function Narrowed({
  search: { venueId, djId },
  onChange,
}: {
  search: Search;
  onChange: (change: Partial<Search>) => void;
}) {
  const venue = useQuery(VenueService.method.getVenue, venueId === "" ? skipToken : { venueId });
  const dj = useQuery(DjService.method.getDj, djId === "" ? skipToken : { djId });
  if (venueId === "" && djId === "") return null;
  return (
    <p className="narrowed">
      {venueId !== "" && (
        <button type="button" className="chip chip-on" onClick={() => onChange({ venueId: "" })}>
          Only at {venue.data?.venue?.name ?? "one venue"}
          <CloseIcon />
          <span className="visually-hidden">: take this back</span>
        </button>
      )}
      {djId !== "" && (
        <button type="button" className="chip chip-on" onClick={() => onChange({ djId: "" })}>
          Only with {dj.data?.dj?.name ?? "one artist"}
          <CloseIcon />
          <span className="visually-hidden">: take this back</span>
        </button>
      )}
    </p>
  );
}

function Results({
  search,
  cityId,
  zone,
  clear,
}: {
  search: Search;
  cityId: string | undefined;
  /** Undefined until the city's is known. */
  zone: string | undefined;
  clear: () => void;
}) {
  const now = useNow();
  const { query, genres, venueId, djId, when, from, to } = search;
  const { endingAfter, startingBefore } = dateWindow(when, from, to, now, zone ?? "UTC");
  const filter = {
    cityId,
    query,
    genres: [...genres],
    venueId,
    djId,
    endingAfter: endingAfter && timestampFromDate(endingAfter),
    startingBefore: startingBefore && timestampFromDate(startingBefore),
  };
  const request = { filter, pageSize: PAGE_SIZE, pageToken: "" };
  const found = useInfiniteQuery(
    FeedService.method.searchEvents,
    zone === undefined && when !== "any" ? skipToken : request,
    {
      pageParamKey: "pageToken",
      getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined,
      placeholderData: keepPreviousData,
    },
  );
  const pages = found.data?.pages;
  if (pages === undefined) {
    if (!found.isError) return <SkeletonCards />;
    return (
      <ErrorNote
        what="The search did not go through"
        error={found.error}
        onRetry={() => void found.refetch()}
      />
    );
  }
  const items = listed(pages).filter(({ event }) => !eventTime(spanOf(event), now).over);
  const nights = byNight(items, now);
  return (
    <section
      aria-label="Results"
      aria-busy={found.isPlaceholderData}
      className={found.isPlaceholderData ? "results results-old" : "results"}
    >
      <p role="status" className="visually-hidden">
        {found.isPlaceholderData
          ? "Searching"
          : `${items.length}${found.hasNextPage ? " or more" : ""} events found`}
      </p>
      <DegradedNote degraded={pages.flatMap(({ degraded }) => degraded)} />
      {items.length === 0 && !found.hasNextPage && (
        <EmptyNote title="Nothing matches">
          <p>Try other words, other dates or fewer genres.</p>
          <button type="button" className="button" onClick={clear}>
            Clear the search
          </button>
        </EmptyNote>
      )}
      {nights.map(({ label, items: ofNight }) => (
        <section key={label} className="night" aria-label={label}>
          <h2 className="night-label">{label}</h2>
          <EventList items={ofNight} level={3} />
        </section>
      ))}
      <MorePages
        pages={pages.length}
        hasNext={found.hasNextPage}
        isFetching={found.isFetchingNextPage}
        failed={found.isFetchNextPageError}
        onMore={() => void found.fetchNextPage()}
      />
      {items.length > 0 && !found.hasNextPage && <EndOfList>That is all that matches.</EndOfList>}
    </section>
  );
}
