import { DRIFT_ITEMS } from "./drift-features.js";
import { type DriftReference, DriftSurvey } from "./drift-reference.js";
import type { FeedbackLog } from "./feedback-log.js";
import type { LiveState } from "./live-state.js";
import { Ranker } from "./ranker.js";
import type { RankingModel } from "./ranking-model.js";
import { discoveriesAt, Replay } from "./replay.js";
import { noPreferences } from "./taste.js";

/** Lists that a reference is made of, at most: 20 events each, more say little more. */
const MOST_LISTS = 300;

/** What lists are ranked for: the people and the moments of discoveries that were held out. */
export interface Surveyed {
  readonly known: LiveState;
  readonly log: FeedbackLog;
  /** Places in the log of the discoveries. */
  readonly test: Uint32Array;
  readonly rest: (share: number) => Promise<void>;
}

/**
 * What the lists of a model are like: those that it would have given people when they discovered something, with all
 * feedback up to then and none after. undefined where the blend would have ranked none of them.
 *
 * Events that were announced later are among what these lists are chosen from, because when an event was announced
 * is not kept: scores are a little higher than they were, and events a little later.
 */
export async function surveyDrift(
  model: RankingModel,
  { known, log, test, rest }: Surveyed,
): Promise<DriftReference | undefined> {
  const state = known.beforeAnything();
  const ranker = new Ranker(state, model);
  const replay = new Replay(log, state);
  const survey = new DriftSurvey();
  const discoveries = discoveriesAt(log, test, MOST_LISTS);
  for (const [i, { place, user, event, occurMs }] of discoveries.entries()) {
    replay.upTo(place);
    const person = { user, preferences: noPreferences };
    ranker.forPerson(person, "blend", occurMs, (session) => {
      if (session.algorithm !== "blend") return;
      const cityId = state.catalogue.cityIdOf(event);
      const scope = { cityId, endingAfterMs: occurMs, startingBeforeMs: Number.POSITIVE_INFINITY };
      survey.add(session.describe(session.pick(scope, [], DRIFT_ITEMS)));
    });
    await rest((i + 1) / discoveries.length);
  }
  return survey.reference();
}
