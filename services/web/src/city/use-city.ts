import type { ConnectError } from "@connectrpc/connect";
import { useQuery } from "@connectrpc/connect-query";
import type { City } from "@craic/proto/craic/venues/v1/city_pb.js";
import { CityService } from "@craic/proto/craic/venues/v1/city_service_pb.js";
import { skipToken } from "@tanstack/react-query";
import { useRememberedCity } from "./remembered-city.js";

/** A city by its id; its name is known at once when it was visited before. */
export function useCity(cityId: string | undefined): {
  city: City | undefined;
  name: string;
  error: ConnectError | null;
} {
  const remembered = useRememberedCity();
  const { data, error } = useQuery(
    CityService.method.getCity,
    cityId === undefined ? skipToken : { cityId },
    {
      staleTime: Number.POSITIVE_INFINITY,
    },
  );
  const name = data?.city?.name ?? (remembered?.cityId === cityId ? remembered?.name : undefined);
  return { city: data?.city, name: name ?? "", error };
}
