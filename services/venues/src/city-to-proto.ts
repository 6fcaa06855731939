import { create } from "@bufbuild/protobuf";
import { type City as CityMessage, CitySchema } from "@craic/proto/craic/venues/v1/city_pb.js";
import type { City } from "./city.js";

export function cityToProto(city: City): CityMessage {
  return create(CitySchema, {
    cityId: city.cityId,
    name: city.name,
    countryCode: city.countryCode,
    latitude: city.latitude,
    longitude: city.longitude,
    timeZone: city.timeZone,
    population: city.population,
  });
}
