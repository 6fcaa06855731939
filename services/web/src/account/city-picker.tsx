import { useState } from "react";
import { CitySearch } from "../city/city-search.js";
import { countryName } from "../city/match-cities.js";

/** The cities somebody goes out in; the first is home. */
export function CityPicker({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange: (cityIds: string[]) => void;
}) {
  // Those ticked before; a city does not jump to the top while it is being ticked.
  const [before] = useState(chosen);
  return (
    <fieldset className="picker picker-cities">
      <legend>Cities</legend>
      <CitySearch
        first={before}
        renderCity={({ city }) =>
          city && (
            <label className="city city-check">
              <input
                type="checkbox"
                checked={chosen.includes(city.cityId)}
                onChange={({ target }) =>
                  onChange(
                    target.checked ? [...chosen, city.cityId] : chosen.filter((id) => id !== city.cityId),
                  )
                }
              />
              <span className="city-name">{city.name}</span>
              <span className="city-country">{countryName(city.countryCode)}</span>
              {chosen[0] === city.cityId && <span className="city-count">home</span>}
            </label>
          )
        }
      />
    </fieldset>
  );
}
