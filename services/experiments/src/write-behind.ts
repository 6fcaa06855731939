import type { Logger } from "@craic/runtime/log.js";
import type { AssignmentStore } from "./assignment-store.js";
import { type AttributionRules, withConversion, withExposure } from "./attribution.js";
import { Batch } from "./batch.js";
import { linked } from "./linking.js";
import type { Conversion, Exposure, Link, Person } from "./person.js";
import { StoreAway } from "./store-away.js";

/** What happens to somebody. */
export type PersonEvent = Exposure | Conversion | Link;

/** Whom something happened to, and what. */
export interface Happening {
  readonly userId: string;
  readonly event: PersonEvent;
}

/** What became of some events. */
export interface TakenIn {
  /** Written, or waiting to be. */
  readonly recorded: number;
  readonly dropped: number;
  /** Of what was recorded, what waits: lost if the process is killed. */
  readonly queued: number;
}

/** An event that waits, and those that it came with. */
interface Waiting {
  readonly event: PersonEvent;
  readonly batch: Batch;
}

export interface WriteBehindOptions {
  readonly store: AssignmentStore;
  readonly rules: AttributionRules;
  /** Told of everybody whose state was written. */
  readonly written: (person: Person) => void;
  /** Events that may wait. */
  readonly capacity: number;
  /** People who are written at a time. */
  readonly atOnce: number;
  /** The most that is waited after the first failure, and ever; it doubles between. How much of it is drawn each time. */
  readonly retryMs: { readonly first: number; readonly most: number };
  readonly random: () => number;
  readonly log: Logger;
}

/**
 * Takes events in and writes them as the store can: those of one person together, in one read and one write for each
 * item that they change. While the store is away they wait, up to `capacity`; what comes beyond is dropped and counted.
 * What is written twice, because an answer got lost, counts once.
 */
export class WriteBehind {
  /** Events that found no room, or could not be written by any number of tries. */
  dropped = 0;
  /** Events that wait or are being written. */
  waiting = 0;
  /** In the order that people came in. */
  private readonly pending = new Map<string, Waiting[]>();
  private readonly busy = new Set<string>();
  /** Those whose callers wait for them to be written. */
  private readonly awaited = new Set<Batch>();
  private failures = 0;
  private pause: NodeJS.Timeout | undefined;
  private isEmpty: (() => void) | undefined;

  constructor(private readonly options: WriteBehindOptions) {}

  /**
   * Takes events in, and returns when they are written; sooner where that takes longer than `withinMs`, or where the store is
   * away, for nobody should wait for that.
   */
  async takeIn(happenings: readonly Happening[], withinMs: number): Promise<TakenIn> {
    const batch = new Batch(happenings.length);
    for (const { userId, event } of happenings) this.add(userId, event, batch);
    // Only now, so that what is one person's is written together.
    this.work();
    if (this.pause === undefined) {
      this.awaited.add(batch);
      await batch.settledWithin(withinMs);
      this.awaited.delete(batch);
    }
    const { size, dropped, waiting } = batch;
    return { recorded: size - dropped, dropped, queued: waiting };
  }

  /** Takes an event in without waiting. False, and counted, when there is no room. */
  offer(userId: string, event: PersonEvent): boolean {
    const batch = new Batch(1);
    this.add(userId, event, batch);
    this.work();
    return batch.dropped === 0;
  }

  private add(userId: string, event: PersonEvent, batch: Batch): void {
    if (this.waiting >= this.options.capacity) {
      this.dropped++;
      batch.dropped++;
      return;
    }
    this.waiting++;
    batch.waiting++;
    this.putBack(userId, [], [{ event, batch }]);
  }

  /** Writes what waits, for so long at most. Returns how many events were left, which are lost. */
  async close(withinMs: number): Promise<number> {
    this.resume();
    if (this.waiting > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.isEmpty = resolve;
      const limit = setTimeout(resolve, withinMs);
      await promise;
      clearTimeout(limit);
    }
    clearTimeout(this.pause);
    this.pending.clear();
    return this.waiting;
  }

  private work(): void {
    if (this.pause !== undefined) return;
    for (const [userId, events] of this.pending) {
      if (this.busy.size >= this.options.atOnce) return;
      if (this.busy.has(userId)) continue;
      this.pending.delete(userId);
      this.busy.add(userId);
      void this.write(userId, events);
    }
  }

  private async write(userId: string, events: readonly Waiting[]): Promise<void> {
    const { log } = this.options;
    try {
      await this.writePerson(userId, events);
      this.failures = 0;
    } catch (error) {
      if (error instanceof StoreAway) {
        this.putBack(userId, events, []);
        this.waitAndTryAgain(error);
      } else {
        this.dropped += events.length;
        this.waiting -= events.length;
        for (const { batch } of events) batch.noteDropped();
        log.error(
          { err: error, events: events.length },
          "what somebody did cannot be written, and is dropped",
        );
      }
    }
    this.busy.delete(userId);
    if (this.waiting === 0) this.isEmpty?.();
    this.work();
  }

  /** Whoever is faster, another replica or we, the slower one reads again what the faster one wrote. */
  private async writePerson(userId: string, events: readonly Waiting[]): Promise<void> {
    const { store, rules, written } = this.options;
    for (;;) {
      const before = await store.find(userId);
      if (before.linkedTo !== "") {
        const isLink = ({ event }: Waiting) => event.type === "link";
        this.putBack(
          before.linkedTo,
          [],
          events.filter((each) => !isLink(each)),
        );
        this.noteWritten(events.filter(isLink));
        return;
      }
      const after = events.reduce((person, { event }) => withEvent(person, event, rules), before);
      const saved = await store.save(before, after);
      if (saved === undefined) continue;
      written(saved);
      const link = events.map(({ event }) => event).find((event) => event.type === "link");
      if (link !== undefined && !(await this.link(saved, link.userId))) continue;
      this.noteWritten(events);
      return;
    }
  }

  /** False if somebody else has written meanwhile. */
  private async link(browser: Person, userId: string): Promise<boolean> {
    const { store, rules, written } = this.options;
    const person = await store.find(userId);
    const both = linked(browser, person, rules);
    // The person first: a browser that is linked already would not be looked at again.
    for (const [before, after] of [
      [person, both.person],
      [browser, both.browser],
    ] as const) {
      const saved = await store.save(before, after);
      if (saved === undefined) return false;
      written(saved);
    }
    return true;
  }

  private noteWritten(events: readonly Waiting[]): void {
    this.waiting -= events.length;
    for (const { batch } of events) batch.noteWritten();
  }

  private putBack(userId: string, first: readonly Waiting[], last: readonly Waiting[]): void {
    const between = this.pending.get(userId) ?? [];
    const events = [...first, ...between, ...last];
    if (events.length > 0) this.pending.set(userId, events);
  }

  private waitAndTryAgain(error: StoreAway): void {
    if (this.pause !== undefined) return;
    const { retryMs, random, log } = this.options;
    const ms = Math.min(retryMs.most, retryMs.first * 2 ** this.failures++);
    if (this.failures === 1)
      log.warn({ err: error.cause, waiting: this.waiting }, "exposures wait for the store");
    // Full jitter, so that replicas do not come back all at once.
    this.pause = setTimeout(() => this.resume(), random() * ms);
    this.pause.unref();
    for (const batch of this.awaited) batch.release();
  }

  private resume(): void {
    clearTimeout(this.pause);
    this.pause = undefined;
    this.work();
  }
}

function withEvent(person: Person, event: PersonEvent, rules: AttributionRules): Person {
  switch (event.type) {
    case "exposure":
      return withExposure(person, event, rules);
    case "conversion":
      return withConversion(person, event, rules);
    case "link":
      return person;
  }
}
