import type { Feedback } from "../feedback/feedback.js";

/** What made a recommendation. */
export interface Origin {
  readonly modelVersion: string;
  /** "" for who took part in no experiment. */
  readonly variant: string;
  /** For whom it was made, "" for nobody in particular; undefined where that is not known. */
  readonly userId?: string | undefined;
  /** How the variant was served; undefined where there is none, or where that is not known. */
  readonly serving?: Serving | undefined;
}

/** A variant of an experiment, served to the one whom the recommendation was made for. */
export interface Serving {
  readonly experimentId: string;
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

/** A recommendation, and for whom it was made; "" for nobody in particular. */
export interface MadeFor {
  readonly recommendationId: string;
  readonly userId: string;
}

export interface TraceStore {
  /** Stores all or, on any error, none. */
  insert(traces: readonly StoredTrace[]): Promise<void>;
  /** At most `limit`, in the order in which they were stored. */
  find(key: TraceKey, limit: number): Promise<StoredTrace[]>;
  /** The origin of each recommendation of which a trace is kept, by its id. */
  originsOf(recommendationIds: readonly string[]): Promise<Map<string, StoredOrigin>>;
  /**
   * Feedback that names these recommendations, of those whom they were made for, of anybody where that is nobody in
   * particular; at most `limit`, in order of arrival.
   */
  feedbackOn(recommendations: readonly MadeFor[], limit: number): Promise<Feedback[]>;
  /** Removes at most `limit` traces of recommendations that began before an instant. Returns how many. */
  removeBefore(instantMs: number, limit: number): Promise<number>;
  /** Removes at most `limit` of the oldest traces while there are more than about `most`. Returns how many. */
  removeBeyond(most: number, limit: number): Promise<number>;
}
