import { type PointerEvent, useId, useState } from "react";
import { count, dayAndClock, percent, range, rate as rateText } from "../figures.js";
import { type RateAt, type RateSeries, rateBounds } from "./rate-series.js";
import { RateTable } from "./rate-table.js";
import { linearScale, type Scale, ticks, timeTicks } from "./scale.js";
import { seriesClass } from "./series-class.js";
import { useWidth } from "./use-width.js";

const MARGIN = { top: 12, right: 14, bottom: 30, left: 52 };
const TICK_PX = 92;

/** Each variant's rate as people came in, with the bounds it lies between, to be read at any instant. */
export function RatePlot({
  title,
  series,
  variants,
}: {
  title: string;
  series: readonly RateSeries[];
  /** All of the experiment's, which decide who has which colour. */
  variants: readonly string[];
}) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const id = useId();
  const instants = series[0]?.points.map(({ ms }) => ms) ?? [];
  const last = instants.length - 1;
  const [chosen, setChosen] = useState<number>();
  const at = Math.min(chosen ?? last, last);
  const height = width < 480 ? 230 : 320;
  const [right, bottom] = [Math.max(MARGIN.left + 1, width - MARGIN.right), height - MARGIN.bottom];
  const when = instants[at] === undefined ? "" : dayAndClock(new Date(instants[at]));
  const bounds = rateBounds(series);
  const x = linearScale(instants[0] ?? 0, instants[last] ?? 0, [MARGIN.left, right]);
  const y = linearScale(bounds.low, bounds.high, [bottom, MARGIN.top]);

  function follow(event: PointerEvent<SVGSVGElement>): void {
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const distances = instants.map((ms) => Math.abs(x(ms) - at));
    setChosen(distances.indexOf(Math.min(...distances)));
  }

  return (
    <figure className="plot">
      <div ref={frame} className="plot-frame">
        {width > 0 && (
          <svg
            width={width}
            height={height}
            role="img"
            aria-labelledby={`${id}-title ${id}-desc`}
            onPointerMove={follow}
            onPointerLeave={() => setChosen(undefined)}
          >
            <title id={`${id}-title`}>{title}</title>
            <desc id={`${id}-desc`}>{series.map((line) => describe(line)).join(" ")}</desc>
            <clipPath id={`${id}-clip`}>
              <rect x={MARGIN.left} y={0} width={right - MARGIN.left} height={bottom} />
            </clipPath>
            <g className="plot-grid">
              {ticks(bounds.low, bounds.high, height / 45).map((rate) => (
                <g key={rate}>
                  <line x1={MARGIN.left} x2={right} y1={y(rate)} y2={y(rate)} />
                  <text x={MARGIN.left - 8} y={y(rate)} dy="0.32em" textAnchor="end">
                    {percent(rate)}
                  </text>
                </g>
              ))}
              {timeTicks(instants[0] ?? 0, instants[last] ?? 0, (right - MARGIN.left) / TICK_PX).map(
                ({ ms, label }) => (
                  <g key={ms}>
                    <line x1={x(ms)} x2={x(ms)} y1={bottom} y2={bottom + 5} />
                    <text x={x(ms)} y={bottom + 20} textAnchor="middle">
                      {label}
                    </text>
                  </g>
                ),
              )}
            </g>
            <g clipPath={`url(#${id}-clip)`}>
              {series.map(({ variant, points }) => (
                <path
                  key={variant}
                  className={`plot-band ${seriesClass(variants, variant)}`}
                  d={band(points, x, y)}
                />
              ))}
              {series.map(({ variant, points }) => (
                <path
                  key={variant}
                  className={`plot-line ${seriesClass(variants, variant)}`}
                  d={line(points, x, y)}
                />
              ))}
            </g>
            {instants[at] !== undefined && (
              <line
                className="plot-cursor"
                x1={x(instants[at])}
                x2={x(instants[at])}
                y1={MARGIN.top}
                y2={bottom}
              />
            )}
            {series.map(({ variant, points }) => {
              const point = points[at];
              if (point === undefined || Number.isNaN(point.rate)) return null;
              return (
                <circle
                  key={variant}
                  className={`plot-dot ${seriesClass(variants, variant)}`}
                  cx={x(point.ms)}
                  cy={y(Math.max(bounds.low, Math.min(bounds.high, point.rate)))}
                  r={5}
                />
              );
            })}
          </svg>
        )}
      </div>
      <figcaption>
        {last > 0 && (
          <label className="plot-slider">
            <span>Read it at</span>
            <input
              type="range"
              min={0}
              max={last}
              value={at}
              aria-valuetext={[when, ...series.map((each) => spoken(each, at))].join(", ")}
              onChange={({ target }) => setChosen(Number(target.value))}
            />
            <output>{when}</output>
          </label>
        )}
        <ul className="plot-legend">
          {series.map(({ variant, points }) => (
            <li key={variant}>
              <span className={`swatch ${seriesClass(variants, variant)}`} />
              <span>
                {variant} <b>{rateText(points[at]?.rate ?? Number.NaN)}</b>{" "}
                <span className="soft">
                  {points[at] && range(points[at], rateText)}, {count(points[at]?.users ?? 0)} people
                </span>
              </span>
            </li>
          ))}
        </ul>
        <RateTable series={series} instants={instants} title={title} />
      </figcaption>
    </figure>
  );
}

function describe({ variant, points }: RateSeries): string {
  const end = points.at(-1);
  return end === undefined
    ? ""
    : `${variant} ends at ${rateText(end.rate)}, between ${range(end, rateText)}.`;
}

function spoken({ variant, points }: RateSeries, at: number): string {
  return `${variant} ${rateText(points[at]?.rate ?? Number.NaN)}`;
}

function line(points: readonly RateAt[], x: Scale, y: Scale): string {
  const known = points.filter(({ rate }) => !Number.isNaN(rate));
  return path(known.map(({ ms, rate }) => [x(ms), y(rate)]));
}

function band(points: readonly RateAt[], x: Scale, y: Scale): string {
  const known = points.filter(({ low, high }) => !Number.isNaN(low) && !Number.isNaN(high));
  const above = known.map(({ ms, high }) => [x(ms), y(high)] as const);
  const below = known.map(({ ms, low }) => [x(ms), y(low)] as const).reverse();
  return known.length === 0 ? "" : `${path([...above, ...below])}Z`;
}

function path(places: readonly (readonly [number, number])[]): string {
  return places.map(([px, py], i) => `${i === 0 ? "M" : "L"}${px.toFixed(1)},${py.toFixed(1)}`).join("");
}
