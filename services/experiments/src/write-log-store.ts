/** Who was written by a replica in the last moments. */
export interface LogEntry {
  /** 1 for the first, and no number is left out. */
  readonly number: number;
  /** The replica, by a name of its own. */
  readonly writer: string;
  readonly userIds: readonly string[];
}

/** A log that all replicas write in one order. Throws StoreAway while it cannot be reached. */
export interface WriteLogStore {
  /** The number of the latest entry; 0 where there is none. */
  latest(): Promise<number>;
  /** Entries from the one after a number on, oldest first: some of them, where they are many. */
  after(number: number): Promise<readonly LogEntry[]>;
  /** False if there is an entry of that number already. */
  add(entry: LogEntry): Promise<boolean>;
  remove(number: number): Promise<void>;
}
