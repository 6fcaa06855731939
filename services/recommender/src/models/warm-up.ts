import { setImmediate as nextTurn } from "node:timers/promises";
import type { LiveState } from "../ranking/live-state.js";
import type { Ranker } from "../ranking/ranker.js";
import { noPreferences, type Person } from "../ranking/taste.js";

/** Whom and where a model ranks for before it may answer: enough to have its code compiled and its tables filled. */
const PEOPLE = 4;
const CITIES = 3;
const EVENTS = 20;
/** The newest events that cities are looked for among. */
const EVENTS_LOOKED_AT = 2_000;

/**
 * Ranks as requests would, so that the first of them does not wait for what is done once. Others get their turn
 * in between. Throws if a score is not a number, which no list could be made of.
 */
export async function warmUp(ranker: Ranker, state: LiveState, nowMs: number): Promise<void> {
  for (const cityId of citiesOf(state)) {
    for (const person of peopleOf(state)) {
      rankOnce(ranker, person, cityId, nowMs);
      await nextTurn();
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
function peopleOf({ behaviour }: LiveState): Person[] {
  const { size } = behaviour.users;
  const count = Math.min(PEOPLE, size);
  const users = Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
  return [-1, ...users].map((user) => ({ user, preferences: noPreferences }));
}

/** Some of the cities that events were announced in lately; one that is nowhere when there are none. */
function citiesOf({ catalogue }: LiveState): string[] {
  const cities = new Set<string>();
  const oldest = Math.max(0, catalogue.events.size - EVENTS_LOOKED_AT);
  for (let event = catalogue.events.size - 1; event >= oldest && cities.size < CITIES; event--) {
    if (catalogue.isKnown(event)) cities.add(catalogue.cityIdOf(event));
  }
  return cities.size === 0 ? [""] : [...cities];
}
