import type { Evaluation, TrialResult } from "./evaluation.js";
import { figureText } from "./results.js";

/** The evaluation as text for a terminal. */
export function tables(evaluation: Evaluation): string {
  const { data, seeds } = evaluation;
  const head = `${data.path}: ${data.users} users, ${data.items} items, ${data.interactions} interactions; seed ${seeds.join(", ")}`;
  return `${[head, ...evaluation.trials.map((trial) => trialText(trial, evaluation))].join("\n\n")}\n`;
}

function trialText(trial: TrialResult, { metrics, mainMetric }: Evaluation): string {
  const [all, ...groups] = trial.groups;
  const k = metrics[0]!.split("@")[1];
  const shown = metrics.filter((name) => name.endsWith(`@${k}`) || name === mainMetric);
  const others = metrics.filter((name) => !shown.includes(name));
  const heading = `## ${trial.name}: ${trial.questions} questions, ${trial.candidates.toFixed(0)} candidates each, mean [95% interval]`;
  const overall = aligned([
    ["algorithm", ...shown, `coverage@${k}`, `novelty@${k} bits`, "fit s", "score s"],
    ...trial.algorithms.map(({ algorithm, coverage, noveltyBits, fitSeconds, scoreSeconds }) => [
      algorithm,
      ...shown.map((name) => figureText(all!.figures[algorithm]![name]!)),
      coverage.toFixed(3),
      noveltyBits.toFixed(2),
      fitSeconds.toFixed(1),
      scoreSeconds.toFixed(1),
    ]),
  ]);
  const rest = aligned([
    ["", ...others],
    ...trial.algorithms.map(({ algorithm }) => [
      algorithm,
      ...others.map((name) => all!.figures[algorithm]![name]!.mean.toFixed(4)),
    ]),
  ]);
  const behind = aligned([
    [`${mainMetric} less that of ${all!.best}`, "difference [95% interval], paired"],
    ...trial.algorithms
      .filter(({ algorithm }) => algorithm !== all!.best)
      .map(({ algorithm }) => [algorithm, figureText(all!.behindBest[algorithm]!)]),
  ]);
  const populations = aligned([
    [mainMetric, "", "questions", "users", ...trial.algorithms.map(({ algorithm }) => algorithm)],
    ...groups.map(({ about, name, questions, users, figures }) => [
      about,
      name,
      String(questions),
      String(users),
      ...trial.algorithms.map(({ algorithm }) => figureText(figures[algorithm]![mainMetric]!)),
    ]),
  ]);
  const sections = [heading, overall];
  if (others.length > 0) sections.push(rest);
  if (trial.algorithms.length > 1) sections.push(behind);
  if (groups.length > 0) sections.push(populations);
  const learned = trial.algorithms.flatMap(({ algorithm, learned: what }) =>
    what === undefined ? [] : [`${algorithm} learned: ${what}`],
  );
  return [...sections, ...learned].join("\n\n");
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
