import { ExperimentState } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import type { GetResultsResponse } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { count, percent, rate } from "../figures.js";
import { metricWords } from "../metric-words.js";
import { formatQuestion, LIFTS, type ResultsQuestion } from "./results-question.js";

/** How far the experiment has come: people, power, and what is left. */
export function Progress({ results, question }: { results: GetResultsResponse; question: ResultsQuestion }) {
  const { variants, power, usersNeeded } = results;
  const [path, navigate] = useLocation();
  const users = variants.reduce((sum, each) => sum + Number(each.users), 0);
  const conversions = variants.reduce((sum, each) => sum + Number(each.conversions), 0);
  return (
    <section className="tiles" aria-label="How far it has come">
      <Tile name="People" figure={count(users)}>
        shown a variant
      </Tile>
      <Tile name={metricWords(results.metric).label} figure={count(conversions)}>
        {rate(users === 0 ? Number.NaN : conversions / users)} of all
      </Tile>
      <Tile name="Power" figure={percent(Math.round(power * 100) / 100)}>
        <label>
          to find a lift of{" "}
          <select
            value={question.minimumLift}
            onChange={({ target }) =>
              navigate(`${path}${formatQuestion({ ...question, minimumLift: Number(target.value) })}`, {
                replace: true,
              })
            }
          >
            {LIFTS.map((lift) => (
              <option key={lift} value={lift}>
                {percent(lift)}
              </option>
            ))}
          </select>
        </label>
      </Tile>
      <Tile name="Days left" figure={daysFigure(results)}>
        {usersNeeded === 0n
          ? "not known before anybody has converted"
          : `until each variant has ${count(usersNeeded)} people, for a power of 80%`}
      </Tile>
    </section>
  );
}

function daysFigure({ daysLeft, usersNeeded, experiment }: GetResultsResponse): string {
  if (usersNeeded === 0n || daysLeft < 0) return "–";
  if (daysLeft === 0) return "none";
  return experiment?.state === ExperimentState.RUNNING ? count(daysLeft) : "–";
}

function Tile({ name, figure, children }: { name: string; figure: string; children: ReactNode }) {
  return (
    <div className="panel tile">
      <p className="tile-name">{name}</p>
      <p className="tile-figure">{figure}</p>
      <p className="soft">{children}</p>
    </div>
  );
}
