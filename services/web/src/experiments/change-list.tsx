import { timestampDate } from "@bufbuild/protobuf/wkt";
import { useInfiniteQuery } from "@connectrpc/connect-query";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { changedBy, changeWords } from "./change-words.js";
import { dayAndClock } from "./figures.js";
import { FailureNote, WaitingNote } from "./waiting.js";

const PAGE_SIZE = 20;

/** Who changed the experiment, when, and what. */
export function ChangeList({ experimentId }: { experimentId: string }) {
  const list = useInfiniteQuery(
    ExperimentService.method.listExperimentChanges,
    { experimentId, pageSize: PAGE_SIZE, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  );
  const changes = list.data?.pages.flatMap((page) => page.changes);
  return (
    <section className="panel" aria-labelledby="changes-title">
      <h2 id="changes-title">What was changed</h2>
      {changes === undefined && !list.isError && <WaitingNote label="Loading the changes" within />}
      {list.isError && (
        <FailureNote
          what="The changes could not be loaded"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      )}
      <ol className="changes">
        {changes?.map((change) => {
          const time = change.changeTime && timestampDate(change.changeTime);
          return (
            <li key={String(change.after?.revision)}>
              <p className="soft">
                {time && <time dateTime={time.toISOString()}>{dayAndClock(time)}</time>} ·{" "}
                {changedBy(change.changedBy)}
              </p>
              {changeWords(change).map((words) => (
                <p key={words}>{words}</p>
              ))}
            </li>
          );
        })}
      </ol>
      {list.hasNextPage && (
        <button
          type="button"
          className="button"
          aria-disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? "Loading…" : "Show earlier ones"}
        </button>
      )}
    </section>
  );
}
