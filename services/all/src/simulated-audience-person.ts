import { importedId } from "@craic/runtime/imported-id.js";
import { drawGamma, drawNormal, type RandomOf } from "./simulated-audience-draws.js";
import type { AudienceEvent } from "./simulated-audience-event.js";

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
const GENRE_WEIGHT = 6;
const FAVOURITES = {
  artist: { chance: 0.06, weight: 2.6 },
  venue: { chance: 0.12, weight: 1.8 },
  organiser: { chance: 0.15, weight: 1.2 },
} as const;

/** What a person can spend on an evening: log-normal, median 35 of any currency. */
const MEDIAN_BUDGET_CENTS = 3_500;
const BUDGET_SPREAD = 0.6;
const PRICE_WEIGHT = 1.2;
const FREE_BONUS = 0.4;

/**
 * Draws the people of a run; the first is the most active.
 *
 * @param seed part of their names, so that another run has other people
 */
export function createPeople(
  events: readonly AudienceEvent[],
  { seed, people, randomOf }: { seed: number; people: number; randomOf: RandomOf },
): SimulatedPerson[] {
  const cities = eventsByCity(events);
  const genres = genresByCity(events);
  const activities = Array.from({ length: people }, (_, index) => (index + 1) ** -ZIPF_EXPONENT);
  const mean = activities.reduce((sum, activity) => sum + activity, 0) / people;
  return activities.map((activity, index) => {
    const userId = importedId("user", { name: "simulated-audience", externalId: `${seed}:${index + 1}` });
    const [home = "", second = ""] = drawCities(userId, cities, randomOf);
    const impressions = (MEAN_IMPRESSIONS * activity) / mean;
    const isTravelling = second !== "" && randomOf(userId, "second city")() < SECOND_CITY_CHANCE;
    const abroad = { cityId: second, impressions: impressions * SECOND_CITY_SHARE };
    return {
      userId,
      cities: [{ cityId: home, impressions }, ...(isTravelling ? [abroad] : [])],
      liking: drawLiking(userId, home, genres, randomOf),
    };
  });
}

function drawLiking(
  userId: string,
  home: string,
  genres: ReadonlyMap<string, ReadonlySet<string>>,
  randomOf: RandomOf,
): SimulatedPerson["liking"] {
  const taste = drawTaste(userId, home, genres, randomOf);
  const budgetCents = MEDIAN_BUDGET_CENTS * Math.exp(BUDGET_SPREAD * drawNormal(randomOf(userId, "budget")));
  const favour = (kind: keyof typeof FAVOURITES, name: string) => {
    const { chance, weight } = FAVOURITES[kind];
    return name !== "" && randomOf(userId, kind, name)() < chance ? weight : 0;
  };
  return ({ genres, artists, venue, organiser, minPriceCents }) =>
    GENRE_WEIGHT * anyOf(genres.map((genre) => taste.get(genre) ?? 0)) +
    Math.max(0, ...artists.map((artist) => favour("artist", artist))) +
    favour("venue", venue) +
    favour("organiser", organiser) +
    priceTerm(minPriceCents, budgetCents);
}

/** One Dirichlet draw: how much of a person's liking each genre has, scaled so that a quarter of it is plenty. */
function drawTaste(
  userId: string,
  home: string,
  genres: ReadonlyMap<string, ReadonlySet<string>>,
  randomOf: RandomOf,
): Map<string, number> {
  const draws = [...genres].map(([genre, cities]) => {
    const concentration = cities.has(home) ? CONCENTRATION.atHome : CONCENTRATION.elsewhere;
    return [genre, drawGamma(concentration, randomOf(userId, "genre", genre))] as const;
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
function drawCities(userId: string, cities: ReadonlyMap<string, number>, randomOf: RandomOf): string[] {
  return [...cities]
    .map(([cityId, count]) => ({
      cityId,
      wait: -Math.log(1 - randomOf(userId, "city", cityId)()) / count,
    }))
    .sort((a, b) => a.wait - b.wait)
    .slice(0, 2)
    .map(({ cityId }) => cityId);
}
