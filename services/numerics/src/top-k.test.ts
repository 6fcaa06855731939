import { createRandom } from "./random.js";
import { TopK } from "./top-k.js";

/** The plain way: sort all. */
const sorted = (scores: readonly number[], k: number) =>
  scores
    .map((score, id) => ({ id, score }))
    .sort((a, b) => b.score - a.score || a.id - b.id)
    .slice(0, k);

const kept = (scores: readonly number[], k: number, order = scores.map((_, id) => id)) => {
  const top = new TopK(k);
  for (const id of order) top.offer(id, scores[id]!);
  const { ids, scores: best } = top.take();
  return Array.from(ids, (id, i) => ({ id, score: best[i]! }));
};

describe("TopK", () => {
  it.each([0, 1, 7, 64, 500, 600])("keeps the same %i as sorting everything does", (k) => {
    const random = createRandom(k);
    const scores = Array.from({ length: 500 }, () => Math.floor(random() * 50)); // many ties
    expect(kept(scores, k)).toEqual(sorted(scores, k));
  });

  it("does not depend on the order of the offers", () => {
    const random = createRandom(2);
    const scores = Array.from({ length: 100 }, () => Math.floor(random() * 10));
    const backwards = scores.map((_, id) => scores.length - 1 - id);
    expect(kept(scores, 20, backwards)).toEqual(kept(scores, 20));
  });

  it("is empty when nothing was offered, and again after it was taken from", () => {
    const top = new TopK(3);
    expect(top.take().ids).toHaveLength(0);
    top.offer(1, 1);
    top.take();
    expect(top.take().ids).toHaveLength(0);
  });
});
