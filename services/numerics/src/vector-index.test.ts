import { createRandom } from "./random.js";
import { VectorIndex } from "./vector-index.js";
import { bestVectorsPlain } from "./vector-index-plain.js";

const range = (count: number) => [...Array(count).keys()];

/** Numbers from −1 to 1, each vector as long as `lengthOf` says. */
function randomVectors(
  count: number,
  width: number,
  seed: number,
  lengthOf = (_: number) => 1,
): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count * width }, (_, i) => (random() * 2 - 1) * lengthOf(i));
}

/** What the index finds, wanted to be what the plain twin finds; scores may differ in the last digits. */
function expectBest(
  found: { ids: Uint32Array; scores: Float32Array },
  plain: ReturnType<typeof bestVectorsPlain>,
) {
  expect(found.ids).toEqual(plain.ids);
  for (const [i, score] of plain.scores.entries()) expect(found.scores[i]).toBeCloseTo(score, 4);
}

describe("VectorIndex", () => {
  it.each([
    [2_000, 64, 20],
    [2_001, 64, 20],
    [502, 16, 1],
    [503, 10, 7],
    [300, 33, 300],
    [5, 1, 3],
    [40, 1_024, 5],
  ])("finds the best of %i vectors of %i numbers as trying each does", (count, width, k) => {
    const vectors = randomVectors(count, width, width);
    const index = new VectorIndex(vectors, width);
    for (let seed = 0; seed < 20; seed++) {
      const x = randomVectors(1, width, 1_000 + seed);
      expectBest(index.best(x, k), bestVectorsPlain(vectors, width, range(count), x, k));
    }
  });

  it.each<[string, (i: number) => number]>([
    ["of very different lengths", (i) => 10 ** (-3 * ((i >> 5) % 3))],
    ["with one number far larger than the others", (i) => (i % 32 === 7 ? 50 : 0.5)],
    ["almost too small for single precision", () => 2.6e-43],
  ])("finds the best of vectors %s", (_, lengthOf) => {
    const vectors = randomVectors(1_000, 32, 5, lengthOf);
    const index = new VectorIndex(vectors, 32);
    const x = randomVectors(1, 32, 6);
    const { ids } = bestVectorsPlain(vectors, 32, range(1_000), x, 10);
    const scoreOf = (id: number) => index.bestOf([id], x, 1).scores[0];
    expect(Array.from(index.best(x, 10).ids, scoreOf)).toEqual(Array.from(ids, scoreOf));
  });

  it.each<[string, number[], number[], number[]]>([
    // Next to 100 the whole number that stands for a 0.3 or a 0.7 is 0: for whole numbers the better is worth nothing.
    ["vectors", [100, ...Array(15).fill(0.3)], [0, ...Array(15).fill(1)], [0, 1, ...Array(14).fill(0)]],
    [
      "what is searched with",
      [0, ...Array(15).fill(1)],
      [100, ...Array(15).fill(0.7)],
      [0.05, ...Array(15).fill(0)],
    ],
  ])("is not misled by what whole numbers do not say of %s", (_, better, x, worse) => {
    const vectors = Float32Array.from([...Array(8).fill(worse), better].flat());
    expect(new VectorIndex(vectors, 16).best(x, 1).ids[0]).toBe(8);
  });

  it("puts the smaller id first where scores are equal, and keeps it where only one fits", () => {
    const vectors = new Float32Array(40 * 8).fill(0.3);
    const index = new VectorIndex(vectors, 8);
    const x = new Float32Array(8).fill(1);
    expect([...index.best(x, 3).ids]).toEqual([0, 1, 2]);
    expect([...index.bestOf([30, 7, 12], x, 2).ids]).toEqual([7, 12]);
    expect([...index.best(x, 1, [0, 1, 2, 3, 4, 5]).ids]).toEqual([6]);
  });

  it("ranks vectors that point away by how little they do", () => {
    const index = new VectorIndex(Float32Array.of(-3, -1, -2, 0), 1);
    const found = index.best([2], 9);
    expect([...found.ids]).toEqual([3, 1, 2, 0]);
    expect([...found.scores]).toEqual([0, -2, -4, -6]);
  });

  it("finds nothing that is not wanted, and finds it again when it is", () => {
    const vectors = randomVectors(200, 8, 9);
    const index = new VectorIndex(vectors, 8);
    const x = randomVectors(1, 8, 10);
    const first = index.best(x, 5).ids;
    const others = range(200).filter((id) => !first.includes(id));
    expectBest(index.best(x, 5, [...first, 4_000_000]), bestVectorsPlain(vectors, 8, others, x, 5));
    expect(index.best(x, 5).ids).toEqual(first);
  });

  it("finds the best of some, each once, and passes over ids never seen", () => {
    const vectors = randomVectors(300, 24, 11);
    const index = new VectorIndex(vectors, 24);
    const x = randomVectors(1, 24, 12);
    const some = range(300).filter((id) => id % 7 === 3);
    const found = index.bestOf([...some, ...some, 300, -1, Number.NaN], x, 6);
    expectBest(found, bestVectorsPlain(vectors, 24, some, x, 6));
  });

  it("finds a vector that was put in another's place", () => {
    const vectors = randomVectors(50, 16, 13);
    const index = new VectorIndex(vectors, 16);
    const x = randomVectors(1, 16, 14);
    const better = x.map((value) => 9 * value);
    index.replace(31, better);
    vectors.set(better, 31 * 16);
    expectBest(index.best(x, 4), bestVectorsPlain(vectors, 16, range(50), x, 4));
  });

  it("knows tables without vectors, of one, and of zeros", () => {
    expect(new VectorIndex(new Float32Array(0), 4).best([1, 2, 3, 4], 3).ids).toHaveLength(0);
    expect([...new VectorIndex(Float32Array.of(1, 2), 2).best([1, 1], 3).scores]).toEqual([3]);
    expect([...new VectorIndex(new Float32Array(6), 2).best([0, 0], 2).ids]).toEqual([0, 1]);
  });

  it.each<[string, () => unknown, string]>([
    ["a width of 0", () => new VectorIndex(new Float32Array(4), 0), "width is 0, not a whole number"],
    [
      "half a vector",
      () => new VectorIndex(new Float32Array(5), 2),
      "vectors has 5 numbers, not a multiple of 2",
    ],
    ["a vector with NaN", () => new VectorIndex(Float32Array.of(1, NaN), 2), "vector has NaN at 1"],
    [
      "a vector beyond measure",
      () => new VectorIndex(Float32Array.of(1e16), 1),
      "vector has 10000000272564224 at 0",
    ],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });

  it.each<[string, (index: VectorIndex) => unknown, string]>([
    ["x with NaN", (index) => index.best([NaN, 1], 1), "x has NaN at 0"],
    ["x of another width", (index) => index.bestOf([0], [1], 1), "x has 1 numbers, not 2"],
    ["k of 0", (index) => index.best([1, 1], 0), "k is 0, not a whole number from 1"],
    ["k of 1.5", (index) => index.bestOf([0], [1, 1], 1.5), "k is 1.5, not a whole number from 1"],
    ["an id that it does not have", (index) => index.replace(2, [1, 1]), "id is 2, not from 0 to 1"],
  ])("refuses %s", (_, call, message) => {
    const index = new VectorIndex(Float32Array.of(1, 2, 3, 4), 2);
    expect(() => call(index)).toThrow(new RangeError(message));
  });
});
