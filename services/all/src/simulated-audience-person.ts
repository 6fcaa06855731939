import { importedId } from "@craic/runtime/imported-id.js";
import { drawGamma, drawNormal, randomOf } from "./simulated-audience-draws.js";

/** What the simulation needs to know of an event. */
export interface AudienceEvent {
  readonly eventId: string;
  readonly cityId: string;
  readonly genres: readonly string[];
  /** References to the artists, each in any form that tells one from another. */
  readonly artists: readonly string[];
  /** Reference to the venue; empty when it is not known. */
  readonly venue: string;
  readonly organiser: string;
  readonly minPriceCents: number | undefined;
}

/** Somebody who does not exist, with what they like. */
export interface SimulatedPerson {
  readonly userId: string;
  /** Cities they look at, the one they live in first, with the events they have on the screen in each. */
  readonly cities: readonly { readonly cityId: string; readonly impressions: number }[];
  /** Log-odds by which they like an event more than an average one, before chance has its say. */
  liking(event: AudienceEvent): number;
}

/** Events on an average person's screen in 60 days. */
const MEAN_IMPRESSIONS = 40;
/** Activity falls with the rank of a person to this power. */
const ZIPF_EXPONENT = 0.6;
/** Cities with fewer events have no audience of their own. */
const MIN_CITY_EVENTS = 10;
/** One person in five looks at a second city too, a quarter as much. */
const SECOND_CITY_CHANCE = 0.2;
const SECOND_CITY_SHARE = 0.25;

/**
 * Of the Dirichlet distribution over genres: the smaller, the fewer genres a person likes. People come to like
 * what there is where they live, and little else.
 */
const CONCENTRATION = { atHome: 0.2, elsewhere: 0.01 } as const;
const GENRE_WEIGHT = 5;
const FAVOURITES = {
  artist: { chance: 0.06, weight: 2.2 },
  venue: { chance: 0.12, weight: 1.4 },
  organiser: { chance: 0.15, weight: 1 },
} as const;

/** What a person can spend on an evening: log-normal, median 35 of any currency. */
const MEDIAN_BUDGET_CENTS = 3_500;
const BUDGET_SPREAD = 0.6;
const PRICE_WEIGHT = 1.2;
const FREE_BONUS = 0.4;

/** Draws the people of a run: person `rank` is the rank-th most active. */
export function createPeople(
  events: readonly AudienceEvent[],
  seed: number,
  people: number,
): SimulatedPerson[] {
  const cities = eventsByCity(events);
  const genres = genresByCity(events);
  const ranks = Array.from({ length: people }, (_, index) => index + 1);
  const weights = ranks.map((rank) => rank ** -ZIPF_EXPONENT);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / people;
  return ranks.map((rank, index) =>
    createPerson(seed, rank, (MEAN_IMPRESSIONS * (weights[index] ?? 0)) / mean, cities, genres),
  );
}

function createPerson(
  seed: number,
  rank: number,
  impressions: number,
  cities: ReadonlyMap<string, number>,
  genres: ReadonlyMap<string, ReadonlySet<string>>,
): SimulatedPerson {
  const [home = "", second = ""] = nearestByChance(seed, rank, cities);
  const travels = second !== "" && randomOf(seed, rank, "second city")() < SECOND_CITY_CHANCE;
  const taste = drawTaste(seed, rank, home, genres);
  const budgetCents =
    MEDIAN_BUDGET_CENTS * Math.exp(BUDGET_SPREAD * drawNormal(randomOf(seed, rank, "budget")));
  const favours = (kind: keyof typeof FAVOURITES, name: string) => {
    const { chance, weight } = FAVOURITES[kind];
    return name !== "" && randomOf(seed, rank, kind, name)() < chance ? weight : 0;
  };
  return {
    userId: importedId("user", { name: "simulated-audience", externalId: `${seed}:${rank}` }),
    cities: [
      { cityId: home, impressions },
      ...(travels ? [{ cityId: second, impressions: impressions * SECOND_CITY_SHARE }] : []),
    ],
    liking: ({ genres, artists, venue, organiser, minPriceCents }) =>
      GENRE_WEIGHT * anyOf(genres.map((genre) => taste.get(genre) ?? 0)) +
      Math.max(0, ...artists.map((artist) => favours("artist", artist))) +
      favours("venue", venue) +
      favours("organiser", organiser) +
      priceTerm(minPriceCents, budgetCents),
  };
}

/** One Dirichlet draw: how much of a person's liking each genre has, scaled so that a quarter of it is plenty. */
function drawTaste(
  seed: number,
  rank: number,
  home: string,
  genres: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, number> {
  const draws = [...genres].map(([genre, cities]) => {
    const concentration = cities.has(home) ? CONCENTRATION.atHome : CONCENTRATION.elsewhere;
    return [genre, drawGamma(concentration, randomOf(seed, rank, "genre", genre))] as const;
  });
  const total = draws.reduce((sum, [, draw]) => sum + draw, 0);
  return new Map(draws.map(([genre, draw]) => [genre, Math.min(1, (4 * draw) / total)]));
}

/** Probability that at least one of independent causes is there. */
function anyOf(chances: readonly number[]): number {
  return 1 - chances.reduce((none, chance) => none * (1 - chance), 1);
}

function priceTerm(minPriceCents: number | undefined, budgetCents: number): number {
  if (minPriceCents === undefined) return 0;
  if (minPriceCents === 0) return FREE_BONUS;
  return -PRICE_WEIGHT * Math.max(0, Math.log(minPriceCents / budgetCents));
}

/** Cities that have an audience, and the number of their events. */
function eventsByCity(events: readonly AudienceEvent[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { cityId } of events) counts.set(cityId, (counts.get(cityId) ?? 0) + 1);
  const enough = [...counts].filter(([, count]) => count >= MIN_CITY_EVENTS);
  return new Map(enough.length > 0 ? enough : counts);
}

/** Each genre, and the cities that have events of it. */
function genresByCity(events: readonly AudienceEvent[]): Map<string, Set<string>> {
  const cities = new Map<string, Set<string>>();
  for (const { cityId, genres } of events) {
    for (const genre of genres) cities.set(genre, (cities.get(genre) ?? new Set()).add(cityId));
  }
  return cities;
}

/**
 * The two cities that a person draws with chances in proportion to the cities' events. Each city has a draw
 * of its own, so that another city, or another event, moves few people.
 * Source: weighted rendezvous hashing; Efraimidis and Spirakis, "Weighted Random Sampling with a Reservoir",
 * Information Processing Letters 97, 2006.
 */
function nearestByChance(seed: number, rank: number, cities: ReadonlyMap<string, number>): string[] {
  return [...cities]
    .map(([cityId, count]) => ({
      cityId,
      wait: -Math.log(1 - randomOf(seed, rank, "city", cityId)()) / count,
    }))
    .sort((a, b) => a.wait - b.wait)
    .slice(0, 2)
    .map(({ cityId }) => cityId);
}
