import type { DriftMonitor } from "../drift/drift-monitor.js";
import { isSameModel, type ModelManifest } from "../models/model-manifest.js";
import { type Served, unassigned } from "../variants/served.js";
import { type Reason, reasonForNew } from "./explanation.js";
import type { LiveState } from "./live-state.js";
import type { RankedList, RankedLists } from "./ranked-lists.js";
import type { Algorithm, Ranker, Session } from "./ranker.js";
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

/** One page of a recommendation, and the list that it is answered by. */
export interface Answer {
  /** That of the list, if the list was ranked for this recommendation. */
  readonly recommendationId: string;
  readonly list: RankedList;
  readonly page: Page;
}

/** A recommendation of which a later page is wanted. */
export type Continued = Pick<Answer, "recommendationId" | "list"> & { readonly place: number };

/** What ranks now. */
export interface Ranking {
  readonly ranker: Ranker;
  /** undefined where that is popularity. */
  readonly manifest: ModelManifest | undefined;
}

/** For whom, and what they say they like. */
export interface Listener {
  /** "" for nobody in particular. */
  readonly userId: string;
  readonly preferences: Preferences;
}

/** What a new recommendation is wanted for. */
export interface Question {
  readonly listener: Listener;
  readonly cityId: string;
  /** Only events that end after this instant; undefined for those that have not ended yet. */
  readonly endingAfterMs: number | undefined;
  /** Only events that start before this instant; undefined for no limit. */
  readonly startingBeforeMs: number | undefined;
  readonly wanted: Algorithm;
  /** How much of the order is given up for variety, 0 to 1; undefined leaves it to the model. */
  readonly diversity?: number | undefined;
  /** For which experiment; undefined for none. */
  readonly served?: Served | undefined;
}

/** Begins and continues recommendations. */
export class Recommend {
  constructor(
    private readonly state: LiveState,
    private readonly lists: RankedLists,
    private readonly drift: Pick<DriftMonitor, "offer">,
    private readonly newRecommendationId: () => string,
    /** Share of the places from the 4th on that go to events which few have seen, 0 to 1. */
    private readonly explorationShare = 0,
  ) {}

  /** Answers the first page, from a list that holds for the question or from one that is ranked for it. */
  begin(ranking: Ranking, question: Question, limit: number, nowMs: number): Answer {
    const recommendationId = this.newRecommendationId();
    const key = keyOf(question);
    const held = this.lists.answerTo(key, ranking.ranker.model.version, nowMs, ranking.manifest);
    const page = held && this.firstPageOf(held, limit, nowMs);
    if (held !== undefined && page !== undefined) {
      this.lists.counts.hits++;
      return { recommendationId, list: held, page };
    }
    this.lists.counts.misses++;
    return this.rank(ranking, question, recommendationId, key, limit, nowMs);
  }

  /**
   * Answers the page from `place` on. The order is that of the list; where it ends, or where another model ranks by
   * now, it goes on by what is known now. What has ended, was cancelled, or was saved or hidden since is left out;
   * reasons are those that hold now.
   */
  continue(
    ranking: Ranking,
    listener: Listener,
    { recommendationId, list: known, place }: Continued,
    limit: number,
    nowMs: number,
  ): Answer {
    const { ranker, manifest } = ranking;
    const isItsOwn = ranker.model.version === known.modelVersion && isSameModel(manifest, known.manifest);
    const list = isItsOwn ? known : handedOver(known, ranking, place);
    const page = ranker.forPerson(this.personOf(listener), list.algorithm, nowMs, (session) =>
      this.page(session, list, place, limit, nowMs),
    );
    this.lists.put(list, nowMs);
    return { recommendationId, list, page };
  }

  private rank(
    { ranker, manifest }: Ranking,
    question: Question,
    recommendationId: string,
    key: string,
    limit: number,
    nowMs: number,
  ): Answer {
    const { listener, wanted, diversity, served = unassigned } = question;
    const { newest: lastChange, crowdChanges } = this.state.changes;
    return ranker.forPerson(this.personOf(listener), wanted, nowMs, (session) => {
      const list: RankedList = {
        listId: recommendationId,
        userId: listener.userId,
        scope: scopeOf(question, nowMs),
        algorithm: session.algorithm,
        served,
        arrangement: {
          diversity,
          exploration: { share: this.explorationShare, seed: seedOf(recommendationId) },
        },
        modelVersion: ranker.model.version,
        manifest,
        events: [],
        scores: [],
        explored: new Set(),
        reasons: [],
        isComplete: false,
        rankedMs: nowMs,
        lastChange,
        crowdChanges,
      };
      const page = this.page(session, list, 0, limit, nowMs);
      list.reasons.push(...page.items.map(({ reasons }) => reasons));
      this.lists.put(list, nowMs, key);
      if (session.algorithm === "blend") {
        this.drift.offer(ranker.model.drift, () => session.describe(page.items));
      }
      return { recommendationId, list, page };
    });
  }

  /** The first page of a list as it was ranked; undefined where some of it may not be shown by now, or never was. */
  private firstPageOf(list: RankedList, limit: number, nowMs: number): Page | undefined {
    const { events, scores, reasons, isComplete } = list;
    const length = Math.min(limit, events.length);
    const mayShow = this.showable(list, nowMs);
    let next = length;
    while (next < events.length && !mayShow(events[next]!)) next++;
    if (length > reasons.length || (next === events.length && !isComplete)) return undefined;
    const items: Item[] = [];
    for (let at = 0; at < length; at++) {
      const event = events[at]!;
      if (!mayShow(event)) return undefined;
      items.push({ event, position: at + 1, score: scores[at]!, reasons: reasons[at]! });
    }
    return { items, nextPlace: next < events.length ? next : undefined };
  }

  private page(session: Session, list: RankedList, place: number, limit: number, nowMs: number): Page {
    const { events, scores, scope } = list;
    const shown: number[] = []; // places in the list
    let next = place;
    for (;;) {
      const mayShow = this.showable(list, nowMs);
      for (; next < events.length; next++) {
        if (!mayShow(events[next]!)) continue;
        if (shown.length === limit) break; // the next page begins here
        shown.push(next);
      }
      if (next < events.length || list.isComplete) break;
      const picks = session.pick(scope, events, RANKED_AHEAD, list.arrangement);
      events.push(...picks.map(({ event }) => event));
      scores.push(...picks.map(({ score }) => Math.fround(score)));
      for (const { event, isExplored } of picks) if (isExplored) list.explored.add(event);
      list.isComplete = picks.length < RANKED_AHEAD;
    }
    return {
      items: shown.map((at) => ({
        event: events[at]!,
        position: at + 1,
        score: scores[at]!,
        reasons: reasonsFor(session, list, events[at]!),
      })),
      nextPlace: next < events.length ? next : undefined,
    };
  }

  /** A test for whether an event of the list may be shown now. */
  private showable({ scope, userId }: RankedList, nowMs: number): (event: number) => boolean {
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

/** A list of which another model ranks what stands from `place` on: an answer has its order and reasons of one model. */
function handedOver(list: RankedList, { ranker, manifest }: Ranking, place: number): RankedList {
  return {
    ...list,
    modelVersion: ranker.model.version,
    manifest,
    events: list.events.slice(0, place),
    scores: list.scores.slice(0, place),
    reasons: [],
    isComplete: false,
  };
}

function reasonsFor(session: Session, { explored }: RankedList, event: number): Reason[] {
  const reasons = session
    .explain(event)
    .map((reason) => ({ ...reason, contribution: Math.fround(reason.contribution) }));
  return explored.has(event) ? [reasonForNew, ...reasons] : reasons;
}

/** The lowest 32 bits of the id, which are random. */
function seedOf(recommendationId: string): number {
  return Number.parseInt(recommendationId.slice(-8), 16);
}

function scopeOf({ cityId, endingAfterMs, startingBeforeMs }: Question, nowMs: number): Scope {
  return {
    cityId,
    endingAfterMs: endingAfterMs ?? nowMs,
    startingBeforeMs: startingBeforeMs ?? Number.POSITIVE_INFINITY,
  };
}

/** The same for the same question, and for no other. */
function keyOf(question: Question): string {
  const { listener, cityId, endingAfterMs, startingBeforeMs, wanted, diversity } = question;
  const { experimentId, variant } = question.served ?? unassigned;
  const { userId, preferences } = listener;
  const { genres, djIds } = preferences;
  return JSON.stringify([
    userId,
    cityId,
    endingAfterMs,
    startingBeforeMs,
    wanted,
    diversity,
    genres,
    djIds,
    experimentId,
    variant,
  ]);
}
