import type { WriteLogStore } from "./write-log-store.js";

/** People of one entry: 16 bytes each, and a write is paid by the KB. */
const MOST_IN_ENTRY = 1_000;
/** Entries that are kept: a replica that was away for longer reads everybody again. */
const KEPT = 2_000;

export interface WriteLogOptions {
  readonly store: WriteLogStore;
  /** The name of this replica. */
  readonly writer: string;
  /** Takes in what others wrote of some people. */
  readonly readPeople: (userIds: ReadonlySet<string>) => Promise<void>;
  /** Takes in what is known of everybody. */
  readonly readAll: () => Promise<void>;
}

/**
 * Tells other replicas whom this one has written, and follows what they tell: each then knows all people without reading
 * all of them again. An entry follows those that its writer has read, so none is ever missed; what a replica wrote in the
 * moments before it was killed is in none, and is found when everybody is read.
 */
export class WriteLog {
  /** Whether others have written since everybody was read. */
  othersWrote = false;
  private written = new Set<string>();
  /** The number of the latest entry that was read or written here. */
  private known = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: WriteLogOptions) {}

  /** Somebody was written here. */
  note(userId: string): void {
    this.written.add(userId);
  }

  /** Reads everybody, and from then on what changes. Throws StoreAway. */
  begin(): Promise<void> {
    return this.inTurn(() => this.readAll());
  }

  /** Takes in what others have told. Throws StoreAway. */
  follow(): Promise<void> {
    return this.inTurn(() => this.readOthers());
  }

  /** The same, and tells others whom this replica has written. Throws StoreAway. */
  sync(): Promise<void> {
    return this.inTurn(async () => {
      await this.readOthers();
      while (this.written.size > 0) await this.tell();
    });
  }

  private async tell(): Promise<void> {
    const { store, writer } = this.options;
    const userIds = [...this.written].slice(0, MOST_IN_ENTRY);
    // Before it is told: who is written meanwhile must be told again.
    for (const userId of userIds) this.written.delete(userId);
    let isTold = false;
    try {
      isTold = await store.add({ number: this.known + 1, writer, userIds });
    } finally {
      if (!isTold) for (const userId of userIds) this.written.add(userId);
    }
    if (!isTold) return this.readOthers();
    this.known++;
    if (this.known > KEPT) await store.remove(this.known - KEPT);
  }

  private async readOthers(): Promise<void> {
    const { store, writer, readPeople } = this.options;
    for (;;) {
      const entries = await store.after(this.known);
      const [first] = entries;
      if (first === undefined) return;
      if (first.number > this.known + 1) return this.readAll();
      const others = entries.filter((entry) => entry.writer !== writer);
      if (others.length > 0) {
        this.othersWrote = true;
        await readPeople(new Set(others.flatMap(({ userIds }) => userIds)));
      }
      this.known = entries.at(-1)!.number;
    }
  }

  /** What is told while everybody is read is read afterwards: some of it may have been missed. */
  private async readAll(): Promise<void> {
    const latest = await this.options.store.latest();
    await this.options.readAll();
    this.known = latest;
    this.othersWrote = false;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
