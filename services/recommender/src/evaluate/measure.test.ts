import type { Scorer } from "./algorithm.js";
import { measure, metricsAt } from "./measure.js";
import type { Question, Split } from "./question.js";

const none = {
  count: 0,
  users: new Uint32Array(0),
  items: new Uint32Array(0),
  values: new Float32Array(0),
  timesMs: new Float64Array(0),
};

function question(relevant: readonly number[], candidates: readonly number[], known = 0): Question {
  const fixed = Uint32Array.from(candidates);
  return {
    user: 0,
    history: 0,
    atMs: 0,
    known,
    relevant: Uint32Array.from(relevant),
    candidates: () => fixed,
  };
}

const asking = (questions: readonly Question[]): Split => ({ train: none, later: none, questions });
/** Scores an item by its number: the highest comes first. */
const byNumber: Scorer = {
  score(_, candidates, scores) {
    scores.set(candidates);
  },
};

function valuesOf(scorer: Scorer, questions: readonly Question[], ks: readonly number[]) {
  const metrics = metricsAt(ks);
  const { values } = measure(scorer, asking(questions), 10, metrics, ks[0]!, 1);
  return Object.fromEntries(metrics.map(({ name }, m) => [name, values[m]!]));
}

describe("measure", () => {
  it("gives the figures that one works out by hand", () => {
    // Order 9 7 5 3 1; wanted 7 (second) and 1 (fifth).
    const values = valuesOf(byNumber, [question([7, 1], [1, 3, 5, 7, 9])], [3, 5]);
    expect(values).toEqual({
      "hit@3": 1,
      "hit@5": 1,
      "ndcg@3": expect.closeTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3)), 12),
      "ndcg@5": expect.closeTo((1 / Math.log2(3) + 1 / Math.log2(6)) / (1 + 1 / Math.log2(3)), 12),
      "recall@3": 0.5,
      "recall@5": 1,
      "mrr@3": 0.5,
      "mrr@5": 0.5,
    });
  });

  it("gives no credit to an algorithm that cannot tell candidates apart, wherever the wanted one stands", () => {
    const equal: Scorer = { score: (_, __, scores) => void scores.fill(1) };
    const candidates = Array.from({ length: 10 }, (_, i) => i);
    for (const wanted of [0, 9]) {
      const questions = Array.from({ length: 2_000 }, () => question([wanted], candidates));
      const { values } = measure(equal, asking(questions), 10, metricsAt([1]).slice(0, 1), 1, 3);
      const hits = values.reduce((sum, value) => sum + value, 0) / questions.length;
      expect(hits).toBeGreaterThan(0.07);
      expect(hits).toBeLessThan(0.13);
    }
  });

  it("breaks ties anew for another seed, and alike for the same", () => {
    const equal: Scorer = { score: (_, __, scores) => void scores.fill(0) };
    const questions = Array.from({ length: 50 }, () => question([0], [0, 1, 2]));
    const run = (seed: number) => measure(equal, asking(questions), 3, metricsAt([1]), 1, seed).values;
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it("counts coverage and novelty of the first places", () => {
    const train = { ...none, count: 6, items: Uint32Array.of(9, 9, 9, 9, 9, 7) };
    const split = { train, later: none, questions: [question([1], [1, 7, 9]), question([1], [1, 7])] };
    const { coverage, novelty } = measure(byNumber, split, 10, metricsAt([1]), 1, 1);
    expect(coverage).toBe(0.2); // 9, then 7
    expect(novelty).toBeCloseTo((Math.log2(16 / 6) + Math.log2(16 / 2)) / 2, 12);
  });

  it("tells an algorithm what has happened by the time of each question, in order, and no more", () => {
    const heard: string[] = [];
    const scorer: Scorer = {
      observe: (user, item, timeMs) => void heard.push(`${user} ${item} ${timeMs}`),
      score: (_, __, scores) => {
        heard.push("asked");
        scores.fill(0);
      },
    };
    const later = {
      count: 3,
      users: Uint32Array.of(4, 5, 6),
      items: Uint32Array.of(0, 1, 2),
      values: new Float32Array(3),
      timesMs: Float64Array.of(10, 20, 30),
    };
    const questions = [question([1], [1, 2]), question([1], [1, 2], 2)];
    measure(scorer, { train: none, later, questions }, 3, metricsAt([1]), 1, 1);
    expect(heard).toEqual(["asked", "4 0 10", "5 1 20", "asked"]);
  });

  it("stops at a score that is not a number", () => {
    const broken: Scorer = { score: (_, __, scores) => void scores.fill(Number.NaN) };
    expect(() => measure(broken, asking([question([1], [1, 2])]), 3, metricsAt([1]), 1, 1)).toThrow(
      "the score of item 1 is not a number",
    );
  });
});
