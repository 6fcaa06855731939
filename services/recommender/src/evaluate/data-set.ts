/** Who did something with what, and when: entry i of each array, in order of time. */
export interface Interactions {
  readonly count: number;
  readonly users: Uint32Array;
  readonly items: Uint32Array;
  /** Rating, or 1 where the data has none. */
  readonly values: Float32Array;
  /** Milliseconds since 1970; only their order counts where the data has no clock. */
  readonly timesMs: Float64Array;
}

/** Where and by whom an event is held. Empty text where the data does not say. */
export interface EventDetails {
  /** Beginning of its day, milliseconds since 1970, UTC. */
  readonly startMs: number;
  readonly organiser: string;
  readonly town: string;
  /** State or province. */
  readonly region: string;
  readonly country: string;
  /** Degrees, WGS 84; undefined when unknown. */
  readonly location: { readonly latitude: number; readonly longitude: number } | undefined;
}

/** What is known of an item before anybody did anything with it. */
export interface ItemDetails {
  readonly title: string;
  readonly tags: readonly string[];
  readonly event: EventDetails | undefined;
}

/** A user's held-out item, and the items that it is to be found among. */
export interface GivenTest {
  readonly user: number;
  readonly item: number;
  readonly timeMs: number;
  readonly negatives: Uint32Array;
}

/** Everything that was read: users and items are numbered from 0, in order of appearance. */
export interface DataSet {
  readonly userIds: readonly string[];
  readonly itemIds: readonly string[];
  readonly interactions: Interactions;
  /** By number of the item; undefined when the data has no descriptions. */
  readonly details: readonly ItemDetails[] | undefined;
  /** The test that comes with the data; undefined when it has none. */
  readonly given: readonly GivenTest[] | undefined;
}

/** Where data is, and how much. */
export interface DataSize {
  readonly path: string;
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
}

export function sizeOf(path: string, { userIds, itemIds, interactions }: DataSet): DataSize {
  return { path, users: userIds.length, items: itemIds.length, interactions: interactions.count };
}

/** The interactions at the given places, in the given order. */
export function pick(interactions: Interactions, places: ArrayLike<number>): Interactions {
  const count = places.length;
  const users = new Uint32Array(count);
  const items = new Uint32Array(count);
  const values = new Float32Array(count);
  const timesMs = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const place = places[i]!;
    users[i] = interactions.users[place]!;
    items[i] = interactions.items[place]!;
    values[i] = interactions.values[place]!;
    timesMs[i] = interactions.timesMs[place]!;
  }
  return { count, users, items, values, timesMs };
}
