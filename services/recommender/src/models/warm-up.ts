import type { LiveState } from "../ranking/live-state.js";
import type { Ranker } from "../ranking/ranker.js";
import { noPreferences, type Person } from "../ranking/taste.js";
import { Pieces } from "./pieces.js";

/** Whom and where the first model ranks for before it may answer: enough to have the code compiled. */
const PEOPLE = 4;
const CITIES = 3;
/** The same for those after it, which only have their tables to fill; those of cities are there. */
const PEOPLE_LATER = 1;
const CITIES_LATER = 1;
const EVENTS = 20;
/** The newest events that cities are looked for among. */
const EVENTS_LOOKED_AT = 2_000;

/**
 * Ranks as requests would, so that the first of them does not wait for what is done once. Throws if a score is not a
 * number, which no list could be made of.
 *
 * @param isFirst whether nothing has ranked in this process yet
 */
export async function warmUp(
  ranker: Ranker,
  state: LiveState,
  nowMs: number,
  isFirst: boolean,
): Promise<void> {
  // A process that begins should be ready soon.
  const pieces = isFirst ? new Pieces(1) : new Pieces();
  for (const _ of ranker.prepare()) await pieces.end();
  const people = peopleOf(state, isFirst ? PEOPLE : PEOPLE_LATER);
  for (const cityId of citiesOf(state, isFirst ? CITIES : CITIES_LATER)) {
    for (const person of people) {
      rankOnce(ranker, person, cityId, nowMs);
      await pieces.end();
    }
  }
}

function rankOnce(ranker: Ranker, person: Person, cityId: string, nowMs: number): void {
  const scope = { cityId, endingAfterMs: nowMs, startingBeforeMs: Number.POSITIVE_INFINITY };
  ranker.forPerson(person, "blend", nowMs, (session) => {
    for (const { event, score } of session.pick(scope, [], EVENTS)) {
      if (!Number.isFinite(score)) throw new Error(`it gives an event the score ${score}`);
      session.explain(event);
    }
  });
}

/** Nobody in particular, and people spread over all who have done something. */
function peopleOf({ behaviour }: LiveState, most: number): Person[] {
  const { size } = behaviour.users;
  const count = Math.min(most, size);
  const users = Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
  return [-1, ...users].map((user) => ({ user, preferences: noPreferences }));
}

/** Some of the cities that events were announced in lately; one that is nowhere when there are none. */
function citiesOf({ catalogue }: LiveState, most: number): string[] {
  const cities = new Set<string>();
  const oldest = Math.max(0, catalogue.events.size - EVENTS_LOOKED_AT);
  for (let event = catalogue.events.size - 1; event >= oldest && cities.size < most; event--) {
    if (catalogue.isKnown(event)) cities.add(catalogue.cityIdOf(event));
  }
  return cities.size === 0 ? [""] : [...cities];
}
