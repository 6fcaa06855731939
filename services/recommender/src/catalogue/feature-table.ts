import { withLength } from "@craic/numerics/typed-array.js";
import { type Feature, type FeatureKind, featureKinds } from "./event-features.js";

const kindNumbers = new Map<FeatureKind, number>(featureKinds.map((kind, number) => [kind, number]));

/** A feature's name in a model, for example "genre:techno". */
export function featureName({ kind, key }: Feature): string {
  return `${kind}:${key}`;
}

/** Gives each feature a number, and knows how many events have it. */
export class FeatureTable {
  size = 0;
  /** Place in featureKinds of each feature's kind. */
  kindOf = new Uint8Array(0);
  /** How many events have each feature, over and to come. */
  eventsWith = new Uint32Array(0);
  private readonly features: Feature[] = [];
  /** One map per kind, from key to number. */
  private readonly numbers = featureKinds.map(() => new Map<string, number>());

  /** The feature's number, a new one if it has none yet. */
  add({ kind, key }: Feature): number {
    const kindNumber = kindNumbers.get(kind)!;
    const numbers = this.numbers[kindNumber]!;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = this.size++;
    this.kindOf = withLength(this.kindOf, this.size);
    this.eventsWith = withLength(this.eventsWith, this.size);
    this.kindOf[number] = kindNumber;
    this.features.push({ kind, key });
    numbers.set(key, number);
    return number;
  }

  /** The feature's number; −1 if no event ever had it. */
  find({ kind, key }: Feature): number {
    return this.numbers[kindNumbers.get(kind)!]!.get(key) ?? -1;
  }

  /** The same object every time. */
  featureAt(number: number): Feature {
    return this.features[number]!;
  }
}
