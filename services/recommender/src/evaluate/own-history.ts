import type { Algorithm } from "./algorithm.js";
import type { EventDetails } from "./data-set.js";
import { UserItems } from "./user-items.js";

/**
 * Where people went before: how many of somebody's events had the same organiser, the same region and the same town.
 * The plainest thing that can be said about events that nobody has been to, and hard enough to beat.
 */
export const ownHistory: Algorithm = {
  name: "own-history",
  summary: "events by an organiser, in a region and in a town where the user has been, counted",
  parameters: {},
  needs: "events",
  async fit({ users, interactions, details }) {
    if (details?.[0]?.event === undefined) throw new RangeError("the items are not events");
    const places = details.map(({ event }) => placesOf(event!));
    const known = new UserItems(users, interactions);
    const since = new Map<number, number[]>();
    return {
      observe(user, item) {
        since.set(user, [...(since.get(user) ?? []), item]);
      },
      score({ user }, candidates, scores) {
        const counts = new Map<string, number>();
        for (const item of [...known.of(user), ...(since.get(user) ?? [])]) {
          for (const place of places[item]!) counts.set(place, (counts.get(place) ?? 0) + 1);
        }
        for (let i = 0; i < candidates.length; i++) {
          scores[i] = places[candidates[i]!]!.reduce((sum, place) => sum + (counts.get(place) ?? 0), 0);
        }
      },
    };
  },
};

/** What is known of organiser, region and town, each told apart from the others. */
function placesOf({ organiser, country, region, town }: EventDetails): string[] {
  const places: string[] = [];
  if (organiser !== "") places.push(`organiser ${organiser}`);
  if (region !== "") places.push(`region ${country}/${region}`);
  if (town !== "") places.push(`town ${country}/${region}/${town}`);
  return places;
}
