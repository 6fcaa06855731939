import { type Figure, figureText } from "./results.js";

/** Okabe and Ito's palette, which people with any colour vision can tell apart; then again with hollow marks. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a7a7a"];
const LABEL_WIDTH = 210;
const PLOT_WIDTH = 560;
const MARGIN_RIGHT = 24;
const TOP = 18;
const ROW_HEIGHT = 13;
const BAND_GAP = 12;
const AXIS_HEIGHT = 44;

/** One line of a chart: a band of figures, each with the number of what it is a figure of; all bands have as many. */
export interface Band {
  readonly label: string;
  readonly figures: readonly (Figure & { readonly of: number })[];
}

/** A page that stands alone. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
  h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin-bottom: 0; }
  svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; } svg text { fill: currentColor; }
  .key { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; padding: 0; list-style: none; }
  .key svg { width: 0.9em; height: 0.9em; vertical-align: -0.1em; }
  pre { overflow-x: auto; font-size: 12px; }
  @media (prefers-color-scheme: dark) { body { color: #e8e8e8; background: #161616; } }
</style>
<h1>${escaped(title)}</h1>
${body}
</html>
`;
}

/** What the marks in a chart stand for, by number. */
export function key(names: readonly string[]): string {
  const marks = names.map(
    (name, i) => `<li><svg viewBox="-6 -6 12 12">${mark(0, 0, i)}</svg> ${escaped(name)}</li>`,
  );
  return `<ul class="key">${marks.join("")}</ul>`;
}

/** Marks of figures, with whiskers where they have intervals, on a scale from 0. */
export function chart(bands: readonly Band[], axisLabel: string, name: string): string {
  const figures = bands.flatMap((band) => band.figures);
  const most = Math.max(0, ...figures.map(({ mean, high }) => (Number.isNaN(high) ? mean : high)));
  const step = tickStep(most);
  const end = Math.max(step, Math.ceil(most / step) * step);
  const x = (value: number) => LABEL_WIDTH + (Math.max(0, value) / end) * PLOT_WIDTH;
  const bandHeight = (bands[0]?.figures.length ?? 0) * ROW_HEIGHT + BAND_GAP;
  const bottom = TOP + bands.length * bandHeight;
  const width = LABEL_WIDTH + PLOT_WIDTH + MARGIN_RIGHT;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step);
  const grid = ticks.map(
    (tick) =>
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="${TOP - 8}" y2="${bottom}" stroke="currentColor" stroke-opacity="0.15"/>` +
      `<text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${Number(tick.toFixed(4))}</text>`,
  );
  const rows = bands.map((band, b) => {
    const top = TOP + b * bandHeight;
    const middle = top + (bandHeight - BAND_GAP) / 2;
    const marks = band.figures.map((figure, i) =>
      whisker(figure, x, top + (i + 0.5) * ROW_HEIGHT, figure.of),
    );
    return `<text x="${LABEL_WIDTH - 10}" y="${middle + 4}" text-anchor="end">${escaped(band.label)}</text>${marks.join("")}`;
  });
  return `<svg viewBox="0 0 ${width} ${bottom + AXIS_HEIGHT}" role="img" aria-label="${escaped(name)}">
${grid.join("")}
${rows.join("\n")}
<text x="${LABEL_WIDTH + PLOT_WIDTH / 2}" y="${bottom + 36}" text-anchor="middle">${escaped(axisLabel)}</text>
</svg>`;
}

function whisker(figure: Figure, x: (value: number) => number, y: number, i: number): string {
  const { mean, low, high } = figure;
  const line = Number.isNaN(low)
    ? ""
    : `<line x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}" stroke="${colourOf(i)}" stroke-width="2"/>`;
  return `<g><title>${figureText(figure)}</title>${line}${mark(x(mean), y, i)}</g>`;
}

function mark(x: number, y: number, i: number): string {
  const fill = i < COLOURS.length ? colourOf(i) : "none";
  return `<circle cx="${x}" cy="${y}" r="4" fill="${fill}" stroke="${colourOf(i)}" stroke-width="1.5"/>`;
}

const colourOf = (i: number) => COLOURS[i % COLOURS.length]!;

/** 1, 2 or 5 times a power of ten, so that there are some five ticks up to `most`. */
function tickStep(most: number): number {
  const rough = Math.max(most, 1e-3) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999)!;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
