import type { Algorithm } from "./algorithm.js";
import { DAY_MS } from "./attendance-split.js";
import { UserItems } from "./user-items.js";

/** No opinion: equal scores, whose order is left to chance. What every other one has to beat. */
export const random: Algorithm = {
  name: "random",
  summary: "no opinion",
  parameters: {},
  fit: async () => ({ score: (_asker, _candidates, scores) => void scores.fill(0) }),
};

/** How many interactions an item had, each worth half as much after every half-life. */
export const popularity: Algorithm = {
  name: "popularity",
  summary: "interactions, the newest counting most",
  parameters: { halfLifeDays: { preset: 365, from: 1, to: 3_650, scale: "log" } },
  async fit({ items, interactions }, { halfLifeDays }) {
    const { count, timesMs } = interactions;
    const originMs = count === 0 ? 0 : timesMs[count - 1]!;
    const worthAt = (timeMs: number) => 2 ** ((timeMs - originMs) / (halfLifeDays! * DAY_MS));
    const worth = new Float64Array(items);
    for (let i = 0; i < count; i++) worth[interactions.items[i]!]! += worthAt(timesMs[i]!);
    return {
      observe(_user, item, timeMs) {
        worth[item]! += worthAt(timeMs);
      },
      score(_asker, candidates, scores) {
        for (let i = 0; i < candidates.length; i++) scores[i] = worth[candidates[i]!]!;
      },
    };
  },
};

/**
 * Items described like those that the user has: the dot product of the user's tags and the item's, each tag
 * weighted by how rare it is, divided by the length of the item's.
 */
export const content: Algorithm = {
  name: "content",
  summary: "items described like the user's own: tags, organiser, place",
  parameters: {},
  needs: "descriptions",
  async fit({ users, items, interactions, details }) {
    if (details === undefined) throw new RangeError("this data does not describe its items");
    const described = details.map(descriptionOf);
    const frequency = new Map<string, number>();
    for (const terms of described)
      for (const term of terms) frequency.set(term, (frequency.get(term) ?? 0) + 1);
    const rarity = (term: string) => Math.log(items / frequency.get(term)!);
    const norms = described.map((terms) => Math.hypot(...terms.map(rarity)) || 1);
    const known = new UserItems(users, interactions);
    const observed = new Map<number, number[]>();
    return {
      observe(user, item) {
        const list = observed.get(user) ?? [];
        observed.set(user, list);
        list.push(item);
      },
      score({ user }, candidates, scores) {
        const profile = new Map<string, number>();
        for (const item of [...known.of(user), ...(observed.get(user) ?? [])]) {
          for (const term of described[item]!) {
            profile.set(term, (profile.get(term) ?? 0) + rarity(term) ** 2 / norms[item]!);
          }
        }
        for (let i = 0; i < candidates.length; i++) {
          let sum = 0;
          for (const term of described[candidates[i]!]!) sum += profile.get(term) ?? 0;
          scores[i] = sum / norms[candidates[i]!]!;
        }
      },
    };
  },
};

function descriptionOf({
  tags,
  event,
}: {
  tags: readonly string[];
  event?: EventPlace | undefined;
}): string[] {
  const terms = tags.map((tag) => `tag ${tag}`);
  if (event === undefined) return terms;
  if (event.organiser !== "") terms.push(`organiser ${event.organiser}`);
  if (event.region !== "") terms.push(`region ${event.country} ${event.region}`);
  if (event.town !== "") terms.push(`town ${event.country} ${event.region} ${event.town}`);
  return terms;
}

type EventPlace = { organiser: string; region: string; country: string; town: string };
