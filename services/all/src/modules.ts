import { authModule } from "@craic/auth/module.js";
import { djsModule } from "@craic/djs/module.js";
import { eventsModule } from "@craic/events/module.js";
import { experimentsModule } from "@craic/experiments/module.js";
import { gatewayModule } from "@craic/gateway/module.js";
import { recommenderModule } from "@craic/recommender/module.js";
import type { CraicModule } from "@craic/runtime/module.js";
import { venuesModule } from "@craic/venues/module.js";

/** Every service, those that others ask first. */
export const everyModule: readonly CraicModule<unknown>[] = [
  authModule,
  eventsModule,
  venuesModule,
  djsModule,
  experimentsModule,
  recommenderModule,
  gatewayModule,
];

/** The services that keep tables. */
export const withDatabase: ReadonlySet<string> = new Set(["auth", "events", "venues", "djs", "recommender"]);
