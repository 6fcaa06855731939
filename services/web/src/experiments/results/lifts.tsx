import type { Comparison } from "@craic/proto/craic/experiments/v1/results_pb.js";
import { type ReactNode, useId } from "react";
import { ForestPlot } from "../plots/forest-plot.js";
import { forestRow } from "../plots/forest-rows.js";

/** How the variants differ from the control, as a plot. */
export function Lifts({
  title,
  comparisons,
  children,
}: {
  title: string;
  comparisons: readonly Comparison[];
  /** How to read it. */
  children: ReactNode;
}) {
  const id = useId();
  if (comparisons.length === 0) return null;
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p className="soft">{children}</p>
      <figure className="plot">
        <ForestPlot title={`${title}, with 95% intervals`} rows={comparisons.map(forestRow)} />
        <figcaption>
          <ul className="forest-key">
            <li>
              <KeySample part="always" /> 95% however often you look: it decides
            </li>
            <li>
              <KeySample part="once" /> 95% if you look only once
            </li>
            <li className="forest-good">
              <KeySample part="dot" /> better
            </li>
            <li className="forest-harm">
              <KeySample part="dot" /> worse
            </li>
            <li className="forest-open">
              <KeySample part="dot" /> not told apart
            </li>
          </ul>
        </figcaption>
      </figure>
    </section>
  );
}

function KeySample({ part }: { part: "always" | "once" | "dot" }) {
  return (
    <svg width="30" height="14" aria-hidden="true" className="forest forest-sample">
      {part === "always" && (
        <>
          <line className="forest-always" x1={3} x2={27} y1={7} y2={7} />
          <line className="forest-always" x1={3} x2={3} y1={2} y2={12} />
          <line className="forest-always" x1={27} x2={27} y1={2} y2={12} />
        </>
      )}
      {part === "once" && <line className="forest-once" x1={3} x2={27} y1={7} y2={7} />}
      {part === "dot" && <circle className="forest-dot" cx={15} cy={7} r={5.5} />}
    </svg>
  );
}
