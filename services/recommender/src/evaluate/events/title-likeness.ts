import type { Attendance } from "./attendances.js";
import { type EventTraits, traitKinds } from "./event-traits.js";

const WORD = traitKinds.indexOf("word");
const ORGANISER = traitKinds.indexOf("organiser");
/** What a like title counts from another organiser, of whose "Spring Open" this is no edition. */
const OTHER_ORGANISER = 0.5;

/**
 * How like titles are: the cosine of their words, rare words counting more. Finds next year's edition of an event.
 * Source of the weights: Spärck Jones, "A Statistical Interpretation of Term Specificity", 1972.
 */
export class TitleLikeness {
  private readonly words: readonly ReadonlyMap<number, number>[];
  private readonly organiser: readonly (number | undefined)[];

  constructor({ of, kindOf, rarity }: EventTraits) {
    this.words = of.map((traits) => {
      const words = [...traits].filter((trait) => kindOf[trait] === WORD);
      const norm = Math.hypot(...words.map((word) => rarity[word]!));
      return new Map(words.map((word) => [word, rarity[word]! / norm]));
    });
    this.organiser = of.map((traits) => traits.find((trait) => kindOf[trait] === ORGANISER));
  }

  /** Likeness of an event's title to the one most like it among past events, 0 to 1. */
  nearest(past: readonly Attendance[], event: number): number {
    let most = 0;
    for (const { event: before } of past) {
      let cosine = 0;
      for (const [word, weight] of this.words[event]!)
        cosine += weight * (this.words[before]!.get(word) ?? 0);
      if (this.organiser[before] !== this.organiser[event]) cosine *= OTHER_ORGANISER;
      if (cosine > most) most = cosine;
    }
    return most;
  }
}
