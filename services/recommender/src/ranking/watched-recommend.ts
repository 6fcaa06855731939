import type { Guard } from "../models/guard.js";
import type { Shadow } from "../models/shadow.js";
import type { Answer, Continued, Listener, Question, Ranking, Recommend } from "./recommend.js";

/** What answers recommendations. */
export type Recommending = Pick<Recommend, "begin" | "continue">;

export interface Watchers {
  readonly guard: Pick<Guard, "answered" | "begun">;
  readonly shadow: Pick<Shadow, "offer">;
  /** A clock that is never set, in milliseconds since any instant. */
  readonly monotonicMs: () => number;
}

/**
 * Recommends, and lets the guard and the shadow know of it. Only what was ranked for this very answer is timed: a
 * list that was held is no work of the model's, and after a switch there are none at first. The guard does not hear of
 * what an experiment had ranked by another algorithm than the model's own: it says nothing of the model.
 */
export class WatchedRecommend implements Recommending {
  constructor(
    private readonly recommend: Recommending,
    private readonly watchers: Watchers,
  ) {}

  begin(ranking: Ranking, question: Question, limit: number, nowMs: number): Answer {
    const { guard, shadow, monotonicMs } = this.watchers;
    const beganMs = monotonicMs();
    const answer = this.counted(ranking, () => this.recommend.begin(ranking, question, limit, nowMs));
    const tookMs = monotonicMs() - beganMs;
    const { version } = ranking.ranker.model;
    const { listener, wanted } = question;
    const { listId, scope } = answer.list;
    const isRanked = listId === answer.recommendationId;
    if (wanted === "blend") {
      guard.answered(version, false, isRanked ? tookMs : undefined);
      // Nobody in particular cannot save anything.
      if (listener.userId !== "") guard.begun(version, answer.recommendationId, listener.userId);
    }
    shadow.offer({ ...listener, algorithm: wanted, scope });
    return answer;
  }

  continue(ranking: Ranking, listener: Listener, of: Continued, limit: number, nowMs: number): Answer {
    const answer = this.counted(ranking, () => this.recommend.continue(ranking, listener, of, limit, nowMs));
    this.watchers.guard.answered(ranking.ranker.model.version, false);
    return answer;
  }

  private counted<Result>({ ranker }: Ranking, step: () => Result): Result {
    try {
      return step();
    } catch (error) {
      this.watchers.guard.answered(ranker.model.version, true);
      throw error;
    }
  }
}
