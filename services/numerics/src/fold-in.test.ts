import { csrFromTriplets } from "./csr.js";
import { FoldIn } from "./fold-in.js";
import { type AlsTraining, trainImplicitAls } from "./implicit-als.js";
import { createRandom } from "./random.js";

const FACTORS = 10;
const ITEMS = 150;
const objective = {
  factors: FACTORS,
  regularisation: 0.2,
  alpha: 3,
  unobservedWeight: 0.5,
  frequencyScaling: 0.5,
};

describe("FoldIn", () => {
  it("gives a user the vector that one more half step of training does", async () => {
    const { users, rowOf, columnOf, values } = randomInteractions();
    const matrix = csrFromTriplets(users, rowOf, columnOf, rowOf.length, values);
    const training: AlsTraining = { ...objective, iterations: 3, solver: "cholesky", seed: 1, threads: 1 };
    const start = await trainImplicitAls(matrix, ITEMS, training);
    const foldIn = new FoldIn(start.itemFactors, objective);
    const { userFactors } = await trainImplicitAls(matrix, ITEMS, { ...training, iterations: 1, start });
    for (let user = 0; user < users; user++) {
      const begin = matrix.offsets[user]!;
      const end = begin + matrix.lengths[user]!;
      const vector = foldIn.userVector(
        matrix.indices.subarray(begin, end),
        matrix.values.subarray(begin, end),
      );
      expect(vector).toEqual(userFactors.slice(user * FACTORS, (user + 1) * FACTORS));
    }
  });

  it("keeps the items' factors once, padded, for other kernels", () => {
    const foldIn = new FoldIn(
      Float32Array.from({ length: 2 * FACTORS }, (_, i) => i + 1),
      objective,
    );
    expect(foldIn.k).toBe(16);
    expect(Array.from(foldIn.itemFactors.subarray(16, 32))).toEqual([
      ...Array.from({ length: FACTORS }, (_, i) => FACTORS + i + 1),
      ...Array(6).fill(0),
    ]);
  });

  it("gives zeros to a user without interactions, whatever the one before had", () => {
    const foldIn = new FoldIn(new Float32Array(5 * FACTORS).fill(0.3), objective);
    const first = foldIn.userVector([1, 2], [1, 1]);
    expect(foldIn.userVector([], [])).toEqual(new Float32Array(FACTORS));
    expect(Math.hypot(...first)).toBeGreaterThan(0);
  });

  it.each<[string, number[], number[]]>([
    ["values has 1 numbers for 2 items", [1, 2], [1]],
    ["items has 6 items, of which there are 5", [0, 1, 2, 3, 4, 4], [1, 1, 1, 1, 1, 1]],
    ["items has 5, not one of 5", [5], [1]],
    ["items has 0.5, not one of 5", [0.5], [1]],
    ["items has NaN, not one of 5", [Number.NaN], [1]],
    ["values has NaN for item 3", [3], [Number.NaN]],
  ])("refuses interactions where %s", (message, items, values) => {
    const foldIn = new FoldIn(new Float32Array(5 * FACTORS), objective);
    expect(() => foldIn.userVector(items, values)).toThrow(message);
  });

  it("refuses a value that is too large to calculate with", () => {
    const foldIn = new FoldIn(new Float32Array(5 * FACTORS).fill(0.3), objective);
    expect(() => foldIn.userVector([1], [3e38])).toThrow("above 1000000000000");
  });

  it("refuses factors that do not fit or are no numbers", () => {
    expect(() => new FoldIn(new Float32Array(11), objective)).toThrow("itemFactors has 11 numbers");
    expect(() => new FoldIn(new Float32Array(10).fill(Number.NaN), objective)).toThrow(
      "itemFactors has a number",
    );
    expect(() => new FoldIn(new Float32Array(10), { ...objective, regularisation: -1 })).toThrow(
      "regularisation",
    );
  });
});

/** Users with none to all of the items. */
function randomInteractions() {
  const random = createRandom(3);
  const users = 20;
  const cells = Array.from({ length: users * ITEMS }, (_, i) => i).filter(
    (i) => random() < (Math.floor(i / ITEMS) / (users - 1)) ** 2,
  );
  return {
    users,
    rowOf: Uint32Array.from(cells, (i) => Math.floor(i / ITEMS)),
    columnOf: Uint32Array.from(cells, (i) => i % ITEMS),
    values: Float32Array.from(cells, () => 2 * random() - 0.3),
  };
}
