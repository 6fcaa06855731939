import { chart, escaped, key, page } from "./chart.js";
import type { Evaluation, TrialResult } from "./evaluation.js";

/** The evaluation as a page that stands alone: a chart of the metrics and one of the sub-populations for each trial. */
export function reportPage(evaluation: Evaluation): string {
  const { data, trials } = evaluation;
  const about = `<p>${data.users} users, ${data.items} items, ${data.interactions} interactions. Marks are means over questions, lines
their 95% intervals (bootstrap over users). Every figure is in evaluation.json.</p>`;
  const sections = trials.map((trial) => section(trial, evaluation));
  return page(`Evaluation: ${data.path}`, [about, ...sections].join("\n"));
}

function section(trial: TrialResult, { metrics, mainMetric }: Evaluation): string {
  const names = trial.algorithms.map(({ algorithm }) => algorithm);
  const [all, ...groups] = trial.groups;
  const overall = metrics.map((metric) => ({
    label: metric,
    figures: names.map((name, of) => ({ ...all!.figures[name]![metric]!, of })),
  }));
  const populations = [all!, ...groups].map((group) => ({
    label: `${group.about === "" ? "" : `${group.about}: `}${group.name} (${group.questions})`,
    figures: names.map((name, of) => ({ ...group.figures[name]![mainMetric]!, of })),
  }));
  const candidates = trial.candidates.toFixed(0);
  return `<h2>${escaped(trial.name)}</h2>
<p>${trial.questions} questions with ${candidates} candidates each, on average.</p>
${key(names)}
<h3>All metrics</h3>
${chart(overall, "mean over all questions (0 to 1)", `Metrics of ${trial.name}`)}
<h3>${escaped(mainMetric)} by sub-population</h3>
${chart(populations, `${mainMetric} (0 to 1); in brackets the number of questions`, `Sub-populations of ${trial.name}`)}`;
}
