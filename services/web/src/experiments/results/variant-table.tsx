import type { VariantResult } from "@craic/proto/craic/experiments/v1/results_pb.js";
import { chance, count, loss, NO_FIGURE, percent, range, rate as rateText } from "../figures.js";
import { seriesClass } from "../plots/series-class.js";
import { ScrollingTable } from "../scrolling-table.js";

/** What the people of each variant did, and how likely it is the best. */
export function VariantTable({
  title,
  variants,
  names,
}: {
  title: string;
  variants: readonly VariantResult[];
  /** All of the experiment's, which decide who has which colour. */
  names: readonly string[];
}) {
  return (
    <ScrollingTable title={title}>
      <thead>
        <tr>
          <th scope="col">Variant</th>
          <th scope="col">Weight</th>
          <th scope="col">People</th>
          <th scope="col">Converted</th>
          <th scope="col">Rate</th>
          <th scope="col">95% credible</th>
          <th scope="col">Chance to win</th>
          <th scope="col">Expected loss</th>
        </tr>
      </thead>
      <tbody>
        {variants.map((each) => {
          const { variant, users, weight, conversions, rate, credibleInterval, chanceToWin, expectedLoss } =
            each;
          return (
            <tr key={variant}>
              <th scope="row">
                <span className={`swatch ${seriesClass(names, variant)}`} />
                {variant}
              </th>
              <td>{percent(weight)}</td>
              <td>{count(users)}</td>
              <td>{count(conversions)}</td>
              <td>{users === 0n ? NO_FIGURE : rateText(rate)}</td>
              <td>{range(credibleInterval, rateText)}</td>
              <td className="chance">
                <ChanceBar variant={variant} chanceToWin={chanceToWin} colour={seriesClass(names, variant)} />
                <span>{chance(chanceToWin)}</span>
              </td>
              <td>{credibleInterval ? loss(expectedLoss) : NO_FIGURE}</td>
            </tr>
          );
        })}
      </tbody>
    </ScrollingTable>
  );
}

function ChanceBar({
  variant,
  chanceToWin,
  colour,
}: {
  variant: string;
  chanceToWin: number;
  colour: string;
}) {
  return (
    <svg className="chance-bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img">
      <title>{`Chance that ${variant} is the best: ${chance(chanceToWin)}`}</title>
      <rect className="chance-all" width={100} height={10} />
      <rect className={`chance-own ${colour}`} width={100 * chanceToWin} height={10} />
    </svg>
  );
}
