import { useInfiniteQuery } from "@connectrpc/connect-query";
import type { Experiment } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { Link } from "wouter";
import { PageTitle } from "../shell/arrival.js";
import { EmptyNote } from "../shell/notices.js";
import { useNow } from "../time/use-now.js";
import { runWords } from "./dates.js";
import { percent } from "./figures.js";
import { seriesClass } from "./plots/series-class.js";
import { StateBadge } from "./state-badge.js";
import { FailureNote, WaitingNote } from "./waiting.js";

const PAGE_SIZE = 50;

export function ListPage() {
  const list = useInfiniteQuery(
    ExperimentService.method.listExperiments,
    { pageSize: PAGE_SIZE, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  );
  const experiments = list.data?.pages.flatMap((page) => page.experiments);
  return (
    <>
      <PageTitle title="Experiments" />
      <p className="lead">Which ranking is better, decided on real people.</p>
      {experiments === undefined && !list.isError && <WaitingNote label="Loading the experiments" />}
      {list.isError && (
        <FailureNote
          what="The experiments could not be loaded"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      )}
      {experiments?.length === 0 && (
        <EmptyNote title="There are no experiments">
          <p>Make one with CreateExperiment of craic.experiments.v1.ExperimentService.</p>
        </EmptyNote>
      )}
      <ul className="experiments">
        {experiments?.map((experiment) => (
          <ExperimentCard key={experiment.experimentId} experiment={experiment} />
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="more">
          <button
            type="button"
            className="button"
            aria-disabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {list.isFetchingNextPage ? "Loading…" : "Show older ones"}
          </button>
        </div>
      )}
    </>
  );
}

function ExperimentCard({ experiment }: { experiment: Experiment }) {
  const { experimentId, description, state, variants } = experiment;
  const names = variants.map(({ name }) => name);
  return (
    <li className="panel">
      <div className="experiment-head">
        <h2>
          <Link href={`/experiments/${encodeURIComponent(experimentId)}`}>{experimentId}</Link>
        </h2>
        <StateBadge state={state} />
      </div>
      <p className="soft">{runWords(experiment, useNow())}</p>
      {description !== "" && <p>{description}</p>}
      <ul className="variant-chips">
        {variants.map(({ name, weight }) => (
          <li key={name}>
            <span className={`swatch ${seriesClass(names, name)}`} />
            {name} <span className="soft">{percent(weight)}</span>
          </li>
        ))}
      </ul>
    </li>
  );
}
