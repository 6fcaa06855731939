import { withLength } from "@craic/numerics/typed-array.js";
import type { WatchedList } from "../drift/drift-features.js";
import type { Picked } from "./diversity.js";
import { explain, type Reason } from "./explanation.js";
import { type Exploration, explore, FEW_PEOPLE, noExploration, type Placed } from "./exploration.js";
import type { LiveState } from "./live-state.js";
import { POPULARITY_VERSION, type RankingModel } from "./ranking-model.js";
import { Rarities } from "./rarities.js";
import type { Scope } from "./scope.js";
import { Scoring, weightsOfVoices } from "./scoring.js";
import type { Person, Taste } from "./taste.js";

export type Algorithm = "popularity" | "collaborative" | "content" | "blend";

/** How a list is made of scores. */
export interface Arrangement {
  /** How much of the order is given up for variety, 0 to 1; undefined leaves it to the model. */
  readonly diversity?: number;
  /** What is given to events that few have seen; undefined for nothing. */
  readonly exploration?: Exploration;
}

/** What can be asked about one person, while it is being asked. */
export interface Session {
  /** How events are scored: what was asked for, or popularity where nothing is known that it could go by. */
  readonly algorithm: Algorithm;
  /** The next `wanted` events of a list that already holds `picked`, best first. */
  pick(scope: Scope, picked: Iterable<number>, wanted: number, arrangement?: Arrangement): Placed[];
  explain(event: number): Reason[];
  /** What drift is watched by in the beginning of a list. */
  describe(picks: readonly Picked[]): WatchedList;
  /** What the event is ranked by, before a list takes its share for its date and for variety. */
  scoreOf(event: number): number;
}

/** Ranks the events ahead for a person, by one model and the state as it is at that instant. */
export class Ranker {
  readonly rarities: Rarities;
  private readonly scoring: Scoring;
  private readonly weights: Readonly<Record<Algorithm, Float64Array>>;
  private candidates = new Uint32Array(0);
  private scores = new Float64Array(0);

  constructor(
    private readonly state: LiveState,
    readonly model: RankingModel,
  ) {
    this.rarities = new Rarities(state.catalogue, model.rarities);
    this.scoring = new Scoring(state, model.parameters, this.rarities, model.vectors);
    this.weights = {
      popularity: weightsOfVoices(model.weights, ["crowd"]),
      collaborative: weightsOfVoices(model.weights, ["neighbours", "vectors"]),
      content: weightsOfVoices(model.weights, ["own"]),
      blend: model.weights,
    };
  }

  /** Does in pieces what the first person would have to wait for. */
  *prepare(): Generator<void> {
    yield* this.rarities.lookUp();
    yield* this.scoring.vectors.lookUp();
  }

  /** Answers what `ask` asks about a person. The session must not be used after `ask` has returned. */
  forPerson<Answer>(
    person: Person,
    wanted: Algorithm,
    nowMs: number,
    ask: (session: Session) => Answer,
  ): Answer {
    const { scoring, state } = this;
    try {
      scoring.begin(person, nowMs);
      const algorithm = this.algorithmFor(scoring.taste, wanted);
      scoring.weigh(this.weights[algorithm]);
      return ask({
        algorithm,
        pick: (scope, picked, count, arrangement = {}) => this.pick(scope, picked, count, arrangement, nowMs),
        explain: (event) => explain(state, scoring, event),
        scoreOf: (event) => scoring.scoreOf(event),
        describe: (picks) => ({
          likes: scoring.taste.likedCount,
          picks,
          termsOf: (event, into) => scoring.termsOf(event, into),
        }),
      });
    } finally {
      scoring.end();
    }
  }

  private algorithmFor(taste: Taste, wanted: Algorithm): Algorithm {
    if (this.model.version === POPULARITY_VERSION) return "popularity";
    const hasOwn = taste.own.count > 0 || taste.preferred.count > 0;
    const hasCompany = taste.people.rows.length > 0;
    switch (wanted) {
      case "popularity":
        return "popularity";
      case "collaborative":
        return hasCompany ? "collaborative" : "popularity";
      case "content":
        return hasOwn ? "content" : "popularity";
      case "blend":
        return hasOwn || hasCompany ? "blend" : "popularity";
    }
  }

  private pick(
    scope: Scope,
    picked: Iterable<number>,
    wanted: number,
    { diversity = this.model.parameters.diversity, exploration = noExploration }: Arrangement,
    nowMs: number,
  ): Placed[] {
    const diversifier = this.scoring.diversifier.begin(diversity);
    let from = 0;
    for (const event of picked) {
      diversifier.count(event);
      from++;
    }
    const table = this.state.ahead.of(scope.cityId, nowMs);
    const { events, startMs, endMs } = table;
    this.candidates = withLength(this.candidates, table.count);
    this.scores = withLength(this.scores, table.count);
    const { candidates, scores } = this;
    this.scoring.scoreEach(table, scores);
    const near = table.nearnessAt(nowMs);
    const endingAfterMs = Math.max(nowMs, scope.endingAfterMs);
    const { handled } = this.scoring.taste;
    let count = 0;
    // Listed by start: from the first that starts too late on, all do.
    for (let i = 0; i < table.count && startMs[i]! < scope.startingBeforeMs; i++) {
      const event = events[i]!;
      if (endMs[i]! <= endingAfterMs || handled[event] === 1) continue;
      candidates[count] = event;
      scores[count++] = scores[i]! * near[i]!;
    }
    diversifier.offer(candidates, scores, count);
    const unknown = exploration.share === 0 ? [] : this.unknown(count);
    return explore(diversifier, from, wanted, unknown, exploration);
  }

  /** Those of the candidates that few people have seen. */
  private unknown(count: number): Picked[] {
    const { audience } = this.state.behaviour;
    const found: Picked[] = [];
    for (let i = 0; i < count; i++) {
      const event = this.candidates[i]!;
      if ((audience[event] ?? 0) < FEW_PEOPLE) found.push({ event, score: this.scores[i]! });
    }
    return found;
  }
}
