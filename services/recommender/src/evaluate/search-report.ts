import { chart, escaped, key, page } from "./chart.js";
import { type Attempt, type Search, settingsText } from "./search.js";

/** The search as text for a terminal. */
export function searchTable({ algorithm, metric, attempts, cutShort }: Search): string {
  const rows = attempts.map(
    ({ mean, questions, seconds, settings }) =>
      `${mean.toFixed(4)}  ${String(questions).padStart(9)}  ${seconds.toFixed(1).padStart(7)}  ${settingsText(settings)}`,
  );
  const set = Object.entries(attempts[0]!.settings).map(([key, value]) => `${algorithm}.${key}=${value}`);
  return `${metric.padEnd(6)}  questions  seconds  settings of ${algorithm}
${rows.join("\n")}
${cutShort ? "\nTime ran out before all trials were done.\n" : ""}
Best: --set ${set.join(",")}
`;
}

/** The search as a page that stands alone: a chart for each parameter, and every attempt below. */
export function searchPage(search: Search): string {
  const { data, algorithm, metric, searched, attempts } = search;
  const asked = [...new Set(attempts.map(({ questions }) => questions))];
  const charts = searched.map((name) => {
    const bands = attempts
      .toSorted((a, b) => a.settings[name]! - b.settings[name]!)
      .map((attempt) => ({ label: String(attempt.settings[name]), figures: [markOf(attempt, asked)] }));
    return `<h2>${escaped(name)}</h2>\n${chart(bands, `${metric} (0 to 1)`, `${metric} by ${name}`)}`;
  });
  return page(
    `Search for settings of ${algorithm}: ${data.path}`,
    `<p>${data.users} users, ${data.items} items, ${data.interactions} interactions. Marks are the mean ${escaped(metric)} of each
attempt over the questions of the validation part that it was asked; those that were asked more did better before. Every
figure is in search.json.</p>
${key(asked.map((questions) => `${questions} questions`))}
${charts.join("\n")}
<h2>All attempts</h2>
<pre>${escaped(searchTable(search))}</pre>`,
  );
}

/** Attempts have no intervals: they are looked through, not compared with one another. */
function markOf({ mean, questions }: Attempt, asked: readonly number[]) {
  return { mean, low: Number.NaN, high: Number.NaN, of: asked.indexOf(questions) };
}
