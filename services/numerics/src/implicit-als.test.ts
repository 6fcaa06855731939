import { csrFromTriplets, type SparseRows } from "./csr.js";
import { type AlsTraining, trainImplicitAls } from "./implicit-als.js";
import { KernelMemory } from "./kernel-memory.js";
import { KernelThreads } from "./kernel-threads.js";
import { createRandom } from "./random.js";

const training: AlsTraining = {
  ...{ factors: 6, regularisation: 0.1, alpha: 2, iterations: 8, solver: "cholesky", seed: 1, threads: 2 },
};

describe.each(["cholesky", "conjugate-gradient"] as const)("trainImplicitAls by %s", (solver) => {
  it("gives what is liked and was left out of a checker-board the best score of what is left", async () => {
    const { users, items, liked } = {
      users: 30,
      items: 24,
      liked: (u: number, i: number) => (u + i) % 2 === 0,
    };
    const leftOut = (user: number) => (user % 2) + 2 * (user % 12);
    const board = matrixOf(users, items, (u, i) => (liked(u, i) && i !== leftOut(u) ? 1 : 0));
    const { userFactors, itemFactors } = await trainImplicitAls(board, items, {
      ...training,
      solver,
      factors: 3,
    });
    for (let u = 0; u < users; u++) {
      const scores = Array.from({ length: items }, (_, i) => score(userFactors, itemFactors, 3, u, i));
      const unseen = [...scores.keys()].filter((i) => i === leftOut(u) || !liked(u, i));
      expect(unseen.reduce((best, i) => (scores[i]! > scores[best]! ? i : best))).toBe(leftOut(u));
    }
  });

  it("gives the same bits for a seed with one thread and with two, and others for another seed", async () => {
    const matrix = randomMatrix(60, 40);
    const one = await trainImplicitAls(matrix, 40, { ...training, solver, threads: 1 });
    const two = await trainImplicitAls(matrix, 40, { ...training, solver, threads: 2 });
    const other = await trainImplicitAls(matrix, 40, { ...training, solver, seed: 2, iterations: 1 });
    expect(two).toEqual(one);
    expect(other).not.toEqual(await trainImplicitAls(matrix, 40, { ...training, solver, iterations: 1 }));
  });

  it("lowers the loss in each iteration", async () => {
    const losses = await lossesOf(randomMatrix(60, 40), 40, { ...training, solver });
    expect(losses).toHaveLength(training.iterations);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    expect(losses.at(-1)).toBeLessThan(0.9 * losses[0]!);
  });

  it.each([
    [1, 5],
    [5, 1],
    [1, 1],
  ])("trains with %i users and %i items", async (users, items) => {
    const matrix = matrixOf(users, items, () => 1);
    const { userFactors, itemFactors } = await trainImplicitAls(matrix, items, { ...training, solver });
    for (let u = 0; u < users; u++) {
      for (let i = 0; i < items; i++) expect(score(userFactors, itemFactors, 6, u, i)).toBeGreaterThan(0.8);
    }
  });

  it("gives zeros to users and items without an interaction", async () => {
    const matrix = matrixOf(3, 4, (u, i) => (u !== 1 && i !== 2 ? 1 : 0));
    const { userFactors, itemFactors } = await trainImplicitAls(matrix, 4, { ...training, solver });
    expect([...userFactors.subarray(6, 12), ...itemFactors.subarray(12, 18)]).toEqual(Array(12).fill(0));
  });

  it("scores what is disliked below what is not known", async () => {
    const matrix = matrixOf(8, 6, (u, i) => (i === u % 6 ? -3 : i % 2 === 0 ? 1 : 0));
    const { userFactors, itemFactors } = await trainImplicitAls(matrix, 6, { ...training, solver });
    expect(score(userFactors, itemFactors, 6, 0, 0)).toBeLessThan(score(userFactors, itemFactors, 6, 1, 0));
  });
});

describe("trainImplicitAls", () => {
  const matrix = randomMatrix(60, 40);

  it("goes on from factors that are given, and takes in users and items that are new", async () => {
    const first = await trainImplicitAls(matrix, 40, training);
    const again = { ...training, iterations: 1, seed: 2 };
    const [warm] = await lossesOf(matrix, 40, { ...again, start: first });
    const [cold] = await lossesOf(matrix, 40, again);
    const [settled] = (await lossesOf(matrix, 40, training)).slice(-1);
    expect(warm).toBeLessThanOrEqual(settled!);
    expect(warm).toBeLessThan(0.95 * cold!);
    const grown = await trainImplicitAls(randomMatrix(70, 50), 50, { ...again, start: first });
    expect([grown.userFactors.length, grown.itemFactors.length]).toEqual([70 * 6, 50 * 6]);
    expect(grown.itemFactors.every(Number.isFinite)).toBe(true);
  });

  it("penalises the factors of busy users and items more with frequencyScaling, and those of others not less", async () => {
    // λ (n + w₀N)^ν with ν = 1 and w₀ = 0 is λ for a row with one entry.
    const single = matrixOf(5, 5, (u, i) => (u === i ? 1 : 0));
    const plain = { ...training, unobservedWeight: 0 };
    const scaled = { ...plain, frequencyScaling: 1 };
    expect(await trainImplicitAls(single, 5, scaled)).toEqual(await trainImplicitAls(single, 5, plain));
    const norm = async (options: AlsTraining) =>
      Math.hypot(...(await trainImplicitAls(matrix, 40, options)).userFactors);
    expect(await norm(scaled)).toBeLessThan(0.9 * (await norm(plain)));
  });

  it("pays less attention to absent entries the less they weigh", async () => {
    const meanScoreOfAbsent = async (unobservedWeight: number) => {
      const options = { ...training, unobservedWeight };
      const { userFactors, itemFactors } = await trainImplicitAls(matrix, 40, options);
      let sum = 0;
      let count = 0;
      for (let u = 0; u < 60; u++) {
        const seen = matrix.indices.subarray(matrix.offsets[u]!, matrix.offsets[u]! + matrix.lengths[u]!);
        for (let i = 0; i < 40; i++) {
          if (seen.includes(i)) continue;
          sum += score(userFactors, itemFactors, 6, u, i);
          count++;
        }
      }
      return sum / count;
    };
    expect(await meanScoreOfAbsent(0.1)).toBeGreaterThan(1.5 * (await meanScoreOfAbsent(1)));
  });

  it("stops when the caller gives up", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const trained = trainImplicitAls(matrix, 40, {
      ...training,
      signal: controller.signal,
      onIteration: ({ iteration }) => {
        seen.push(iteration);
        if (iteration === 2) controller.abort(new Error("enough"));
      },
    });
    await expect(trained).rejects.toThrow("enough");
    expect(seen).toEqual([1, 2]);
  });

  it.each([
    ["has trained", {}],
    ["has been aborted", { signal: AbortSignal.abort() }],
  ])("leaves neither thread nor memory behind when it %s", async (_, options) => {
    const close = jest.spyOn(KernelThreads.prototype, "close");
    const release = jest.spyOn(KernelMemory.prototype, "release");
    await trainImplicitAls(matrix, 40, { ...training, ...options }).catch(() => undefined);
    expect(close).toHaveBeenCalledTimes(1);
    await close.mock.results[0]!.value;
    expect(release.mock.invocationCallOrder[0]).toBeGreaterThan(close.mock.invocationCallOrder[0]!);
    jest.restoreAllMocks();
  });

  it("trains on nothing", async () => {
    const trained = await trainImplicitAls(
      matrixOf(0, 0, () => 0),
      0,
      training,
    );
    expect(trained).toEqual({ userFactors: new Float32Array(0), itemFactors: new Float32Array(0) });
  });

  it.each<[string, Partial<AlsTraining>]>([
    ["factors", { factors: 0 }],
    ["regularisation", { regularisation: 0 }],
    ["alpha", { alpha: Number.NaN }],
    ["iterations", { iterations: -1 }],
    ["conjugateGradientSteps", { conjugateGradientSteps: 0.5 }],
    ["unobservedWeight", { unobservedWeight: -1 }],
    ["frequencyScaling", { frequencyScaling: 2 }],
    ["seed", { seed: Number.NaN }],
    ["threads", { threads: 0 }],
    ["start.itemFactors", { start: { userFactors: new Float32Array(6), itemFactors: new Float32Array(7) } }],
    [
      "start.userFactors",
      { start: { userFactors: new Float32Array(6).fill(NaN), itemFactors: new Float32Array(0) } },
    ],
  ])("refuses a %s that is out of range", async (name, wrong) => {
    await expect(trainImplicitAls(matrix, 40, { ...training, ...wrong })).rejects.toThrow(name);
  });

  it("refuses an interaction that is too large to calculate with", async () => {
    const far = matrixOf(3, 3, (u, i) => (u === 1 && i === 1 ? 1e12 : 1));
    await expect(trainImplicitAls(far, 3, training)).rejects.toThrow("above 1000000000000");
  });

  it.each(["cholesky", "conjugate-gradient"] as const)(
    "refuses to begin by %s where no finite factors come of it",
    async (solver) => {
      const far = { userFactors: new Float32Array(0), itemFactors: new Float32Array(40 * 6).fill(1e30) };
      await expect(trainImplicitAls(matrix, 40, { ...training, solver, start: far })).rejects.toThrow(
        "start has",
      );
    },
  );

  it("refuses an interaction that is not a number, or with an item that there is not", async () => {
    const notANumber = matrixOf(2, 2, (u, i) => (u === 1 && i === 1 ? Number.NaN : 1));
    await expect(trainImplicitAls(notANumber, 2, training)).rejects.toThrow("interactions has NaN in row 1");
    await expect(trainImplicitAls(matrix, 39, training)).rejects.toThrow("interactions has column 39 of 39");
  });
});

/** Values of zero are absent. */
function matrixOf(users: number, items: number, value: (user: number, item: number) => number): SparseRows {
  const entries: [number, number, number][] = [];
  for (let u = 0; u < users; u++) {
    for (let i = 0; i < items; i++) if (value(u, i) !== 0) entries.push([u, i, value(u, i)]);
  }
  const column = (at: 0 | 1) => Uint32Array.from(entries, (entry) => entry[at]);
  const values = Float32Array.from(entries, (entry) => entry[2]);
  return csrFromTriplets(users, column(0), column(1), entries.length, values);
}

/** About a third of the cells, more where user and item are of one of three kinds. */
function randomMatrix(users: number, items: number): SparseRows {
  const random = createRandom(7);
  return matrixOf(users, items, (u, i) => (random() < (u % 3 === i % 3 ? 0.7 : 0.1) ? 1 : 0));
}

async function lossesOf(matrix: SparseRows, items: number, options: AlsTraining): Promise<number[]> {
  const losses: number[] = [];
  const onIteration = ({ loss }: { loss?: number }) => losses.push(loss!);
  await trainImplicitAls(matrix, items, { ...options, withLoss: true, onIteration });
  return losses;
}

function score(users: Float32Array, items: Float32Array, k: number, user: number, item: number): number {
  let sum = 0;
  for (let f = 0; f < k; f++) sum += users[user * k + f]! * items[item * k + f]!;
  return sum;
}
