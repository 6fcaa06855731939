import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import type { FeedbackEntry } from "./feedback-entry.js";
import { createOutbox, type OutboxStorage } from "./outbox.js";
import { createOutboxStorage } from "./outbox-storage.js";

describe("an outbox", () => {
  it("delivers in order and forgets what was delivered", async () => {
    const { outbox, sent, stored, delivered } = bed();
    outbox.add(entry("a"));
    outbox.add(entry("b"));
    await outbox.flush();
    expect(sent).toEqual([["a", "b"]]);
    expect(delivered).toEqual(["a", "b"]);
    expect(stored.load()).toEqual([]);
  });

  it("sends what an earlier page left behind, oldest first", async () => {
    const stored = memory();
    stored.put({ ...entry("later"), occurMs: 2 });
    stored.put({ ...entry("earlier"), occurMs: 1 });
    const { outbox, sent } = bed({ stored });
    await outbox.flush();
    expect(sent).toEqual([["earlier", "later"]]);
  });

  it("takes along what is added while a batch is on its way", async () => {
    const { outbox, sent } = bed({
      answer: (batch) => {
        if (batch[0]?.eventId === "a") outbox.add(entry("b"));
      },
    });
    outbox.add(entry("a"));
    await outbox.flush();
    expect(sent).toEqual([["a"], ["b"]]);
  });

  it("never has two batches on their way", async () => {
    const { outbox, sent } = bed();
    outbox.add(entry("a"));
    await Promise.all([outbox.flush(), outbox.flush()]);
    expect(sent).toEqual([["a"]]);
  });

  it("sends at most 100 at once", async () => {
    const { outbox, sent } = bed();
    for (let i = 0; i < 230; i++) outbox.add(entry(`e${i}`));
    await outbox.flush();
    expect(sent.map((batch) => batch.length)).toEqual([100, 100, 30]);
  });

  it("keeps what could not be delivered and tries again under the same id", async () => {
    let down = true;
    const { outbox, sent, stored, timers } = bed({
      answer: () => {
        if (down) throw new ConnectError("gone", Code.Unavailable);
      },
    });
    outbox.add(entry("a"));
    await outbox.flush();
    expect(stored.load()).toHaveLength(1);
    down = false;
    timers[0]?.callback();
    await outbox.flush();
    expect(sent).toEqual([["a"], ["a"]]);
    expect(stored.load()).toEqual([]);
  });

  it("waits longer after each failure, up to a minute", async () => {
    const { outbox, timers } = bed({ answer: () => fail(Code.Unavailable) });
    outbox.add(entry("a"));
    for (let i = 0; i < 8; i++) await outbox.flush();
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([1e3, 2e3, 4e3, 8e3, 16e3, 32e3, 60e3, 60e3]);
  });

  it("waits as long as the server asks", async () => {
    const detail = {
      desc: RetryInfoSchema,
      value: create(RetryInfoSchema, { retryDelay: durationFromMs(7_500) }),
    };
    const { outbox, timers } = bed({
      answer: () => {
        throw new ConnectError("slow down", Code.ResourceExhausted, undefined, [detail]);
      },
    });
    outbox.add(entry("a"));
    await outbox.flush();
    expect(timers[0]?.delayMs).toBe(7_500);
  });

  it("finds the one entry that the server refuses and delivers the others", async () => {
    const { outbox, delivered, refused, stored } = bed({
      answer: (batch) => {
        if (batch.some(({ eventId }) => eventId === "gone")) fail(Code.NotFound);
      },
    });
    for (const id of ["a", "b", "gone", "c", "d"]) outbox.add(entry(id));
    await outbox.flush();
    expect(delivered).toEqual(["a", "b", "c", "d"]);
    expect(refused).toEqual(["gone"]);
    expect(stored.load()).toEqual([]);
  });

  it("keeps all and asks no more when nobody is logged in", async () => {
    const { outbox, stored, timers } = bed({ answer: () => fail(Code.Unauthenticated) });
    outbox.add(entry("a"));
    await outbox.flush();
    expect(timers).toEqual([]);
    expect(stored.load()).toHaveLength(1);
  });

  it("sends nothing more once closed", async () => {
    const { outbox, sent, stored } = bed();
    outbox.add(entry("a"));
    outbox.close();
    await outbox.flush();
    expect(sent).toEqual([]);
    expect(stored.load()).toHaveLength(1);
  });
});

describe("the outbox's storage", () => {
  it("keeps people apart", () => {
    const store = fakeStorage();
    createOutboxStorage(store, "anna").put(entry("a"));
    expect(createOutboxStorage(store, "ben").load()).toEqual([]);
  });

  it("leaves out what it cannot read", () => {
    const store = fakeStorage();
    store.setItem("craic.feedback.anna.x", "{");
    expect(createOutboxStorage(store, "anna").load()).toEqual([]);
  });

  it("survives a store that is full", () => {
    const full = fakeStorage();
    full.setItem = () => {
      throw new Error("QuotaExceededError");
    };
    expect(() => createOutboxStorage(full, "anna").put(entry("a"))).not.toThrow();
  });
});

function entry(eventId: string): FeedbackEntry {
  return {
    feedbackId: `id-${eventId}`,
    eventId,
    deed: "save",
    occurMs: 0,
    recommendationId: "",
    position: 0,
  };
}

function fail(code: Code): never {
  throw new ConnectError("no", code);
}

function bed({
  stored = memory(),
  answer = () => {},
}: {
  stored?: OutboxStorage;
  answer?: (batch: readonly FeedbackEntry[]) => void;
} = {}) {
  const sent: string[][] = [];
  const delivered: string[] = [];
  const refused: string[] = [];
  const timers: { delayMs: number; callback: () => void }[] = [];
  const outbox = createOutbox({
    send: async (batch) => {
      sent.push(batch.map(({ eventId }) => eventId));
      answer(batch);
    },
    storage: stored,
    after: (delayMs, callback) => {
      timers.push({ delayMs, callback });
      return () => {};
    },
    random: () => 1,
    onDelivered: (batch) => delivered.push(...batch.map(({ eventId }) => eventId)),
    onRefused: ({ eventId }) => refused.push(eventId),
  });
  return { outbox, sent, delivered, refused, timers, stored };
}

function memory(): OutboxStorage {
  return createOutboxStorage(fakeStorage(), "anna");
}

/** As much of the browser's Storage as is used. */
function fakeStorage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}
