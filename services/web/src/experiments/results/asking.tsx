import { RadioChips } from "../../design/radio-chips.js";
import { clock } from "../figures.js";
import { decidingMetrics, metricWords } from "../metric-words.js";
import { type ResultsQuestion, WINDOWS } from "./results-question.js";

/** What the results are about: the metric that decides, and the time. */
export function Asking({
  question,
  offersWindows,
  metric: decides,
  onAsk,
  isFetching,
  onRefresh,
  until,
}: {
  question: ResultsQuestion;
  /** Whether the results of a part of the run can be asked for. */
  offersWindows: boolean;
  /** The metric that decides, asked for or not. */
  metric: string;
  onAsk: (question: ResultsQuestion) => void;
  isFetching: boolean;
  onRefresh: () => void;
  /** Until when the results that are shown reach. */
  until: Date | undefined;
}) {
  return (
    <form className="asking" onSubmit={(event) => event.preventDefault()}>
      <fieldset>
        <legend>Decided by</legend>
        <div className="chips">
          <RadioChips
            name="metric"
            options={decidingMetrics.map((metric) => [metric, metricWords(metric).label])}
            chosen={decides}
            onChoose={(metric) => onAsk({ ...question, metric })}
          />
        </div>
      </fieldset>
      {offersWindows && (
        <fieldset>
          <legend>People who came in</legend>
          <div className="chips">
            <RadioChips
              name="window"
              options={WINDOWS}
              chosen={question.windowHours}
              onChoose={(windowHours) => onAsk({ ...question, windowHours })}
            />
          </div>
        </fieldset>
      )}
      <div className="asking-now">
        <p className="soft" role="status">
          {isFetching ? "Working it out…" : until && `As of ${clock(until)}`}
        </p>
        <button type="button" className="button" aria-disabled={isFetching} onClick={onRefresh}>
          Refresh
        </button>
      </div>
    </form>
  );
}
