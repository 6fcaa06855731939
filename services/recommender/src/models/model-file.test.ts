import { binsOf, type DriftReference, DriftSurvey, edgesOf } from "../drift/drift-reference.js";
import type { FeatureVectors } from "../ranking/feature-vectors.js";
import { defaultParameters, type RankingModel } from "../ranking/ranking-model.js";
import { termNames } from "../ranking/terms.js";
import { DigestMismatch, decodeModel, encodeModel, sha256Of } from "./model-file.js";
import type { ModelManifest } from "./model-manifest.js";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.js";

const weights = Float64Array.from(termNames, (_, term) => term / 8);
const rarities = new Map([["genre:techno", 0.25]]);
const vectors: FeatureVectors = {
  factors: 3,
  byName: new Map([
    ["genre:techno", Float32Array.of(1, -2, 0.5)],
    ["artist:Señor Coconut", Float32Array.of(0, 0.25, -1)],
  ]),
};

function surveyed(): DriftReference {
  const survey = new DriftSurvey();
  const picks = [0.5, 0.25].map((score, event) => ({ event, score }));
  survey.add({ likes: 2, picks, termsOf: (event, into) => into.fill(event) });
  return survey.reference()!;
}

/** A model as it is read back, its file changed on the way; the manifest tells of what was changed. */
async function reread(
  model: Pick<RankingModel, "weights" | "rarities" | "vectors" | "drift">,
  change: (tensors: Map<string, Tensor>) => void = () => undefined,
): Promise<RankingModel> {
  const tensors = new Map(decodeSafetensors(encodeModel(model).file));
  change(tensors);
  const file = encodeSafetensors(tensors);
  const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
  const { ranking } = await decodeModel(manifestOf(file, shapes), file);
  return ranking;
}

function manifestOf(file: Uint8Array, shapes: ModelManifest["shapes"]): ModelManifest {
  const sha256 = { "model.safetensors": sha256Of(file) };
  return {
    version: "1.4.2",
    parameters: { ...defaultParameters },
    shapes,
    sha256,
  } as unknown as ModelManifest;
}

describe("a model's file", () => {
  it("gives back every part", async () => {
    const drift = surveyed();
    const read = await reread({ weights, rarities, vectors, drift });
    const byName = new Map(read.vectors!.byName);
    expect({
      ...read,
      rarities: new Map(read.rarities),
      vectors: { factors: read.vectors!.factors, byName },
    }).toEqual({
      version: "1.4.2",
      parameters: defaultParameters,
      weights,
      rarities,
      vectors,
      drift,
    });
    expect([edgesOf(drift, 0).length, binsOf(drift.counts, 0).length]).toEqual([16, 17]);
  });

  it("does without the parts that a model need not have", async () => {
    expect(await reread({ weights, rarities })).toMatchObject({ vectors: undefined, drift: undefined });
  });

  it("leaves out features whose names would break the list of names", async () => {
    const odd = new Map([...rarities, ["genre:two\nlines", 0.5]]);
    const oddVectors = { factors: 1, byName: new Map([["genre:two\nlines", Float32Array.of(1)]]) };
    const model = await reread({ weights, rarities: odd, vectors: oddVectors });
    expect([new Map(model.rarities), model.vectors?.byName.size]).toEqual([rarities, 0]);
  });

  const shaped = (shape: number[], data: Tensor["data"]): Tensor => ({ shape, data });

  it("ranks without a drift reference of other features than are watched now", async () => {
    const model = await reread({ weights, rarities, drift: surveyed() }, (tensors) => {
      tensors.set(
        "drift.edges",
        shaped(
          [1, 16],
          Float64Array.from({ length: 16 }, (_, i) => i),
        ),
      );
      tensors.set("drift.counts", shaped([1, 17], new Float64Array(17).fill(1)));
    });
    expect([model.weights, model.drift]).toEqual([weights, undefined]);
  });

  it.each<[string, (tensors: Map<string, Tensor>) => void, string]>([
    ["no weights", (tensors) => tensors.delete("blend.weights"), "blend.weights is missing"],
    [
      "weights of another type",
      (tensors) => tensors.set("blend.weights", shaped([1], Float32Array.of(1))),
      "another type",
    ],
    [
      "too few weights",
      (tensors) => tensors.set("blend.weights", shaped([1], Float64Array.of(1))),
      "1 numbers",
    ],
    [
      "a rarity below zero",
      (tensors) => tensors.set("feature.rarities", shaped([1], Float32Array.of(-1))),
      "not all numbers of feature.rarities",
    ],
    [
      "more rarities than names",
      (tensors) => tensors.set("feature.rarities", shaped([2], Float32Array.of(1, 1))),
      "1 names for 2 features",
    ],
    [
      "names that are no text",
      (tensors) => tensors.set("feature.names", shaped([2], Uint8Array.of(0xc3, 0x28))),
      "no text",
    ],
    [
      "more vectors than names",
      (tensors) => tensors.set("vector.values", shaped([3, 3], new Float32Array(9))),
      "2 names for 3 vectors",
    ],
    [
      "a vector with NaN in it",
      (tensors) => tensors.set("vector.values", shaped([2, 3], new Float32Array(6).fill(Number.NaN, 5))),
      "not all numbers of vector.values",
    ],
    [
      "a drift reference with NaN in it",
      (tensors) => void tensors.get("drift.edges")!.data.fill(Number.NaN, 0, 1),
      "the drift reference is damaged: the edges of own.genre do not ascend",
    ],
  ])("is refused with %s", async (_, change, told) => {
    await expect(reread({ weights, rarities, vectors, drift: surveyed() }, change)).rejects.toThrow(told);
  });

  it.each<[string, Record<string, readonly number[]>, string]>([
    ["does not hold", { "vector.bias": [32] }, "vector.bias has the shape undefined, not 32"],
    [
      "holds in another shape",
      { "blend.weights": [1] },
      `blend.weights has the shape ${weights.length}, not 1`,
    ],
  ])("is refused when its manifest tells of an array that it %s", async (_, told, why) => {
    const { file, shapes } = encodeModel({ weights, rarities });
    await expect(decodeModel(manifestOf(file, { ...shapes, ...told }), file)).rejects.toThrow(why);
  });

  it("is refused when its manifest does not tell of an array that it holds", async () => {
    const { file, shapes } = encodeModel({ weights, rarities, vectors });
    const { "vector.values": _, ...fewer } = shapes;
    await expect(decodeModel(manifestOf(file, fewer), file)).rejects.toThrow("vector.values has the shape");
  });

  it("is refused when any one byte of it is another", async () => {
    const { file, shapes } = encodeModel({ weights, rarities, vectors, drift: surveyed() });
    const manifest = manifestOf(file, shapes);
    for (let at = 0; at < file.length; at += 7) {
      const flipped = file.slice();
      flipped[at]! ^= 1 << (at % 8);
      await expect(decodeModel(manifest, flipped)).rejects.toThrow(DigestMismatch);
    }
  });
});
