import type { LiveState } from "../ranking/live-state.js";
import type { Ranker } from "../ranking/ranker.js";
import { noPreferences } from "../ranking/taste.js";
import type { Discovery } from "../training/replay.js";
import { DRIFT_ITEMS } from "./drift-features.js";
import { type DriftReference, DriftSurvey } from "./drift-reference.js";

/** Lists that a reference is made of, at most: 20 events each, more say little more. */
const MOST_LISTS = 300;

/**
 * Finds out what the lists of a model are like, while it is tested: those that it would have given people when they
 * discovered something, with all feedback up to then and none after.
 *
 * Events that were announced later are among what these lists are chosen from, because when an event was announced
 * is not kept: scores are a little higher than they were, and events a little later.
 */
export class ListSurvey {
  private readonly survey = new DriftSurvey();
  private readonly every: number;
  private visits = 0;

  /** @param discoveries how many will be visited */
  constructor(
    private readonly state: LiveState,
    private readonly ranker: Ranker,
    discoveries: number,
  ) {
    this.every = Math.ceil(discoveries / MOST_LISTS);
  }

  /** To be called at the moment of each discovery; of many, some are looked at, evenly spread. */
  visit({ user, event, occurMs }: Discovery): void {
    if (this.visits++ % this.every !== 0) return;
    this.ranker.forPerson({ user, preferences: noPreferences }, "blend", occurMs, (session) => {
      if (session.algorithm !== "blend") return;
      const cityId = this.state.catalogue.cityIdOf(event);
      const scope = { cityId, endingAfterMs: occurMs, startingBeforeMs: Number.POSITIVE_INFINITY };
      this.survey.add(session.describe(session.pick(scope, [], DRIFT_ITEMS)));
    });
  }

  /** undefined where the blend would have ranked none of the lists. */
  reference(): DriftReference | undefined {
    return this.survey.reference();
  }
}
