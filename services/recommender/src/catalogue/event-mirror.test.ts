import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { EventStatus } from "@craic/proto/craic/events/v1/event_pb.js";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { createLogger } from "@craic/runtime/log.js";
import { exampleEvent, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { createTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.js";
import { until } from "../../../../tests/fixtures/until.js";
import { LiveState } from "../ranking/live-state.js";
import type { Event } from "./event.js";
import { EventMirror } from "./event-mirror.js";
import type { MirrorStore } from "./mirror-store.js";
import { createMysqlMirrorStore } from "./mirror-store.mysql.js";

const statuses = {
  scheduled: EventStatus.SCHEDULED,
  cancelled: EventStatus.CANCELLED,
  postponed: EventStatus.POSTPONED,
};

const toProto = (event: Event) => ({
  ...event,
  djIds: [...event.djIds],
  genres: [...event.genres],
  startTime: timestampFromMs(event.startMs),
  endTime: timestampFromMs(event.endMs),
  updateTime: timestampFromMs(event.updatedMs),
  status: statuses[event.status],
  minPriceCents: event.minPriceCents === undefined ? undefined : BigInt(event.minPriceCents),
});

/** An events service whose stream the test feeds and breaks. */
class Calendar {
  readonly changes: Event[] = [];
  readonly resumedFrom: string[] = [];
  /** Tokens below this are of an earlier life. */
  epoch = "a";
  private breakAll: (error: ConnectError) => void = () => undefined;
  private broken = this.nextBreak();
  private wake: () => void = () => undefined;

  readonly client = createClient(
    EventService,
    createRouterTransport(({ service }) => {
      const calendar = this;
      service(EventService, {
        watchEvents: async function* ({ resumeToken }, { signal }) {
          const aborted = new Promise<void>((resolve) => {
            signal.addEventListener("abort", () => resolve());
          });
          calendar.resumedFrom.push(resumeToken);
          if (resumeToken !== "" && !resumeToken.startsWith(calendar.epoch)) {
            throw new ConnectError("resume_token: is not one of ours", Code.InvalidArgument);
          }
          let position = Number(resumeToken.slice(1));
          let caughtUp = false;
          for (;;) {
            for (; position < calendar.changes.length; position++) {
              const event = toProto(calendar.changes[position]!);
              yield { event, resumeToken: `${calendar.epoch}${position + 1}` };
            }
            if (!caughtUp) yield { resumeToken: `${calendar.epoch}${position}` };
            caughtUp = true;
            const woken = new Promise<void>((resolve) => {
              calendar.wake = resolve;
            });
            await Promise.race([woken, calendar.broken, aborted]);
            if (signal.aborted) return;
          }
        },
      });
    }),
  );

  tell(...events: Event[]): void {
    this.changes.push(...events);
    this.wake();
  }

  /** Breaks every watch. */
  break(): void {
    const breaking = this.breakAll;
    this.broken = this.nextBreak();
    breaking(new ConnectError("the connection was lost", Code.Unavailable));
  }

  private nextBreak(): Promise<never> {
    const broken = new Promise<never>((_, reject) => {
      this.breakAll = reject;
    });
    broken.catch(() => undefined);
    return broken;
  }
}

let database: TestDatabase;
let calendar: Calendar;
let mirror: EventMirror;
let state: LiveState;
let store: MirrorStore;

beforeEach(async () => {
  database = await createTestDatabase("recommender");
  store = createMysqlMirrorStore(database);
  calendar = new Calendar();
  state = new LiveState();
  mirror = newMirror(state);
});
afterEach(async () => {
  await mirror.close();
  await database.close();
});

function newMirror(of: LiveState): EventMirror {
  const log = createLogger("silent", "recommender");
  return new EventMirror({ client: calendar.client, store, state: of, log, retryMs: { first: 1, most: 4 } });
}

const ahead = (of = state) => of.catalogue.aheadIn("dublin-ie", nowMs).length;

describe("EventMirror", () => {
  it("is ready once it has caught up, though there be nothing", async () => {
    expect(mirror.isReady).toBe(false);
    mirror.start();
    await until(() => mirror.isReady);
    expect(ahead()).toBe(0);
  });

  it("takes in what there is and each change as it is made, with all that is known of an event", async () => {
    const events = [exampleEvent(1), exampleEvent(2, { minPriceCents: undefined, venueId: "" })];
    calendar.tell(...events);
    mirror.start();
    await until(() => mirror.isReady);
    expect(ahead()).toBe(2);
    const cancelled = exampleEvent(1, { status: "cancelled", updatedMs: nowMs });
    calendar.tell(cancelled, exampleEvent(3, { status: "postponed", minPriceCents: 0 }));
    await until(async () => (await store.resumeToken()) === "a4");
    expect(state.catalogue.isOn(state.catalogue.events.find(cancelled.eventId))).toBe(false);
    const kept: Event[] = [];
    for await (const chunk of store.readAll()) kept.push(...chunk);
    expect(kept).toEqual([cancelled, events[1], exampleEvent(3, { status: "postponed", minPriceCents: 0 })]);
  });

  it("goes on where it was when the stream breaks, and misses nothing", async () => {
    calendar.tell(exampleEvent(1), exampleEvent(2));
    mirror.start();
    await until(async () => (await store.resumeToken()) === "a2");
    for (let round = 3; round < 8; round++) {
      calendar.break();
      calendar.tell(exampleEvent(round));
      await until(() => ahead() === round);
      await until(async () => (await store.resumeToken()) === `a${round}`);
    }
    expect(calendar.resumedFrom[0]).toBe("");
    expect(calendar.resumedFrom.slice(1).every((token) => token !== "")).toBe(true);
    expect(calendar.resumedFrom.length).toBeGreaterThan(5);
  });

  it("serves from the database at the next start, ready at once, and goes on from there", async () => {
    calendar.tell(exampleEvent(1), exampleEvent(2));
    mirror.start();
    await until(async () => (await store.resumeToken()) === "a2");
    await mirror.close();
    state = new LiveState();
    mirror = newMirror(state);
    await mirror.load();
    expect([mirror.isReady, ahead()]).toEqual([true, 2]);
    calendar.tell(exampleEvent(3));
    mirror.start();
    await until(() => ahead() === 3);
    expect(calendar.resumedFrom.at(-1)).toBe("a2");
  });

  it("begins again when the events service does not know where it was", async () => {
    calendar.tell(exampleEvent(1));
    mirror.start();
    await until(async () => (await store.resumeToken()) === "a1");
    calendar.break();
    calendar.epoch = "b";
    calendar.tell(exampleEvent(2));
    await until(() => ahead() === 2);
    await until(async () => (await store.resumeToken()) === "b2");
  });

  it("hears again what the database could not keep", async () => {
    let refusals = 3;
    const forgetful: MirrorStore = {
      ...store,
      save: async (events, token) => {
        if (refusals-- > 0) throw new Error("no database");
        await store.save(events, token);
      },
    };
    const log = createLogger("silent", "recommender");
    const retryMs = { first: 1, most: 4 };
    mirror = new EventMirror({ client: calendar.client, store: forgetful, state, log, retryMs });
    calendar.tell(exampleEvent(1));
    mirror.start();
    await until(() => ahead() === 1); // in memory it counts at once
    await until(async () => (await store.resumeToken()) === "a1");
    expect(calendar.resumedFrom.slice(0, 4)).toEqual(["", "", "", ""]);
  });

  describe("an events service that cannot be reached", () => {
    const unavailable = new ConnectError("not up yet", Code.Unavailable);
    const lines: Record<string, unknown>[] = [];
    const levels = () => lines.map(({ level }) => level);

    /** Starts a mirror whose first so many attempts fail. */
    function startInVain(attempts: number, reason: Error): void {
      let left = attempts;
      const client: typeof calendar.client = {
        ...calendar.client,
        watchEvents(...call) {
          if (left-- > 0) throw reason;
          return calendar.client.watchEvents(...call);
        },
      };
      lines.length = 0;
      const log = createLogger("debug", "recommender", {
        write: (line) => void lines.push(JSON.parse(line)),
      });
      const times = { retryMs: { first: 1, most: 4 }, warnMs: { after: 7, every: 12 } };
      mirror = new EventMirror({ client, store, state, log, ...times });
      mirror.start();
    }

    it("is warned of after a while, and then once in a while, in a sentence", async () => {
      startInVain(10, unavailable);
      await until(() => mirror.isReady);
      expect(lines.slice(0, 10).map(({ level, inVainMs }) => [inVainMs, level])).toEqual([
        [0, "debug"],
        [1, "debug"],
        [3, "debug"],
        [7, "warn"],
        [11, "debug"],
        [15, "debug"],
        [19, "warn"],
        [23, "debug"],
        [27, "debug"],
        [31, "warn"],
      ]);
      const msg = "events cannot be followed; trying again";
      expect(lines[3]).toMatchObject({ why: "[unavailable] not up yet", retryMs: 4, msg });
      for (const line of lines) expect(line).not.toHaveProperty("err");
    });

    it("is told of once when it is back, and counts anew when it goes again", async () => {
      startInVain(4, unavailable);
      await until(() => mirror.isReady);
      expect(lines[4]).toMatchObject({ level: "info", inVainMs: 11, msg: "events are followed again" });
      calendar.break();
      calendar.tell(exampleEvent(1));
      await until(async () => (await store.resumeToken()) === "a1");
      expect(lines.slice(5)).toMatchObject([{ level: "debug", inVainMs: 0, retryMs: 1 }]);
    });

    it("is no news when it comes up in time", async () => {
      startInVain(3, unavailable);
      await until(() => mirror.isReady);
      expect(levels()).toEqual(["debug", "debug", "debug"]);
    });

    it("is not what a fault of ours is told as: that says where it is", async () => {
      startInVain(4, new TypeError("undefined is not a function"));
      await until(() => mirror.isReady);
      expect(lines[3]).toMatchObject({
        level: "warn",
        err: { type: "TypeError", stack: expect.any(String) },
      });
    });
  });

  it("stops when it is closed, while it follows and while it waits to try again", async () => {
    mirror.start();
    await until(() => mirror.isReady);
    await mirror.close();
    const watches = calendar.resumedFrom.length;
    calendar.tell(exampleEvent(1));
    calendar.break();
    await new Promise((resolve) => setImmediate(resolve));
    expect([calendar.resumedFrom.length, ahead()]).toEqual([watches, 0]);
  });
});
