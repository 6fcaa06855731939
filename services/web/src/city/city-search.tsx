import { useQuery } from "@connectrpc/connect-query";
import { type CitySummary, FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { type ReactNode, useDeferredValue, useState } from "react";
import { EmptyNote, ErrorNote } from "../shell/notices.js";
import { matchCities } from "./match-cities.js";
import "./city-search.css";

/** More than this is asked for. */
const FEW_CITIES = 24;
const NO_CITIES: readonly string[] = [];

/** A field and, beneath it, the cities that have events ahead and match what is typed. */
export function CitySearch({
  first = NO_CITIES,
  renderCity,
}: {
  /** By city_id: stand before the others. */
  first?: readonly string[];
  renderCity: (summary: CitySummary) => ReactNode;
}) {
  const cities = useQuery(FeedService.method.listCities);
  const [query, setQuery] = useState("");
  const [all, setAll] = useState(false);
  const typed = useDeferredValue(query);
  if (cities.isError && cities.data === undefined) {
    return (
      <ErrorNote
        what="The cities could not be loaded"
        error={cities.error}
        onRetry={() => void cities.refetch()}
      />
    );
  }
  const found = matchCities(cities.data?.cities ?? [], typed);
  const isFirst = ({ city }: CitySummary) => first.includes(city?.cityId ?? "");
  const matches = [...found.filter(isFirst), ...found.filter((summary) => !isFirst(summary))];
  const shown = all ? matches : matches.slice(0, FEW_CITIES);
  return (
    <div className="city-search">
      <label className="field">
        <span className="field-label">City or country</span>
        <input
          type="search"
          value={query}
          onChange={({ target }) => setQuery(target.value)}
          // A form around this is not sent by looking for a city.
          onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
          autoComplete="off"
          spellCheck={false}
          placeholder="Dublin, Berlin, Spain …"
        />
      </label>
      <p role="status" className="visually-hidden">
        {cities.data === undefined ? "Loading cities" : `${matches.length} cities`}
      </p>
      {cities.data === undefined ? (
        <SkeletonCities />
      ) : matches.length === 0 ? (
        <EmptyNote title="Nothing on there yet">
          <p>We know of no events ahead in a place that begins like that.</p>
        </EmptyNote>
      ) : (
        <ul className="city-list">
          {shown.map((summary) => (
            <li key={summary.city?.cityId}>{renderCity(summary)}</li>
          ))}
        </ul>
      )}
      {shown.length < matches.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          All {matches.length} cities
        </button>
      )}
    </div>
  );
}

function SkeletonCities() {
  return (
    <ul className="city-list" aria-hidden="true">
      {Array.from({ length: FEW_CITIES }, (_, i) => String(i)).map((key) => (
        <li key={key} className="bone bone-city" />
      ))}
    </ul>
  );
}
