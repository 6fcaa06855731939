import { Settings } from "@craic/runtime/settings.js";
import { readCraicConfig } from "./config.js";

describe("readCraicConfig", () => {
  const servicesWithDatabase = (environment: Record<string, string>) =>
    readCraicConfig(new Settings(environment)).servicesWithDatabase;

  it("makes the database of each service that keeps tables", () => {
    expect([...servicesWithDatabase({})].sort()).toEqual(["auth", "djs", "events", "recommender", "venues"]);
    expect(servicesWithDatabase({ CRAIC_SERVICES: "gateway,venues" })).toEqual(["venues"]);
  });

  it("makes none for a service that is told where its own is", () => {
    const url = "mysql://craic_auth:secret@mariadb/craic_auth";
    const environment = { CRAIC_SERVICES: "auth,venues", CRAIC_AUTH_MYSQL_URL: url };
    expect(servicesWithDatabase(environment)).toEqual(["venues"]);
    expect(servicesWithDatabase({ ...environment, CRAIC_VENUES_MYSQL_URL: url })).toEqual([]);
  });
});
