import { Matrix, solve } from "ml-matrix";
import { fitAdditiveEffects } from "./additive-effects.js";
import { csrFromTriplets } from "./csr.js";
import { createRandom } from "./random.js";

const THINGS = 80;
const TRAITS = 6;

function problem() {
  const random = createRandom(5);
  const thingOf: number[] = [];
  const traitOf: number[] = [];
  for (let thing = 0; thing < THINGS; thing++) {
    for (let trait = 0; trait < TRAITS; trait++) {
      if (random() < 0.4) {
        thingOf.push(thing);
        traitOf.push(trait);
      }
    }
  }
  const traits = csrFromTriplets(
    THINGS,
    Uint32Array.from(thingOf),
    Uint32Array.from(traitOf),
    thingOf.length,
  );
  const y = Float64Array.from({ length: THINGS }, () => random() * 4);
  const weights = Float64Array.from({ length: THINGS }, () => random());
  return { traits, y, weights };
}

describe("fitAdditiveEffects", () => {
  it("solves the weighted ridge regression on indicators", () => {
    const { traits, y, weights } = problem();
    const { mean, effects } = fitAdditiveEffects(traits, TRAITS, y, weights, 2);
    const x = Matrix.zeros(THINGS, TRAITS);
    for (let i = 0; i < THINGS; i++) {
      const begin = traits.offsets[i]!;
      for (let p = begin; p < begin + traits.lengths[i]!; p++) x.set(i, traits.indices[p]!, 1);
    }
    const w = Matrix.diag([...weights]);
    const centred = Matrix.columnVector([...y].map((value) => value - mean));
    const normal = x.transpose().mmul(w).mmul(x).add(Matrix.eye(TRAITS).mul(2));
    const expected = solve(normal, x.transpose().mmul(w).mmul(centred));
    for (let f = 0; f < TRAITS; f++) expect(effects[f]).toBeCloseTo(expected.get(f, 0), 4);
  });

  it("learns nothing from things of weight zero", () => {
    const { traits, y, weights } = problem();
    const some = weights.map((weight, i) => (i % 2 === 0 ? weight : 0));
    const altered = y.map((value, i) => (i % 2 === 0 ? value : 1e6));
    expect(fitAdditiveEffects(traits, TRAITS, altered, some, 1)).toEqual(
      fitAdditiveEffects(traits, TRAITS, y, some, 1),
    );
  });

  it("believes a rare trait less than a common one", () => {
    // Trait 0 on ten things, trait 1 on one; all of these have 1 and the rest 0.
    const things = Uint32Array.from({ length: 11 }, (_, i) => i);
    const traitOf = things.map((i) => (i < 10 ? 0 : 1));
    const traits = csrFromTriplets(40, things, traitOf, 11);
    const y = Float64Array.from({ length: 40 }, (_, i) => (i < 11 ? 1 : 0));
    const { effects } = fitAdditiveEffects(traits, 2, y, new Float64Array(40).fill(1), 3);
    expect(effects[0]).toBeGreaterThan(2 * effects[1]!);
    expect(effects[1]).toBeGreaterThan(0);
  });

  it("expects nothing of anything where there is no data", () => {
    const empty = csrFromTriplets(0, new Uint32Array(0), new Uint32Array(0), 0);
    const none = new Float64Array(0);
    expect(fitAdditiveEffects(empty, 2, none, none, 1)).toEqual({ mean: 0, effects: new Float64Array(2) });
  });
});
