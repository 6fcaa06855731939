import { useQuery } from "@connectrpc/connect-query";
import type { GetResultsResponse } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import type { SegmentResult } from "@craic/proto/craic/experiments/v1/results_pb.js";
import { CityService } from "@craic/proto/craic/venues/v1/city_service_pb.js";
import { skipToken } from "@tanstack/react-query";
import { count, lift, pValue, range, rate as rateText } from "../figures.js";
import { toneOf } from "../plots/forest-rows.js";
import { seriesClass } from "../plots/series-class.js";
import { ScrollingTable } from "../scrolling-table.js";

const CITY = "city:";

/** The same among some of the people: those of a city, the new ones. */
export function Segments({ results: { segments, variants } }: { results: GetResultsResponse }) {
  const names = variants.map(({ variant }) => variant);
  const cityNames = useCityNames(segments);
  return (
    <section className="panel" aria-labelledby="segments-title">
      <h2 id="segments-title">Among some of them</h2>
      {segments.length === 0 ? (
        <p className="soft">No city and no audience has 100 people of each variant yet.</p>
      ) : (
        <>
          <p className="soft">
            Of many segments some differ by chance: take this for questions to ask, not for answers.
          </p>
          <ScrollingTable title="Among some of them, as a table">
            <thead>
              <tr>
                <th scope="col">Who</th>
                <th scope="col" className="text">
                  Variant
                </th>
                <th scope="col">People</th>
                <th scope="col">Rate</th>
                <th scope="col">Lift</th>
                <th scope="col">95% at every look</th>
                <th scope="col">p at every look</th>
              </tr>
            </thead>
            {segments.map((segment) => (
              <SegmentRows
                key={segment.segment}
                segment={segment}
                name={segmentName(segment.segment, cityNames)}
                names={names}
              />
            ))}
          </ScrollingTable>
        </>
      )}
    </section>
  );
}

function SegmentRows({
  segment: { variants, comparisons },
  name,
  names,
}: {
  segment: SegmentResult;
  name: string;
  names: readonly string[];
}) {
  return (
    <tbody>
      {variants.map(({ variant, users, rate }, i) => {
        const comparison = comparisons.find((each) => each.variant === variant);
        return (
          <tr key={variant}>
            {i === 0 && (
              <th scope="rowgroup" rowSpan={variants.length}>
                {name}
              </th>
            )}
            <th scope="row">
              <span className={`swatch ${seriesClass(names, variant)}`} />
              {variant}
            </th>
            <td>{count(users)}</td>
            <td>{rateText(rate)}</td>
            <td className={comparison && `tone-${toneOf(comparison)}`}>
              {comparison ? lift(comparison.lift) : ""}
            </td>
            <td>{comparison ? range(comparison.sequentialLiftInterval, lift) : "the control"}</td>
            <td>{comparison ? pValue(comparison.sequentialPValue) : ""}</td>
          </tr>
        );
      })}
    </tbody>
  );
}

const AUDIENCES: ReadonlyMap<string, string> = new Map([
  ["audience:new", "New people"],
  ["audience:returning", "Returning people"],
]);

function segmentName(segment: string, cityNames: ReadonlyMap<string, string>): string {
  if (!segment.startsWith(CITY)) return AUDIENCES.get(segment) ?? segment;
  const cityId = segment.slice(CITY.length);
  return cityNames.get(cityId) ?? `City ${cityId}`;
}

/** Names by city_id, as far as they are known. */
function useCityNames(segments: readonly SegmentResult[]): ReadonlyMap<string, string> {
  const cityIds = segments
    .filter(({ segment }) => segment.startsWith(CITY))
    .map(({ segment }) => segment.slice(CITY.length));
  const { data } = useQuery(
    CityService.method.batchGetCities,
    cityIds.length === 0 ? skipToken : { cityIds },
  );
  return new Map(data?.cities.map(({ cityId, name }) => [cityId, name]));
}
