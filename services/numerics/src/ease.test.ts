import { csrFromTriplets, type SparseRows } from "./csr.js";
import { fitEase } from "./ease.js";
import { EaseModel } from "./ease-model.js";
import { easeWeightsPlain } from "./ease-plain.js";
import { createRandom } from "./random.js";

const options = { lambda: 5, threads: 2 };

function randomInteractions(users: number, items: number, drawValue: () => number): SparseRows {
  const random = createRandom(items);
  const entries: [number, number][] = [];
  for (let user = 0; user < users; user++) {
    for (let item = 0; item < items; item++) if (random() < 5 / (10 + item)) entries.push([user, item]);
  }
  return csrFromTriplets(
    users,
    Uint32Array.from(entries, ([user]) => user),
    Uint32Array.from(entries, ([, item]) => item),
    entries.length,
    Float32Array.from(entries, drawValue),
  );
}

const ofUsers = (users: number, userOf: number[], itemOf: number[]) =>
  csrFromTriplets(users, Uint32Array.from(userOf), Uint32Array.from(itemOf), userOf.length);

/** The largest difference between weights, of which the largest are about 0.3 here. */
function largestError(model: EaseModel, interactions: SparseRows, lambda: number): number {
  const expected = easeWeightsPlain(interactions, model.items, lambda).to1DArray();
  return Math.max(...expected.map((weight, i) => Math.abs(weight - model.weights[i]!)));
}

describe("fitEase", () => {
  it.each([1, 2, 64, 150])("agrees with its plain twin in double precision for %i items", async (items) => {
    const interactions = randomInteractions(200, items, () => 1);
    const model = await fitEase(interactions, items, options);
    expect(model.weights).toHaveLength(items * items);
    expect(largestError(model, interactions, options.lambda)).toBeLessThan(2e-6);
  });

  it("counts larger values for more", async () => {
    const random = createRandom(3);
    const interactions = randomInteractions(200, 100, () => random() * 4);
    const model = await fitEase(interactions, 100, { ...options, lambda: 0.5 });
    expect(largestError(model, interactions, 0.5)).toBeLessThan(1e-5);
  });

  it("never lets an item speak for itself", async () => {
    const { weights } = await fitEase(
      randomInteractions(50, 20, () => 1),
      20,
      options,
    );
    for (let i = 0; i < 20; i++) expect(weights[i * 20 + i]).toBe(0);
  });

  it("gives items that only ever come together weight for each other, and none for the rest", async () => {
    const pairs = ofUsers(4, [0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 0, 1, 2, 3, 2, 3]);
    const model = await fitEase(pairs, 4, { ...options, lambda: 0.1 });
    const scores = model.scores({ indices: [0], values: [1] });
    expect(scores[1]).toBeGreaterThan(0.9);
    expect(Math.abs(scores[2]!)).toBeLessThan(1e-6);
  });

  it.each([
    ["no interactions", ofUsers(3, [], []), 4],
    ["no users", ofUsers(0, [], []), 4],
    ["one item", ofUsers(2, [0, 1], [0, 0]), 1],
    ["each item had by another user", ofUsers(4, [0, 1, 2, 3], [0, 1, 2, 3]), 4],
  ])("gives no weight to anything with %s", async (_, interactions, items) => {
    const { weights } = await fitEase(interactions, items, options);
    expect(weights.every((weight) => Math.abs(weight) === 0)).toBe(true);
  });

  it("knows data of one user, and of none about nothing", async () => {
    const alone = ofUsers(1, [0, 0, 0], [0, 1, 2]);
    expect(largestError(await fitEase(alone, 3, options), alone, options.lambda)).toBeLessThan(1e-6);
    expect((await fitEase(ofUsers(0, [], []), 0, options)).weights).toHaveLength(0);
  });

  it.each([0, -1, Number.NaN, Infinity])("refuses a lambda of %p", async (lambda) => {
    const call = fitEase(ofUsers(1, [0], [0]), 1, { ...options, lambda });
    await expect(call).rejects.toThrow(new RangeError(`lambda is ${lambda}, not a number above 0`));
  });

  it("refuses interactions with a value that is no number, by their name", async () => {
    const interactions = csrFromTriplets(1, Uint32Array.of(0), Uint32Array.of(2), 1, Float32Array.of(NaN));
    await expect(fitEase(interactions, 3, options)).rejects.toThrow(
      "interactions has NaN in row 0, column 2",
    );
  });

  it("gives up when the caller does", async () => {
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(fitEase(ofUsers(1, [0], [0]), 1, { ...options, signal })).rejects.toThrow("too late");
  });
});

describe("EaseModel", () => {
  it.each([1, 3, 4, 7, 30])("scores as the product written out does, for %i items", (items) => {
    const random = createRandom(items);
    const model = new EaseModel(items);
    for (let i = 0; i < items * items; i++) model.weights[i] = random() - 0.5;
    const x = { indices: [...Array(items).keys()], values: Array.from({ length: items }, random) };
    const scores = model.scores(x);
    for (let j = 0; j < items; j++) {
      const expected = x.values.reduce((sum, value, i) => sum + value * model.weights[i * items + j]!, 0);
      expect(scores[j]).toBeCloseTo(expected, 5);
    }
  });

  it("starts anew for each user, passes over items never seen, and gives zeros to who has had none", () => {
    const model = new EaseModel(2);
    model.weights.set([0, 0.5, 0.25, 0]);
    expect([...model.scores({ indices: [0, 77], values: [1, 1] })]).toEqual([0, 0.5]);
    expect([...model.scores({ indices: [1], values: [2] })]).toEqual([0.5, 0]);
    expect([...model.scores({ indices: [], values: [] })]).toEqual([0, 0]);
  });

  it("refuses what it cannot score", () => {
    const model = new EaseModel(2);
    expect(() => model.scores({ indices: [1], values: [NaN] })).toThrow(new RangeError("x has NaN at 1"));
    expect(() => model.scores({ indices: [1, 1, 1], values: [1, 1, 1] })).toThrow("x has an item twice");
  });
});
