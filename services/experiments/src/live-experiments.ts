import type { AssignmentStore } from "./assignment-store.js";
import type { ExperimentRecord } from "./experiment-record.js";
import type { ExperimentStore } from "./experiment-store.js";
import { Participants } from "./participants.js";
import type { Person } from "./person.js";

const READ_AT_ONCE = 8;

/**
 * The experiments and, of those that run or are paused, the people, in memory: nobody who is assigned waits for the
 * store, and nobody who asks for results waits for more than a pass over arrays.
 */
export class LiveExperiments {
  /** Whether the store has been read; before, nothing is known. */
  isLoaded = false;
  private records = new Map<string, ExperimentRecord>();
  private readonly people = new Map<string, Participants>();
  /** The stopped experiment that somebody asked for last. */
  private stopped: { readonly experimentId: string; readonly people: Promise<Participants> } | undefined;

  constructor(
    private readonly experiments: ExperimentStore,
    private readonly assignments: AssignmentStore,
  ) {}

  /** Reads all experiments and everybody who takes part. Throws StoreAway. */
  async load(): Promise<void> {
    await this.refresh();
    for await (const rows of this.assignments.scan()) {
      for (const { userId, participation } of rows) {
        this.people.get(participation.experimentId)?.put(userId, participation);
      }
    }
    this.isLoaded = true;
  }

  /** Takes in what other replicas wrote of some people; the experiments first, for some may be new. Throws StoreAway. */
  async readPeople(userIds: ReadonlySet<string>): Promise<void> {
    await this.refresh();
    const waiting = userIds.values();
    const reader = async () => {
      for (const userId of waiting) this.noteWritten(await this.assignments.find(userId));
    };
    await Promise.all(Array.from({ length: READ_AT_ONCE }, reader));
  }

  /** Reads all experiments again, for what other replicas have changed. Throws StoreAway. */
  async refresh(): Promise<void> {
    const records = await this.experiments.list();
    for (const record of records) this.note(record);
    const known = new Set(records.map(({ experimentId }) => experimentId));
    for (const experimentId of this.records.keys()) {
      // Made by this replica after the list was begun, or gone.
      if (!known.has(experimentId)) await this.look(experimentId);
    }
  }

  /** Takes in an experiment as it is now. */
  note(record: ExperimentRecord): void {
    const { experimentId, revision, state } = record;
    if (revision < (this.records.get(experimentId)?.revision ?? 0)) return;
    this.records.set(experimentId, record);
    const isLive = state === "running" || state === "paused";
    if (isLive && !this.people.has(experimentId)) this.people.set(experimentId, new Participants());
  }

  /** Takes in what was written of somebody. */
  noteWritten({ userId, participations }: Person): void {
    for (const [experimentId, participation] of participations) {
      this.people.get(experimentId)?.put(userId, participation);
      if (experimentId === this.stopped?.experimentId) {
        this.stopped.people.then(
          (people) => people.put(userId, participation),
          () => undefined,
        );
      }
    }
  }

  get(experimentId: string): ExperimentRecord | undefined {
    return this.records.get(experimentId);
  }

  /** An experiment that may be too new to be known here. Throws StoreAway. */
  async look(experimentId: string): Promise<ExperimentRecord | undefined> {
    const found = await this.experiments.find(experimentId);
    if (found === undefined) this.records.delete(experimentId);
    else this.note(found.record);
    return found?.record;
  }

  /** Those that run or are paused. */
  running(): ExperimentRecord[] {
    return [...this.records.values()].filter(({ state }) => state === "running" || state === "paused");
  }

  /** What a person was shown in an experiment; undefined for nothing. */
  variantOf(experimentId: string, userId: string): string | undefined {
    return this.people.get(experimentId)?.variantOf(userId);
  }

  /** Everybody in an experiment. Those of one that is stopped may have to be read first. Throws StoreAway. */
  async peopleIn(experimentId: string): Promise<Participants> {
    const live = this.people.get(experimentId);
    if (live !== undefined) return live;
    if (this.stopped?.experimentId !== experimentId) {
      const people = this.read(experimentId);
      this.stopped = { experimentId, people };
      people.catch(() => {
        this.stopped = undefined;
      });
    }
    return this.stopped!.people;
  }

  /** Memory for people. */
  get bytes(): number {
    return [...this.people.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private async read(experimentId: string): Promise<Participants> {
    const people = new Participants();
    for await (const rows of this.assignments.scan()) {
      for (const { userId, participation } of rows) {
        if (participation.experimentId === experimentId) people.put(userId, participation);
      }
    }
    return people;
  }
}
