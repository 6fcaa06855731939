import { timestampDate } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { type Experiment, ExperimentState } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import {
  ExperimentService,
  type GetResultsResponse,
} from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { keepPreviousData } from "@tanstack/react-query";
import { useLocation, useSearch } from "wouter";
import { EmptyNote } from "../../shell/notices.js";
import { dayAndClock } from "../figures.js";
import { metricWords } from "../metric-words.js";
import { RatePlot } from "../plots/rate-plot.js";
import { rateSeries } from "../plots/rate-series.js";
import { FailureNote, WaitingNote } from "../waiting.js";
import { AllFigures } from "./all-figures.js";
import { Asking } from "./asking.js";
import { Lifts } from "./lifts.js";
import { Progress } from "./progress.js";
import { formatQuestion, parseQuestion, type ResultsQuestion } from "./results-question.js";
import { SampleRatioWarning } from "./sample-ratio-warning.js";
import { Segments } from "./segments.js";
import { VariantTable } from "./variant-table.js";
import { Verdict } from "./verdict.js";
import "./results.css";

/** What is known of an experiment that has been running. */
export function Results({ experiment: { experimentId, primaryMetrics, state } }: { experiment: Experiment }) {
  const [path, navigate] = useLocation();
  // What has stopped has no last hours: its results are those of the whole run.
  const isOver = state === ExperimentState.STOPPED;
  const asked = parseQuestion(new URLSearchParams(useSearch()));
  const question = isOver ? { ...asked, windowHours: 0 } : asked;
  const results = useQuery(
    ExperimentService.method.getResults,
    { experimentId, ...question },
    { placeholderData: keepPreviousData, staleTime: 0 },
  );
  const { data } = results;
  return (
    <>
      <Asking
        question={question}
        offersWindows={!isOver}
        metric={question.metric || primaryMetrics[0] || "save"}
        onAsk={(asked) => navigate(`${path}${formatQuestion(asked)}`, { replace: true })}
        isFetching={results.isFetching}
        onRefresh={() => void results.refetch()}
        until={data?.toTime && timestampDate(data.toTime)}
      />
      {results.error !== null && (
        <FailureNote
          what="The results cannot be had"
          error={results.error}
          onRetry={() => void results.refetch()}
        />
      )}
      {data === undefined && results.error === null && <WaitingNote label="Working out the results" />}
      {data && results.error === null && (
        <div className={results.isPlaceholderData ? "results results-old" : "results"}>
          <ResultsBody results={data} question={question} />
        </div>
      )}
    </>
  );
}

function ResultsBody({ results, question }: { results: GetResultsResponse; question: ResultsQuestion }) {
  const { variants, points, comparisons, fromTime, toTime } = results;
  const names = variants.map(({ variant }) => variant);
  if (variants.every(({ users }) => users === 0n)) return <Nobody question={question} />;
  const words = metricWords(results.metric);
  const span = [fromTime, toTime].map((time) => (time ? dayAndClock(timestampDate(time)) : "")).join(" to ");
  return (
    <>
      {results.sampleRatioMismatch && <SampleRatioWarning results={results} />}
      <Verdict results={results} />
      <Progress results={results} question={question} />
      <section className="panel" aria-labelledby="variants-title">
        <h2 id="variants-title">The variants</h2>
        <p className="soft">
          {words.label}: {words.meaning}, of those who were first shown a variant from {span}.
        </p>
        <VariantTable title="The variants, as a table" variants={variants} names={names} />
      </section>
      <section className="panel" aria-labelledby="rates-title">
        <h2 id="rates-title">Rates over time</h2>
        <p className="soft">
          Of all who had come until then, who had {words.label.toLowerCase()}; the shades hold each rate with
          a probability of 95%.
        </p>
        <RatePlot
          title={`Rates over time: ${words.meaning}, by variant`}
          series={rateSeries(points, names)}
          variants={names}
        />
      </section>
      <Lifts
        title="Lift against the control"
        comparisons={comparisons.filter(({ isGuardrail }) => !isGuardrail)}
      >
        Right of the line is more than the control, left of it less.
      </Lifts>
      <Lifts title="Guardrails" comparisons={comparisons.filter(({ isGuardrail }) => isGuardrail)}>
        What must not get worse, whatever is won. Of hides, time and errors, less is better.
      </Lifts>
      <Segments results={results} />
      <AllFigures results={results} />
    </>
  );
}

function Nobody({ question }: { question: ResultsQuestion }) {
  if (question.windowHours === 0) {
    return (
      <EmptyNote title="Nobody has been counted yet">
        <p>People count once they have been shown a variant. Come back when some have been here.</p>
      </EmptyNote>
    );
  }
  return (
    <EmptyNote title="Nobody new in this time">
      <p>Nobody was shown a variant for the first time. Look at a longer time, or at the whole run.</p>
    </EmptyNote>
  );
}
