import type { Reason } from "./explanation.js";
import type { LiveState } from "./live-state.js";
import type { Algorithm, Ranker, Session } from "./ranker.js";
import type { Recommendation, RecommendationShelf } from "./recommendation-shelf.js";
import { inScope, type Scope } from "./scope.js";
import type { Person, Preferences } from "./taste.js";

/** How much of a list is ranked at a time: enough for the pages that nearly everybody stops at. */
const RANKED_AHEAD = 60;

/** One item of a page. */
export interface Item {
  readonly event: number;
  /** 1 for the top of the whole recommendation. */
  readonly position: number;
  readonly score: number;
  readonly reasons: readonly Reason[];
}

export interface Page {
  readonly items: readonly Item[];
  /** Place in the list where the next page begins; undefined when this was the last. */
  readonly nextPlace: number | undefined;
}

/** For whom, and what they say they like. */
export interface Listener {
  /** "" for nobody in particular. */
  readonly userId: string;
  readonly preferences: Preferences;
}

/** Begins and continues recommendations. */
export class Recommend {
  constructor(
    private readonly state: LiveState,
    private readonly shelf: RecommendationShelf,
    private readonly newRecommendationId: () => string,
  ) {}

  /** Ranks the events in scope for a person; answers the first page. */
  begin(
    ranker: Ranker,
    listener: Listener,
    scope: Scope,
    wanted: Algorithm,
    limit: number,
    nowMs: number,
  ): { recommendation: Recommendation; page: Page } {
    return ranker.forPerson(this.personOf(listener), wanted, nowMs, (session) => {
      const recommendation: Recommendation = {
        recommendationId: this.newRecommendationId(),
        userId: listener.userId,
        scope,
        algorithm: session.algorithm,
        modelVersion: ranker.model.version,
        events: [],
        scores: [],
        isComplete: false,
      };
      return { recommendation, page: this.page(session, recommendation, 0, limit, nowMs) };
    });
  }

  /**
   * Answers the page from `place` on. The order is that of the first page; where its list ends it goes on by
   * what is known now. What has ended, was cancelled, or was saved or hidden since is left out; reasons are
   * those that hold now.
   */
  continue(
    ranker: Ranker,
    listener: Listener,
    recommendation: Recommendation,
    place: number,
    limit: number,
    nowMs: number,
  ): Page {
    return ranker.forPerson(this.personOf(listener), recommendation.algorithm, nowMs, (session) =>
      this.page(session, recommendation, place, limit, nowMs),
    );
  }

  private page(
    session: Session,
    recommendation: Recommendation,
    place: number,
    limit: number,
    nowMs: number,
  ): Page {
    const { events, scores, scope } = recommendation;
    const shown: number[] = []; // places in the list
    let next = place;
    for (;;) {
      const mayShow = this.showable(recommendation, nowMs);
      for (; next < events.length; next++) {
        if (!mayShow(events[next]!)) continue;
        if (shown.length === limit) break; // the next page begins here
        shown.push(next);
      }
      if (next < events.length || recommendation.isComplete) break;
      const picks = session.pick(scope, events, RANKED_AHEAD);
      events.push(...picks.map(({ event }) => event));
      scores.push(...picks.map(({ score }) => score));
      recommendation.isComplete = picks.length < RANKED_AHEAD;
    }
    this.shelf.put(recommendation);
    return {
      items: shown.map((at) => ({
        event: events[at]!,
        position: at + 1,
        score: scores[at]!,
        reasons: session.explain(events[at]!),
      })),
      nextPlace: next < events.length ? next : undefined,
    };
  }

  /** A test for whether an event of the list may be shown now. */
  private showable({ scope, userId }: Recommendation, nowMs: number): (event: number) => boolean {
    const { catalogue, behaviour } = this.state;
    const isInScope = inScope(catalogue, scope, nowMs);
    const user = userId === "" ? -1 : behaviour.users.find(userId);
    return (event) => {
      const slot = behaviour.find(user, event);
      return isInScope(event) && !behaviour.isSavedAt(slot) && !behaviour.isHiddenAt(slot);
    };
  }

  private personOf({ userId, preferences }: Listener): Person {
    return { user: userId === "" ? -1 : this.state.behaviour.users.find(userId), preferences };
  }
}
