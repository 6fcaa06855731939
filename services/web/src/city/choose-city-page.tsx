import { Link } from "wouter";
import { Print } from "../event/cover.js";
import { PageTitle } from "../shell/arrival.js";
import { CitySearch } from "./city-search.js";
import { countryName } from "./match-cities.js";
import { rememberCity } from "./remembered-city.js";

export function ChooseCityPage() {
  return (
    <div className="choose-city">
      <PageTitle title="Where are you going out?" className="big" />
      <p className="lead">
        Pick a city. Craic lists what is on, learns what you enjoy, and always says why it thinks you would.
      </p>
      <CitySearch
        renderCity={({ city, eventsAhead }) =>
          city && (
            <Link href={`/city/${city.cityId}`} className="city" onClick={() => rememberCity(city)}>
              <span className="city-print">
                <Print seed={city.cityId} />
              </span>
              <span className="city-name">{city.name}</span>
              <span className="city-country">{countryName(city.countryCode)}</span>
              <span className="city-count">
                {eventsAhead}{" "}
                <span className="city-count-unit">{eventsAhead === 1 ? "event" : "events"}</span>
              </span>
            </Link>
          )
        }
      />
    </div>
  );
}
