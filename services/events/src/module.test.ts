import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { createLocalTransport } from "@craic/runtime/local-transport.js";
import { createLogger } from "@craic/runtime/log.js";
import { createMetrics } from "@craic/runtime/metrics.js";
import { Settings } from "@craic/runtime/settings.js";
import { createEmptyDatabase } from "../../../tests/fixtures/test-database.js";
import { eventsModule } from "./module.js";

describe("eventsModule", () => {
  it("makes its tables in an empty database, serves, and lets watchers go when it drains", async () => {
    const settings = new Settings({ CRAIC_EVENTS_MYSQL_URL: await createEmptyDatabase("events") });
    const config = eventsModule.configure(settings);
    settings.check();
    const nowhere = createLocalTransport({ registrations: [], maxMessageBytes: 0 });
    const running = await eventsModule.start(config, {
      log: createLogger("silent", "events"),
      metrics: createMetrics(),
      transport: nowhere,
      migrationsDir: join(__dirname, "../migrations"),
      now: () => new Date("2026-06-20T22:00:00Z"),
    });
    const { registrations } = running;
    const client = createClient(
      EventService,
      createLocalTransport({ registrations, maxMessageBytes: 1_000_000 }),
    );
    const watch = client.watchEvents({})[Symbol.asyncIterator]();
    const { value: caughtUp } = await watch.next();
    expect(caughtUp).toMatchObject({ resumeToken: expect.stringMatching(/./) });
    expect(caughtUp?.event).toBeUndefined();
    const end = watch.next();
    running.drain?.();
    expect((await end).done).toBe(true);
    await running.close();
  });

  it.each([
    [{}, "CRAIC_EVENTS_MYSQL_URL is not set"],
    [
      { CRAIC_EVENTS_MYSQL_URL: "postgres://x" },
      "CRAIC_EVENTS_MYSQL_URL is not a URL that begins with mysql://",
    ],
    [
      { CRAIC_EVENTS_MYSQL_URL: "mysql://x/y", CRAIC_EVENTS_POLL_MS: "0" },
      'CRAIC_EVENTS_POLL_MS is "0", not a whole number from 20 to 60000',
    ],
  ])("says what is wrong with settings %j", (environment, problem) => {
    const settings = new Settings(environment);
    eventsModule.configure(settings);
    expect(() => settings.check()).toThrow(problem);
  });
});
