import type { GetResultsResponse } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import type { Comparison, VariantResult } from "@craic/proto/craic/experiments/v1/results_pb.js";
import { amount, lift, NO_FIGURE, pValue, range, rate } from "../figures.js";
import { metricWords } from "../metric-words.js";
import { toneOf } from "../plots/forest-rows.js";
import { ScrollingTable } from "../scrolling-table.js";

/** Everything that the service works out of each metric and variant. */
export function AllFigures({
  results: { variants, comparisons, sampleRatioPValue },
}: {
  results: GetResultsResponse;
}) {
  const metrics = [...new Set(comparisons.map(({ metric }) => metric))];
  return (
    <section className="panel" aria-labelledby="figures-title">
      <h2 id="figures-title">All figures</h2>
      <p className="soft">
        Differences are to the control. “At every look” holds however often somebody looks; Holm and
        Benjamini–Hochberg correct for all variants and metrics, guardrails apart. CUPED takes out what people
        did before. Whether people are divided as the weights say: p = {pValue(sampleRatioPValue)}.
      </p>
      <ScrollingTable title="All figures, as a table">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" className="text">
              Variant
            </th>
            <th scope="col">Mean</th>
            <th scope="col">Difference</th>
            <th scope="col">95%, one look</th>
            <th scope="col">95%, every look</th>
            <th scope="col">Lift</th>
            <th scope="col">95%, one look</th>
            <th scope="col">95%, every look</th>
            <th scope="col">p, one look</th>
            <th scope="col">p, every look</th>
            <th scope="col">Holm</th>
            <th scope="col">Benjamini–Hochberg</th>
            <th scope="col">With CUPED</th>
            <th scope="col">95%</th>
            <th scope="col">p</th>
            <th scope="col">Noise taken out</th>
          </tr>
        </thead>
        {metrics.map((metric) => (
          <MetricRows
            key={metric}
            metric={metric}
            variants={variants}
            comparisons={comparisons.filter((each) => each.metric === metric)}
          />
        ))}
      </ScrollingTable>
    </section>
  );
}

function MetricRows({
  metric,
  variants,
  comparisons,
}: {
  metric: string;
  variants: readonly VariantResult[];
  comparisons: readonly Comparison[];
}) {
  const { label, unit } = metricWords(metric);
  const [control] = variants;
  const meanOf = (name: string) =>
    amount(variants.find(({ variant }) => variant === name)?.means[metric] ?? Number.NaN, unit);
  const change = (value: number) => amount(value, unit, { sign: true });
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" rowSpan={comparisons.length + 1}>
          {label}
        </th>
        <th scope="row">{control?.variant}</th>
        <td>{meanOf(control?.variant ?? "")}</td>
        <td colSpan={14} />
      </tr>
      {comparisons.map((each) => (
        <tr key={each.variant}>
          <th scope="row">{each.variant}</th>
          <td>{meanOf(each.variant)}</td>
          <td className={`tone-${toneOf(each)}`}>{change(each.difference)}</td>
          <td>{range(each.differenceInterval, change)}</td>
          <td>{range(each.sequentialInterval, change)}</td>
          <td>{lift(each.lift)}</td>
          <td>{range(each.liftInterval, lift)}</td>
          <td>{range(each.sequentialLiftInterval, lift)}</td>
          <td>{pValue(each.pValue)}</td>
          <td>{pValue(each.sequentialPValue)}</td>
          <td>{pValue(each.holmPValue)}</td>
          <td>{pValue(each.benjaminiHochbergPValue)}</td>
          <td>{each.adjusted ? change(each.adjusted.difference) : NO_FIGURE}</td>
          <td>{range(each.adjusted?.differenceInterval, change)}</td>
          <td>{pValue(each.adjusted?.pValue ?? Number.NaN)}</td>
          <td>{rate(each.adjusted?.varianceReduction ?? Number.NaN)}</td>
        </tr>
      ))}
    </tbody>
  );
}
