import { Accumulator } from "@craic/numerics/accumulator.js";
import { TopK } from "@craic/numerics/top-k.js";
import type { Algorithm, Training } from "./algorithm.js";
import { spreading } from "./nearest-neighbours.js";
import { UserItems } from "./user-items.js";

/** What followed an item most, and how often: one of each of an item's successors. */
interface Successors {
  readonly items: Uint32Array;
  readonly shares: Float32Array;
}

/**
 * What people turn to after what the user turned to last. Of the items j that followed item i within `window`
 * places in anybody's history, n_ij counts each by 1/distance:
 *
 *     score(j) = Σ_l decay^l · n_ij / ((n_i + shrinkage) · n_j^damping)   i the user's l-th last item
 *
 * A Markov chain with skips. Source: Shani, Heckerman and Brafman, "An MDP-Based Recommender System", JMLR 6, 2005,
 * section 3.2 (skipping).
 */
export const successors: Algorithm = {
  name: "successors",
  summary: "what people turn to after what the user turned to last",
  parameters: {
    window: { preset: 10, from: 1, to: 50, scale: "log", whole: true },
    last: { preset: 20, from: 1, to: 100, scale: "log", whole: true },
    decay: { preset: 0.9, from: 0.5, to: 0.99, scale: "linear", most: 1 },
    shrinkage: { preset: 10, from: 1, to: 100, scale: "log" },
    damping: { preset: 0.3, from: 0, to: 0.8, scale: "linear" },
    kept: { preset: 1_000, from: 100, to: 5_000, scale: "log", whole: true, fixed: true },
  },
  async fit(training, { window, last, decay, shrinkage, damping, kept }) {
    const histories = new UserItems(training.users, training.interactions);
    const following = findSuccessors(training, histories, window!, shrinkage!, damping!, kept!);
    return spreading(training.items, (user, add) => {
      const latest = histories.of(user).slice(-last!).reverse();
      let weight = 1;
      for (const item of latest) {
        const { items, shares } = following[item]!;
        for (let i = 0; i < items.length; i++) add(items[i]!, weight * shares[i]!);
        weight *= decay!;
      }
    });
  },
};

function findSuccessors(
  { users, items, interactions }: Training,
  histories: UserItems,
  window: number,
  shrinkage: number,
  damping: number,
  kept: number,
): Successors[] {
  const occurrences = new Float64Array(items);
  for (const item of interactions.items) occurrences[item]! += 1;
  const places = placesByItem(users, items, histories, occurrences);
  const sums = new Accumulator();
  sums.reserve(items);
  const top = new TopK(Math.min(kept, items));
  return Array.from({ length: items }, (_, item) => {
    for (const { history, at } of places(item)) {
      for (let distance = 1; distance <= window && at + distance < history.length; distance++) {
        const next = history[at + distance]!;
        if (next !== item) sums.add(next, 1 / distance);
      }
    }
    for (let i = 0; i < sums.count; i++) {
      const next = sums.touched[i]!;
      top.offer(next, sums.values[next]! / occurrences[next]! ** damping);
    }
    sums.clear();
    const { ids, scores } = top.take();
    const total = occurrences[item]! + shrinkage;
    return { items: ids, shares: Float32Array.from(scores, (score) => score / total) };
  });
}

/** Where each item stands in whose history. */
function placesByItem(users: number, items: number, histories: UserItems, occurrences: Float64Array) {
  const end = new Uint32Array(items + 1);
  for (let item = 0; item < items; item++) end[item + 1] = end[item]! + occurrences[item]!;
  const next = end.slice(0, items);
  const userAt = new Uint32Array(end[items]!);
  const placeAt = new Uint32Array(end[items]!);
  for (let user = 0; user < users; user++) {
    for (const [at, item] of histories.of(user).entries()) {
      userAt[next[item]!] = user;
      placeAt[next[item]!++] = at;
    }
  }
  return function* (item: number) {
    for (let p = end[item]!; p < end[item + 1]!; p++) {
      yield { history: histories.of(userAt[p]!), at: placeAt[p]! };
    }
  };
}
