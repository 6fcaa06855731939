import { createRandom } from "@craic/numerics/random.js";
import { type DataSet, type Interactions, pick } from "./data-set.js";
import type { Question, Split } from "./question.js";
import { UserItems } from "./user-items.js";

/** What a user's held-out items are ranked among. */
export type Ranking =
  /** Everything that they had nothing to do with before. */
  | { readonly kind: "full" }
  /** So many items that they have nothing to do with, drawn uniformly. */
  | { readonly kind: "sampled"; readonly negatives: number; readonly seed: number };

const nothing: Interactions = {
  count: 0,
  users: new Uint32Array(0),
  items: new Uint32Array(0),
  values: new Float32Array(0),
  timesMs: new Float64Array(0),
};

/** A user's items that are held out. */
interface HeldOut {
  readonly user: number;
  readonly atMs: number;
  readonly relevant: Uint32Array;
  /** Negatives that come with the data. */
  readonly negatives?: Uint32Array;
}

/** Holds out the last item of every user who has two or more. */
export function leaveOneOut(data: DataSet, ranking: Ranking): Split {
  const { interactions } = data;
  const last = new Int32Array(data.userIds.length).fill(-1);
  const count = new Uint32Array(data.userIds.length);
  for (let i = 0; i < interactions.count; i++) {
    last[interactions.users[i]!] = i;
    count[interactions.users[i]!]! += 1;
  }
  const train: number[] = [];
  const held: HeldOut[] = [];
  for (let i = 0; i < interactions.count; i++) {
    const user = interactions.users[i]!;
    if (last[user] !== i || count[user]! < 2) train.push(i);
    else
      held.push({ user, atMs: interactions.timesMs[i]!, relevant: Uint32Array.of(interactions.items[i]!) });
  }
  return askAbout(data, pick(interactions, train), held, ranking);
}

/** Holds out everything from an instant on: one question for each user with an item that is new to them. */
export function splitAt(data: DataSet, instantMs: number, ranking: Ranking): Split {
  const { interactions } = data;
  const { train, later } = cutAt(interactions, instantMs);
  const before = new UserItems(data.userIds.length, train);
  const after = new UserItems(data.userIds.length, later);
  const held: HeldOut[] = [];
  for (let user = 0; user < data.userIds.length; user++) {
    const known = new Set(before.of(user));
    const relevant = [...new Set(after.of(user))].filter((item) => !known.has(item));
    if (relevant.length > 0) held.push({ user, atMs: instantMs, relevant: Uint32Array.from(relevant) });
  }
  return askAbout(data, train, held, ranking);
}

/** The test that came with the data. */
export function givenSplit(data: DataSet, ranking: Ranking): Split {
  const held = (data.given ?? []).map(({ user, item, timeMs, negatives }) => ({
    user,
    atMs: timeMs,
    relevant: Uint32Array.of(item),
    negatives,
  }));
  return askAbout(data, data.interactions, held, ranking);
}

/** Interactions before an instant, and from it on. */
export function cutAt(interactions: Interactions, instantMs: number) {
  const from = interactions.timesMs.findIndex((timeMs) => timeMs >= instantMs);
  const end = from < 0 ? interactions.count : from;
  const range = (begin: number, length: number) =>
    pick(
      interactions,
      Array.from({ length }, (_, i) => begin + i),
    );
  return { train: range(0, end), later: range(end, interactions.count - end) };
}

function askAbout(data: DataSet, train: Interactions, held: readonly HeldOut[], ranking: Ranking): Split {
  const items = data.itemIds.length;
  const known = new UserItems(data.userIds.length, train);
  const questions = held.map(({ user, atMs, relevant, negatives }, place): Question => {
    const candidates = () => {
      if (ranking.kind === "full") return allBut(known.of(user), items, relevant);
      const others = negatives ?? draw(known.of(user), relevant, items, ranking, place);
      return Uint32Array.of(...relevant, ...others);
    };
    return { user, history: known.of(user).length, atMs, known: 0, relevant, candidates };
  });
  return { train, later: nothing, questions };
}

/** All items but the known ones; a wanted one is a candidate even if it is known. */
function allBut(known: Uint32Array, items: number, relevant: Uint32Array): Uint32Array {
  const left = new Set(known);
  for (const item of relevant) left.delete(item);
  const candidates = new Uint32Array(items - left.size);
  let count = 0;
  for (let item = 0; item < items; item++) if (!left.has(item)) candidates[count++] = item;
  return candidates;
}

/** Items that the user has nothing to do with, each once; fewer than asked for where there are not so many. */
function draw(
  known: Uint32Array,
  relevant: Uint32Array,
  items: number,
  { negatives, seed }: { negatives: number; seed: number },
  place: number,
): Uint32Array {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b));
  const taken = new Set([...known, ...relevant]);
  const wanted = Math.min(negatives, items - taken.size);
  const drawn = new Uint32Array(wanted);
  for (let i = 0; i < wanted; ) {
    const item = Math.floor(random() * items);
    if (taken.has(item)) continue;
    taken.add(item);
    drawn[i++] = item;
  }
  return drawn;
}
