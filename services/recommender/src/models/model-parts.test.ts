import type { FeatureVectors } from "../ranking/feature-vectors.js";
import { termNames, termNumber } from "../ranking/terms.js";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.js";
import { TensorReader } from "./tensor-reader.js";
import { decodeVectors, encodeVectors } from "./vectors-part.js";
import { decodeWeights, encodeWeights } from "./weights-part.js";

/** What is read of these arrays after they were written to a file. */
function reread(tensors: [string, Tensor][]): TensorReader {
  const shapes = Object.fromEntries(tensors.map(([name, { shape }]) => [name, shape]));
  return new TensorReader(decodeSafetensors(encodeSafetensors(new Map(tensors))), shapes);
}

describe("the weights of a model", () => {
  const weights = Float64Array.from(termNames, (_, i) => i / 10);

  it("are read as they were written", () => {
    expect(decodeWeights(reread(encodeWeights(weights)), termNames.join(" "))).toEqual(weights);
    expect(decodeWeights(reread(encodeWeights(weights)), undefined)).toEqual(weights);
  });

  it("of a model from when there were fewer terms are found by name, and weigh nothing for others", () => {
    const older = reread(encodeWeights(Float64Array.of(3, 4)));
    const found = decodeWeights(older, "crowd.event own.venue");
    expect([found[termNumber("crowd.event")], found[termNumber("own.venue")]]).toEqual([3, 4]);
    expect(found.reduce((sum, weight) => sum + weight, 0)).toBe(7);
  });

  it("are refused where their number is another than that of the terms, or a term is none of ours", () => {
    const two = reread(encodeWeights(Float64Array.of(3, 4)));
    expect(() => decodeWeights(two, undefined)).toThrow("blend.weights has 2 numbers");
    expect(() => decodeWeights(two, "soon")).toThrow("blend.weights has 2 numbers");
    expect(() => decodeWeights(two, "soon moon")).toThrow('weighs "moon", which is no term');
  });
});

describe("the vectors of a model", () => {
  const vectors: FeatureVectors = {
    factors: 2,
    byName: new Map([
      ["genre:jazz", Float32Array.of(1, -2)],
      ["venue:a\nb", Float32Array.of(3, 4)],
      ["organiser:Ünder", Float32Array.of(0, 0.5)],
    ]),
  };

  it("are read as they were written, but for a name with a line break", () => {
    const { factors, byName } = decodeVectors(reread(encodeVectors(vectors)))!;
    expect(factors).toBe(2);
    expect([...byName]).toEqual([...vectors.byName].filter(([name]) => !name.includes("\n")));
  });

  it("are absent where none were learned, as in a model from before there were any", () => {
    expect(decodeVectors(reread(encodeVectors(undefined)))).toBeUndefined();
  });

  it("are refused with a number that is none, or another number of names", () => {
    const spoilt = { factors: 2, byName: new Map([["genre:jazz", Float32Array.of(Number.NaN, 1)]]) };
    expect(() => decodeVectors(reread(encodeVectors(spoilt)))).toThrow(
      "not all numbers of vector.values are finite",
    );
    const [values, names] = encodeVectors(vectors);
    const fewer: [string, Tensor] = [names![0], { shape: [3], data: new TextEncoder().encode("a:b") }];
    expect(() => decodeVectors(reread([values!, fewer]))).toThrow("1 names for 2 vectors");
  });
});
