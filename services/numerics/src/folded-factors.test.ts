import { inverse, Matrix } from "ml-matrix";
import { foldedFactors } from "./folded-factors.js";
import { createRandom } from "./random.js";

const items = 12;
const k = 5;
const random = createRandom(4);
const factors = Float32Array.from({ length: items * k }, () => random() - 0.4);
const rowOf = (array: Float32Array, item: number) => array.subarray(item * k, (item + 1) * k);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

describe("foldedFactors()", () => {
  it("gives vectors whose products are the scores of users who are folded in", () => {
    const y = Matrix.from1DArray(items, k, factors);
    const interactions = [0, 3, 0, 0, 1, 0, 0, 0.5, 0, 0, 0, 2];
    const gram = y.transpose().mmul(y).mul(0.3).add(Matrix.eye(k).mul(0.7));
    const user = inverse(gram).mmul(y.transpose()).mmul(Matrix.columnVector(interactions));
    const expected = y.mmul(user).to1DArray();

    const z = foldedFactors(factors, k, 0.3, 0.7);
    const sum = new Float64Array(k);
    interactions.forEach((value, item) => {
      for (let i = 0; i < k; i++) sum[i]! += value * z[item * k + i]!;
    });
    for (let item = 0; item < items; item++) expect(dot(sum, rowOf(z, item))).toBeCloseTo(expected[item]!, 5);
  });

  it("lets every item speak for itself, and zero for nothing", () => {
    const z = foldedFactors(Float32Array.of(1, 2, 0, 0, -1, 1), 2, 0.1, 1);
    expect(dot(z.subarray(0, 2), z.subarray(0, 2))).toBeGreaterThan(0);
    expect([...z.subarray(2, 4)]).toEqual([0, 0]);
  });

  it("gives nothing for no items, and takes no rows that end early", () => {
    expect(foldedFactors(new Float32Array(0), 4, 1, 1)).toHaveLength(0);
    expect(() => foldedFactors(new Float32Array(7), 4, 1, 1)).toThrow("7 numbers, not rows of 4");
  });
});
