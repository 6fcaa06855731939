import type { GetResultsResponse } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { count, percent, pValue, rate } from "../figures.js";

/** People are not divided as they should be: nothing below it can be believed. */
export function SampleRatioWarning({
  results: { variants, sampleRatioPValue },
}: {
  results: GetResultsResponse;
}) {
  const people = variants.reduce((sum, { users }) => sum + Number(users), 0);
  return (
    <section className="panel warning" role="alert" aria-labelledby="srm-title">
      <h2 id="srm-title">Sample ratio mismatch: do not believe these results</h2>
      <p>
        People are not divided among the variants as the weights say (chi-square, p ={" "}
        {pValue(sampleRatioPValue)}). Something lets more people of one variant be counted than of another,
        and who is missing is seldom missing by chance. Until it is found, there is no verdict.
      </p>
      <ul className="shares">
        {variants.map(({ variant, users, weight }) => (
          <li key={variant}>
            <b>{variant}</b> has {count(users)} people, {rate(people === 0 ? 0 : Number(users) / people)} of
            all; it should have {percent(weight)}.
          </li>
        ))}
      </ul>
      <p>
        Look for a variant whose feed fails or comes late, so that its exposures are never sent; for machines
        that one variant keeps longer; and for a redirect or a cache that only one variant has.
      </p>
    </section>
  );
}
