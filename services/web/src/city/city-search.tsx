import { useQuery } from "@connectrpc/connect-query";
import { type CitySummary, FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { type ReactNode, useDeferredValue, useState } from "react";
import { EmptyNote, ErrorNote } from "../shell/notices.js";
import { matchCities } from "./match-cities.js";
import "./city-search.css";

/** A field and, beneath it, the cities that have events ahead and match what is typed. */
export function CitySearch({ renderCity }: { renderCity: (summary: CitySummary) => ReactNode }) {
  const cities = useQuery(FeedService.method.listCities);
  const [query, setQuery] = useState("");
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
  const matches = matchCities(cities.data?.cities ?? [], typed);
  return (
    <div className="city-search">
      <label className="field">
        <span className="field-label">City or country</span>
        <input
          type="search"
          value={query}
          onChange={({ target }) => setQuery(target.value)}
          autoComplete="off"
          spellCheck={false}
          placeholder="Dublin, Berlin, Spain …"
        />
      </label>
      <p role="status" className="visually-hidden">
        {cities.data === undefined ? "Loading cities" : `${matches.length} cities`}
      </p>
      {cities.data === undefined ? (
        <ul className="city-list" aria-hidden="true">
          {["a", "b", "c", "d", "e", "f"].map((key) => (
            <li key={key} className="bone bone-city" />
          ))}
        </ul>
      ) : matches.length === 0 ? (
        <EmptyNote title="Nothing on there yet">
          <p>We know of no events ahead in a place that begins like that.</p>
        </EmptyNote>
      ) : (
        <ul className="city-list">
          {matches.map((summary) => (
            <li key={summary.city?.cityId}>{renderCity(summary)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
