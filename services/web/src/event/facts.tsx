import type { City } from "@craic/proto/craic/venues/v1/city_pb.js";
import type { Venue } from "@craic/proto/craic/venues/v1/venue_pb.js";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { formatSearch, type Search } from "../search/search-url.js";
import { useNow } from "../time/use-now.js";
import { eventTime } from "./event-time.js";
import { type Listed, spanOf } from "./listed.js";
import { formatPrice } from "./price.js";

/** When, where, who, how much. */
export function Facts({ item: { event, venue, djs }, city }: { item: Listed; city: City | undefined }) {
  const now = useNow();
  const span = spanOf(event);
  const time = eventTime(span, now);
  const search = (part: Partial<Search>) => `/city/${event.cityId}/search${formatSearch(part)}`;
  return (
    <dl className="facts">
      <Fact name="When">
        <time dateTime={span.start.toISOString()}>{time.full}</time>
        {time.zoneNote !== "" && <span className="zone"> {time.zoneNote}</span>}
        {time.nearness !== "" && (
          <strong className={time.over ? "near near-over" : "near"}>{time.nearness}</strong>
        )}
      </Fact>
      <Fact name="Where">
        {venue === undefined ? (
          (city?.name ?? "Not known")
        ) : (
          <>
            <Link href={search({ venueId: venue.venueId })}>{venue.name}</Link>
            <span className="fact-more">{addressOf(venue, city)}</span>
            <MapLink venue={venue} />
          </>
        )}
      </Fact>
      {djs.length > 0 && (
        <Fact name="Who">
          <ul className="who">
            {djs.map(({ djId, name, kind }) => (
              <li key={djId}>
                <Link href={search({ djId })}>{name}</Link>
                {kind !== "" && <span className="fact-more"> {kind}</span>}
              </li>
            ))}
          </ul>
        </Fact>
      )}
      <Fact name="Price">
        {formatPrice(event.minPriceCents, event.currency) ?? "Not known: ask the organiser"}
      </Fact>
      {event.genres.length > 0 && (
        <Fact name="Genres">
          <span className="chips">
            {event.genres.map((genre) => (
              <Link key={genre} className="chip" href={search({ genres: [genre] })}>
                {genre}
              </Link>
            ))}
          </span>
        </Fact>
      )}
      {event.organiser !== "" && <Fact name="By">{event.organiser}</Fact>}
    </dl>
  );
}

/** Kind, address and city, the city once. */
function addressOf({ kind, address }: Venue, city: City | undefined): string {
  const rest = city !== undefined && address.includes(city.name) ? undefined : city?.name;
  return [kind, address, rest].filter(Boolean).join(", ");
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="fact-row">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function MapLink({ venue: { latitude, longitude, name } }: { venue: Venue }) {
  if (latitude === undefined || longitude === undefined) return null;
  const place = `mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
  return (
    <a
      className="fact-more"
      href={`https://www.openstreetmap.org/?${place}`}
      rel="noopener noreferrer"
      target="_blank"
    >
      Map<span className="visually-hidden"> of {name}, opens OpenStreetMap in a new tab</span>
    </a>
  );
}
