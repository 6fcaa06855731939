import { count, dayAndClock, rate as rateText } from "../figures.js";
import { ScrollingTable } from "../scrolling-table.js";
import type { RateAt, RateSeries } from "./rate-series.js";

/** What a plot of rates shows, for those who read rather than look. */
export function RateTable({
  series,
  instants,
  title,
}: {
  series: readonly RateSeries[];
  instants: readonly number[];
  title: string;
}) {
  return (
    <details>
      <summary>The same as a table</summary>
      <ScrollingTable title={`${title}, as a table`}>
        <thead>
          <tr>
            <th scope="col">Until</th>
            {series.map(({ variant }) => (
              <th scope="col" key={variant}>
                {variant}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {instants.map((ms, i) => (
            <tr key={ms}>
              <th scope="row">{dayAndClock(new Date(ms))}</th>
              {series.map(({ variant, points }) => (
                <td key={variant}>{points[i] && cell(points[i])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </ScrollingTable>
    </details>
  );
}

function cell({ rate, conversions, users }: RateAt): string {
  return `${rateText(rate)} (${count(conversions)} of ${count(users)})`;
}
