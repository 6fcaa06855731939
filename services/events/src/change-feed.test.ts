import { createChangeFeed } from "./change-feed.js";

const never = new AbortController().signal;
const NEVER_MS = 2 ** 30;

describe("createChangeFeed", () => {
  it("lets a waiter go at once when the order has moved on already", async () => {
    const feed = createChangeFeed(async () => 0, NEVER_MS);
    feed.advance(5);
    expect(await feed.beyond(4, never)).toBe(true);
    feed.close();
  });

  it("wakes those who wait for no more than what has come, and leaves the others", async () => {
    const feed = createChangeFeed(async () => 0, NEVER_MS);
    const early = feed.beyond(2, never);
    const late = feed.beyond(3, never);
    feed.advance(3);
    expect(await early).toBe(true);
    expect(feed.waiting).toBe(1);
    feed.advance(4);
    expect(await late).toBe(true);
    feed.close();
  });

  it("never goes back", () => {
    const feed = createChangeFeed(async () => 0, NEVER_MS);
    feed.advance(5);
    feed.advance(3);
    expect(feed.position).toBe(5);
  });

  it("looks in the database while somebody waits, with one query for all, and not otherwise", async () => {
    let reads = 0;
    const feed = createChangeFeed(async () => ++reads, 1);
    const waiting = Array.from({ length: 10 }, () => feed.beyond(2, never));
    expect(await Promise.all(waiting)).toEqual(Array(10).fill(true));
    expect(reads).toBe(3);
    feed.close();
  });

  it("tells who waits when the database cannot be read, and looks again for the next", async () => {
    const answers = [() => Promise.reject(new Error("gone")), async () => 1];
    const feed = createChangeFeed(() => (answers.shift() as () => Promise<number>)(), 1);
    await expect(feed.beyond(0, never)).rejects.toThrow("gone");
    expect(await feed.beyond(0, never)).toBe(true);
    feed.close();
  });

  it("lets a waiter go that gives up, before or while it waits", async () => {
    const feed = createChangeFeed(async () => 0, NEVER_MS);
    const controller = new AbortController();
    const waiting = feed.beyond(0, controller.signal);
    controller.abort();
    expect(await waiting).toBe(false);
    expect(await feed.beyond(0, controller.signal)).toBe(false);
    expect(feed.waiting).toBe(0);
    feed.close();
  });

  it("lets everybody go when it closes", async () => {
    const feed = createChangeFeed(async () => 0, NEVER_MS);
    const waiting = feed.beyond(0, never);
    feed.close();
    expect(await waiting).toBe(false);
    expect(await feed.beyond(0, never)).toBe(false);
  });
});
