import { getEventListeners } from "node:events";
import { Code } from "@connectrpc/connect";
import { EventStatus } from "@craic/proto/craic/events/v1/event_pb.js";
import { calendarForEachTest, eventRecord, openReplica } from "../../../tests/fixtures/calendar.js";
import { importRecords } from "../../../tests/fixtures/import-records.js";
import { until } from "../../../tests/fixtures/until.js";
import { watchEvents } from "./watch-events.js";

const calendar = calendarForEachTest();

/** A watch that a test reads message by message. */
function watch(resumeToken = "", client = calendar.client) {
  const controller = new AbortController();
  const stream = client.watchEvents({ resumeToken }, { signal: controller.signal })[Symbol.asyncIterator]();
  return {
    async next() {
      const { value } = await stream.next();
      return {
        title: value?.event?.title,
        status: value?.event?.status,
        token: value?.resumeToken as string,
      };
    },
    /** Titles up to the message that says that there are no more for now, and that message's token. */
    async backlog() {
      const titles: string[] = [];
      for (;;) {
        const { title, token } = await this.next();
        if (title === undefined) return { titles, token };
        titles.push(title);
      }
    },
    async end() {
      controller.abort();
      await expect(stream.next()).rejects.toMatchObject({ code: Code.Canceled });
    },
  };
}

describe("WatchEvents", () => {
  it("sends what there is in order of change, says once that it has caught up, then sends each change", async () => {
    await calendar.import(eventRecord("a"), eventRecord("b", { startTime: "2026-06-21T18:00:00Z" }));
    await calendar.import(eventRecord("a", { title: "A again" }));
    const watcher = watch();
    expect((await watcher.backlog()).titles).toEqual(["Event b", "A again"]);
    await calendar.import(eventRecord("c"));
    expect(await watcher.next()).toMatchObject({ title: "Event c" });
    await calendar.cancel("b");
    expect(await watcher.next()).toMatchObject({ title: "Event b", status: EventStatus.CANCELLED });
    await watcher.end();
  });

  it("says of an empty calendar that it has caught up", async () => {
    const watcher = watch();
    expect((await watcher.backlog()).titles).toEqual([]);
    await calendar.import(eventRecord("a"));
    expect(await watcher.next()).toMatchObject({ title: "Event a" });
    await watcher.end();
  });

  it("sends past and cancelled events too: a copy needs to know of them", async () => {
    await calendar.import(
      eventRecord("past", { startTime: "2020-01-01T20:00:00Z", endTime: "2020-01-01T22:00:00Z" }),
      eventRecord("off", { status: "EVENT_STATUS_CANCELLED" }),
    );
    const watcher = watch();
    expect((await watcher.backlog()).titles).toEqual(["Event past", "Event off"]);
    await watcher.end();
  });

  it("misses nothing between two watches when resumed from any token, nor repeats it", async () => {
    await calendar.import(eventRecord("a"), eventRecord("b"));
    const first = watch();
    const { token: afterA } = await first.next();
    const { token: afterB } = await first.next();
    const { token: caughtUp } = await first.next();
    await first.end();
    await calendar.import(eventRecord("c"));
    for (const [token, titles] of [
      [afterA, ["Event b", "Event c"]],
      [afterB, ["Event c"]],
      [caughtUp, ["Event c"]],
    ] as const) {
      const again = watch(token);
      expect((await again.backlog()).titles).toEqual(titles);
      await again.end();
    }
  });

  it("sends a long backlog whole and in order", async () => {
    const externalIds = Array.from({ length: 401 }, (_, i) => `e${i}`);
    await calendar.import(...externalIds.map((externalId) => eventRecord(externalId)));
    const watcher = watch();
    expect((await watcher.backlog()).titles).toEqual(externalIds.map((externalId) => `Event ${externalId}`));
    await watcher.end();
  });

  it("does not send again what an import left as it was", async () => {
    await calendar.import(eventRecord("a"));
    const watcher = watch();
    await watcher.backlog();
    await calendar.import(eventRecord("a"));
    await calendar.import(eventRecord("b"));
    expect(await watcher.next()).toMatchObject({ title: "Event b" });
    await watcher.end();
  });

  it("sees what another process changes", async () => {
    const other = openReplica(calendar.database);
    const watcher = watch();
    await watcher.backlog();
    await importRecords(other.client.importEvents, [eventRecord("a")]);
    expect(await watcher.next()).toMatchObject({ title: "Event a" });
    await watcher.end();
    other.feed.close();
  });

  it("loses no change when many are written while it reads", async () => {
    const writers = Promise.all(
      Array.from({ length: 4 }, async (_, writer) => {
        for (let i = 0; i < 10; i++) await calendar.import(eventRecord(`w${writer}-${i}`));
      }),
    );
    const watcher = watch();
    const titles = new Set<string>();
    while (titles.size < 40) {
      const { title } = await watcher.next();
      if (title !== undefined) titles.add(title);
    }
    await writers;
    await watcher.end();
  });

  it.each(["x", "MQ", "OTk5QHg"])("is INVALID_ARGUMENT for resume token %j", async (resumeToken) => {
    const stream = calendar.client.watchEvents({ resumeToken })[Symbol.asyncIterator]();
    await expect(stream.next()).rejects.toMatchObject({
      code: Code.InvalidArgument,
      rawMessage: "resume_token: is not one of ours",
    });
  });

  it("is INVALID_ARGUMENT for a token of another database", async () => {
    const watcher = watch();
    const { token } = await watcher.backlog();
    await watcher.end();
    await calendar.database.pool.query("UPDATE change_counter SET epoch = UUID()");
    await expect(watch(token).next()).rejects.toMatchObject({ code: Code.InvalidArgument });
  });

  it("is INVALID_ARGUMENT for a token of a future that a restored database has not seen", async () => {
    await calendar.import(eventRecord("a"), eventRecord("b"));
    const watcher = watch();
    const { token } = await watcher.backlog();
    await watcher.end();
    await calendar.database.pool.query("UPDATE change_counter SET value = 1");
    await expect(watch(token).next()).rejects.toMatchObject({ code: Code.InvalidArgument });
  });

  it("rests when numbers were given to changes that left no event behind", async () => {
    await calendar.import(eventRecord("a"));
    await calendar.database.pool.query("UPDATE change_counter SET value = value + 5");
    const reads = jest.spyOn(calendar.store, "changesAfter");
    const watcher = watch();
    await watcher.backlog();
    const next = watcher.next();
    await calendar.import(eventRecord("b"));
    expect(await next).toMatchObject({ title: "Event b" });
    // Once for what there was, once for the change.
    expect(reads).toHaveBeenCalledTimes(2);
    await watcher.end();
  });

  it("leaves nothing behind when it is given up", async () => {
    await calendar.import(eventRecord("a"));
    const controllers = Array.from({ length: 100 }, () => new AbortController());
    const watches = controllers.map(({ signal }) => watchEvents(calendar.store, calendar.feed, "", signal));
    for (const messages of watches) {
      await messages.next();
      await messages.next();
    }
    const ends = watches.map((messages) => messages.next());
    await until(() => calendar.feed.waiting === 100);
    for (const controller of controllers) controller.abort();
    expect(await Promise.all(ends)).toEqual(Array(100).fill({ done: true, value: undefined }));
    expect(calendar.feed.waiting).toBe(0);
    for (const { signal } of controllers) expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});
