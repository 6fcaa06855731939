import { CityService } from "@craic/proto/craic/venues/v1/city_service_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import { type CraicModule, register } from "@craic/runtime/module.js";
import { openDatabase } from "@craic/runtime/mysql.js";
import { createCityService } from "./city-service.js";
import { createMysqlCityStore } from "./city-store.mysql.js";
import { createVenueService } from "./venue-service.js";
import { createMysqlVenueStore } from "./venue-store.mysql.js";

export interface VenuesConfig {
  readonly mysqlUrl: string;
}

/** Venues, and the cities that they are in. */
export const venuesModule: CraicModule<VenuesConfig> = {
  name: "venues",
  configure: (settings) => ({ mysqlUrl: settings.url("CRAIC_VENUES_MYSQL_URL", ["mysql"]) }),
  async start({ mysqlUrl }, { log, migrationsDir, now }) {
    const database = await openDatabase(mysqlUrl, migrationsDir, log);
    return {
      registrations: [
        register(VenueService, createVenueService({ store: createMysqlVenueStore(database), now })),
        register(CityService, createCityService({ store: createMysqlCityStore(database) })),
      ],
      close: database.close,
    };
  },
};
