import type { Feedback } from "../feedback/feedback.js";

/** What made a recommendation. */
export interface Origin {
  readonly modelVersion: string;
  /** "" for who took part in no experiment. */
  readonly variant: string;
  /** To whom the variant was served; undefined where there is none, or where that is not known. */
  readonly serving?: Serving | undefined;
}

/** A variant of an experiment, served to somebody. */
export interface Serving {
  readonly experimentId: string;
  /** "" where nobody was signed in. */
  readonly userId: string;
  readonly cityId: string;
  /** Whether the person had given no feedback before. */
  readonly isNew: boolean;
  /** How long the first page took. */
  readonly latencyMs: number;
}

/** Where one page of a recommendation came from, as it is kept. */
export interface StoredTrace {
  readonly modelVersion: string;
  readonly variant: string;
  /** UUIDv7, the same for all pages. */
  readonly recommendationId: string;
  readonly requestId: string;
  /** See trace-payload.ts. */
  readonly payload: Uint8Array;
}

/** Of a trace what tells the origin; its payload only where there is a variant. */
export type StoredOrigin = Pick<StoredTrace, "modelVersion" | "variant"> &
  Partial<Pick<StoredTrace, "payload">>;

/** Whose traces are wanted. */
export type TraceKey = { readonly requestId: string } | { readonly recommendationId: string };

export interface TraceStore {
  /** Stores all or, on any error, none. */
  insert(traces: readonly StoredTrace[]): Promise<void>;
  /** At most `limit`, in the order in which they were stored. */
  find(key: TraceKey, limit: number): Promise<StoredTrace[]>;
  /** The origin of each recommendation of which a trace is kept, by its id. */
  originsOf(recommendationIds: readonly string[]): Promise<Map<string, StoredOrigin>>;
  /** What people did because these recommendations showed it to them; at most `limit`, in order of arrival. */
  feedbackOn(recommendationIds: readonly string[], limit: number): Promise<Feedback[]>;
  /** Removes at most `limit` traces of recommendations that began before an instant. Returns how many. */
  removeBefore(instantMs: number, limit: number): Promise<number>;
  /** Removes at most `limit` of the oldest traces while there are more than about `most`. Returns how many. */
  removeBeyond(most: number, limit: number): Promise<number>;
}
