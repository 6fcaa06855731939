import { useQuery } from "@connectrpc/connect-query";
import { type Experiment, ExperimentState } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { Link } from "wouter";
import { PageTitle } from "../shell/arrival.js";
import { EmptyNote } from "../shell/notices.js";
import { useNow } from "../time/use-now.js";
import { ChangeList } from "./change-list.js";
import { runWords } from "./dates.js";
import { experimentFacts } from "./experiment-facts.js";
import { LifeCycle } from "./life-cycle.js";
import { Results } from "./results/results.js";
import { StateBadge } from "./state-badge.js";
import { FailureNote, WaitingNote } from "./waiting.js";

export function ExperimentPage({ experimentId }: { experimentId: string }) {
  const now = useNow();
  const { data, error, refetch } = useQuery(ExperimentService.method.getExperiment, { experimentId });
  const experiment = data?.experiment;
  return (
    <>
      <p className="way-back">
        <Link href="/experiments">← All experiments</Link>
      </p>
      <div className="experiment-head">
        <PageTitle title={experimentId} className="experiment-title" />
        {experiment && <StateBadge state={experiment.state} />}
      </div>
      {error !== null && experiment === undefined && (
        <FailureNote
          what="This experiment could not be loaded"
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {experiment === undefined && error === null && <WaitingNote label="Loading the experiment" />}
      {experiment && (
        <>
          <p className="soft">{runWords(experiment, now)}</p>
          <p className="lead">{experiment.description}</p>
          <LifeCycle experiment={experiment} />
          {experiment.state === ExperimentState.DRAFT ? (
            <NoResultsYet />
          ) : (
            <Results experiment={experiment} />
          )}
          <Making experiment={experiment} />
          <ChangeList experimentId={experimentId} />
        </>
      )}
    </>
  );
}

function NoResultsYet() {
  return (
    <EmptyNote title="A draft has no results">
      <p>
        Nobody has been shown anything yet. Start the experiment, and come back when people have been here.
      </p>
    </EmptyNote>
  );
}

/** How the experiment is made. */
function Making({ experiment }: { experiment: Experiment }) {
  return (
    <section className="panel" aria-labelledby="making-title">
      <h2 id="making-title">How it is made</h2>
      <dl className="facts-list">
        {[...experimentFacts(experiment)].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
