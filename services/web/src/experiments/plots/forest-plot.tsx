import { useId } from "react";
import { type Bounds, lift as liftText, range } from "../figures.js";
import { metricWords } from "../metric-words.js";
import { type ForestRow, liftBounds, type Tone } from "./forest-rows.js";
import { linearScale, type Scale, ticks } from "./scale.js";
import { useWidth } from "./use-width.js";

const TONES: Readonly<Record<Tone, string>> = { good: "better", harm: "worse", open: "not told apart" };
/** Narrower than this, a row's words stand above its line rather than beside it. */
const WIDE_PX = 620;
const WIDE = { row: 30, label: 190, value: 200 };
const NARROW = { row: 48, label: 0, value: 0 };
const HEADING = 30;
const EDGE = 10;

/** Lifts against the control, one a row, around the line of no difference. */
export function ForestPlot({ title, rows }: { title: string; rows: readonly ForestRow[] }) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const id = useId();
  const wide = width >= WIDE_PX;
  const { row: rowHeight, label, value } = wide ? WIDE : NARROW;
  const [left, right] = [label + EDGE, Math.max(label + EDGE + 1, width - value - EDGE)];
  const bounds = liftBounds(rows);
  const x = linearScale(bounds.low, bounds.high, [left, right]);
  const placed = place(rows, rowHeight);
  const bottom = placed.height;
  return (
    <div ref={frame} className="plot-frame">
      {width > 0 && (
        <svg width={width} height={bottom + 28} role="img" aria-labelledby={`${id}-title ${id}-desc`}>
          <title id={`${id}-title`}>{title}</title>
          <desc id={`${id}-desc`}>{rows.map(describe).join(" ")}</desc>
          <g className="plot-grid">
            {ticks(bounds.low, bounds.high, (right - left) / 70).map((tick) => (
              <g key={tick}>
                <line
                  className={tick === 0 ? "plot-zero" : undefined}
                  x1={x(tick)}
                  x2={x(tick)}
                  y1={wide ? 6 : HEADING}
                  y2={bottom}
                />
                <text x={x(tick)} y={bottom + 18} textAnchor="middle">
                  {tick === 0 ? "0" : liftText(tick).replace(".0%", "%")}
                </text>
              </g>
            ))}
          </g>
          {placed.headings.map(({ metric, y }) => (
            <text key={metric} className="plot-heading" x={0} y={y} dy="0.35em">
              {metricWords(metric).label}
            </text>
          ))}
          {placed.rows.map(({ row, y }) => (
            <g key={`${row.metric} ${row.variant}`} className={`forest forest-${row.tone}`}>
              <text x={0} y={wide ? y : y - 12} dy="0.35em" className="forest-name">
                {row.variant}
              </text>
              <Whisker row={row} x={x} y={wide ? y : y + 10} bounds={bounds} />
              <text x={width} y={wide ? y : y - 12} dy="0.35em" textAnchor="end" className="forest-value">
                <tspan className="forest-lift">{liftText(row.lift)}</tspan>
                {wide && <tspan dx="8">{range(row.always, liftText)}</tspan>}
              </text>
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

/** The dot, the thick line of a single look and the thin one of all looks; an arrow where that leaves the plot. */
function Whisker({ row, x, y, bounds }: { row: ForestRow; x: Scale; y: number; bounds: Bounds }) {
  const { lift, once, always } = row;
  const within = (value: number) => Math.max(bounds.low, Math.min(bounds.high, value));
  const knows = ({ low, high }: Bounds) => !Number.isNaN(low) && !Number.isNaN(high);
  return (
    <>
      {knows(always) && (
        <>
          <line
            className="forest-always"
            x1={x(within(always.low))}
            x2={x(within(always.high))}
            y1={y}
            y2={y}
          />
          <End at={x(within(always.low))} y={y} leaves={always.low < bounds.low ? -1 : 0} />
          <End at={x(within(always.high))} y={y} leaves={always.high > bounds.high ? 1 : 0} />
        </>
      )}
      {knows(once) && (
        <line className="forest-once" x1={x(within(once.low))} x2={x(within(once.high))} y1={y} y2={y} />
      )}
      {Number.isFinite(lift) && lift === within(lift) && (
        <circle className="forest-dot" cx={x(lift)} cy={y} r={5.5} />
      )}
    </>
  );
}

/** @param leaves −1 or 1 where the interval goes on beyond the plot, to the left or to the right */
function End({ at, y, leaves }: { at: number; y: number; leaves: -1 | 0 | 1 }) {
  if (leaves === 0) return <line className="forest-always" x1={at} x2={at} y1={y - 5} y2={y + 5} />;
  return <path className="forest-arrow" d={`M${at + 7 * leaves},${y}l${-8 * leaves},-5v10z`} />;
}

/** Where rows and the headings of their metrics come to lie, from the top. */
function place(rows: readonly ForestRow[], rowHeight: number) {
  const metrics = [...new Set(rows.map(({ metric }) => metric))];
  const headings: { metric: string; y: number }[] = [];
  const placed: { row: ForestRow; y: number }[] = [];
  let height = 0;
  for (const metric of metrics) {
    headings.push({ metric, y: height + HEADING / 2 + 3 });
    height += HEADING;
    for (const row of rows) {
      if (row.metric !== metric) continue;
      placed.push({ row, y: height + rowHeight / 2 });
      height += rowHeight;
    }
  }
  return { headings, rows: placed, height: height + 6 };
}

function describe({ metric, variant, lift, always, tone }: ForestRow): string {
  const interval = range(always, liftText);
  return `${metricWords(metric).label}, ${variant}: ${liftText(lift)}, at every look ${interval}, ${TONES[tone]}.`;
}
