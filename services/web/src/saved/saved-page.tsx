import { useInfiniteQuery } from "@connectrpc/connect-query";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { skipToken } from "@tanstack/react-query";
import { Link } from "wouter";
import { EndOfList, EventList, MorePages, SkeletonCards } from "../event/event-list.js";
import { eventTime } from "../event/event-time.js";
import { listed, spanOf } from "../event/listed.js";
import { useEventStates } from "../feedback/feedback.js";
import { useSession } from "../session/session.js";
import { PageTitle } from "../shell/arrival.js";
import { DegradedNote, EmptyNote, ErrorNote } from "../shell/notices.js";
import { useNow } from "../time/use-now.js";

const PAGE_SIZE = 24;

export function SavedPage() {
  const { user, isPending } = useSession();
  return (
    <>
      <PageTitle title="Saved" />
      {user === undefined && !isPending ? (
        <EmptyNote title="Nothing is saved without an account">
          <p>Log in to see what you saved, or make an account to start.</p>
          <p className="note-acts">
            <Link href="/login?next=/saved" className="button button-primary">
              Log in
            </Link>
            <Link href="/signup" className="button">
              Create an account
            </Link>
          </p>
        </EmptyNote>
      ) : (
        <SavedEvents known={user !== undefined} />
      )}
    </>
  );
}

function SavedEvents({ known }: { known: boolean }) {
  const now = useNow();
  const states = useEventStates();
  const saved = useInfiniteQuery(
    FeedService.method.listSaved,
    known ? { pageSize: PAGE_SIZE, pageToken: "" } : skipToken,
    { pageParamKey: "pageToken", getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  );
  const pages = saved.data?.pages;
  if (pages === undefined) {
    if (!saved.isError) return <SkeletonCards label="Loading what you saved" />;
    return (
      <ErrorNote
        what="Your saved events could not be loaded"
        error={saved.error}
        onRetry={() => void saved.refetch()}
      />
    );
  }
  const items = listed(pages).filter((item) => {
    const { saved: isSaved, hidden } = states.of(item.event.eventId, item);
    return isSaved && !hidden;
  });
  const [ahead, past] = [
    items.filter(({ event }) => !eventTime(spanOf(event), now).over),
    items.filter(({ event }) => eventTime(spanOf(event), now).over),
  ];
  return (
    <>
      <DegradedNote degraded={pages.flatMap(({ degraded }) => degraded)} />
      {items.length === 0 && !saved.hasNextPage && (
        <EmptyNote title="Nothing saved yet">
          <p>
            Save what you fancy in <Link href="/">your list</Link> and find it here again.
          </p>
        </EmptyNote>
      )}
      <EventList items={ahead} />
      {past.length > 0 && (
        <section className="past" aria-labelledby="past-title">
          <h2 id="past-title">Been and gone</h2>
          <EventList items={past} level={3} />
        </section>
      )}
      <MorePages
        pages={pages.length}
        hasNext={saved.hasNextPage}
        isFetching={saved.isFetchingNextPage}
        failed={saved.isFetchNextPageError}
        onMore={() => void saved.fetchNextPage()}
      />
      {items.length > 0 && !saved.hasNextPage && <EndOfList>That is all you saved.</EndOfList>}
    </>
  );
}
