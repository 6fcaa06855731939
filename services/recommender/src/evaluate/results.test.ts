import type { Question } from "./question.js";
import { type Answers, summarise } from "./results.js";

const questionOf = (user: number): Question => ({
  user,
  history: 0,
  atMs: 0,
  known: 0,
  relevant: new Uint32Array(1),
  candidates: () => new Uint32Array(1),
});
/** Users 0 to 29, two questions each. */
const questions = Array.from({ length: 60 }, (_, q) => questionOf(q % 30));

function answers(algorithm: string, figureOf: (q: number) => number): Answers {
  return {
    algorithm,
    settings: {},
    learned: undefined,
    fitSeconds: 0,
    scoreSeconds: 0,
    values: Float64Array.from({ length: 120 }, (_, i) => (i % 2 === 0 ? figureOf(i >> 1) : 0.5)),
    coverage: 0,
    noveltyBits: 0,
  };
}

const uneven = (q: number) => ((q * 7) % 10) / 10;
const all = { about: "", name: "all", questions: [...questions.keys()] };
const summary = (list: readonly Answers[], group = all) =>
  summarise(group, questions, list, ["ndcg@10", "hit@10"], 0, 500, 1);

describe("summarise", () => {
  const low = answers("low", uneven);
  const high = answers("high", (q) => uneven(q) + 0.05);

  it("gives the mean of each metric with an interval around it", () => {
    const { figures, users, questions: count } = summary([low, high]);
    expect({ users, count }).toEqual({ users: 30, count: 60 });
    expect(figures.low!["ndcg@10"]!.mean).toBeCloseTo(0.45, 12);
    expect(figures.low!["ndcg@10"]!.low).toBeLessThan(0.45);
    expect(figures.low!["ndcg@10"]!.high).toBeGreaterThan(0.45);
    expect(figures.high!["hit@10"]).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
  });

  it("compares with the best question by question: a small difference is certain where it is always there", () => {
    const { best, behindBest, figures } = summary([low, high]);
    expect(best).toBe("high");
    expect(behindBest.high).toEqual({ mean: 0, low: 0, high: 0 });
    expect(behindBest.low!.mean).toBeCloseTo(-0.05, 12);
    expect(behindBest.low!.high).toBeLessThan(-0.049);
    // Though each alone is far from certain.
    expect(figures.low!["ndcg@10"]!.high).toBeGreaterThan(figures.high!["ndcg@10"]!.low);
  });

  it("looks at the questions of a sub-population alone", () => {
    const some = { about: "activity", name: "new", questions: [0, 30] };
    const { figures, users } = summary([answers("x", (q) => (q % 30 === 0 ? 1 : 0))], some);
    expect(users).toBe(1);
    expect(figures.x!["ndcg@10"]!.mean).toBe(1);
  });
});
