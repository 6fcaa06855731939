import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { type CraicModule, register } from "@craic/runtime/module.js";
import { openDatabase } from "@craic/runtime/mysql.js";
import { publishMetric } from "@craic/runtime/published-metric.js";
import { eventMetricNames } from "@craic/runtime/telemetry.js";
import { createChangeFeed } from "./change-feed.js";
import { createCurrentEvents } from "./current-events.js";
import { createEventService } from "./event-service.js";
import { createMysqlEventStore } from "./event-store.mysql.js";

/** How long a batch of events may lag behind what other processes change, in milliseconds. */
const TRUST_MS = 100;

export interface EventsConfig {
  readonly mysqlUrl: string;
  /** How soon watchers see what another replica changed, in milliseconds. */
  readonly pollMs: number;
}

/** The calendar. */
export const eventsModule: CraicModule<EventsConfig> = {
  name: "events",
  configure(settings) {
    return {
      mysqlUrl: settings.url("CRAIC_EVENTS_MYSQL_URL", ["mysql"]),
      pollMs: settings.integer("CRAIC_EVENTS_POLL_MS", 500, 20, 60_000),
    };
  },
  async start({ mysqlUrl, pollMs }, { log, metrics, migrationsDir, now }) {
    const database = await openDatabase(mysqlUrl, migrationsDir, log);
    const store = createMysqlEventStore(database);
    const feed = createChangeFeed(async () => (await store.counter()).position, pollMs);
    const current = createCurrentEvents(store, feed, { trustMs: TRUST_MS, now, log });
    publishMetric(
      metrics,
      eventMetricNames.staleAnswers,
      "Batches of events told from memory, while the database could not be reached.",
      "counter",
      () => [{ labels: {}, value: current.staleAnswers }],
    );
    return {
      registrations: [register(EventService, createEventService({ store, feed, current, now }))],
      drain: feed.close,
      close: database.close,
    };
  },
};
