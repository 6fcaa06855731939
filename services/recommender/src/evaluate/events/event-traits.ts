import type { EventDetails, ItemDetails } from "../data-set.js";
import { titleWords } from "./event-title.js";

/** The kinds of thing that events have in common; a kind's number is its place here. */
export const traitKinds = [
  "organiser",
  "country",
  "region",
  "circuit",
  "town",
  "series",
  "word",
  "tag",
] as const;

export type TraitKind = (typeof traitKinds)[number];

interface Trait {
  readonly kind: TraitKind;
  readonly key: string;
}

/**
 * What events have in common, numbered: who organises, where, as part of what series, under what words and tags.
 * An event that nobody has been to yet is known by these.
 */
export class EventTraits {
  /** By event: its traits, ordered by kind. */
  readonly of: readonly Uint32Array[];
  /** By event: what share of its kind each of its traits has, by rarity; those of one kind add up to 1. */
  readonly shares: readonly Float64Array[];
  /** By trait: number of its kind. */
  readonly kindOf: Uint8Array;
  /** By trait: log(1 + events / events that have it). */
  readonly rarity: Float64Array;
  /** Number of traits. */
  readonly size: number;

  constructor(details: readonly ItemDetails[]) {
    const numbers = new Map<string, number>();
    const kinds: number[] = [];
    const frequency: number[] = [];
    this.of = details.map((item) =>
      Uint32Array.from(traitsOf(item), ({ kind, key }) => {
        const name = `${kind}\0${key}`;
        const trait = numbers.get(name) ?? numbers.size;
        if (trait === numbers.size) {
          numbers.set(name, trait);
          kinds.push(traitKinds.indexOf(kind));
          frequency.push(0);
        }
        frequency[trait]! += 1;
        return trait;
      }),
    );
    this.size = numbers.size;
    this.kindOf = Uint8Array.from(kinds);
    this.rarity = Float64Array.from(frequency, (count) => Math.log(1 + details.length / count));
    this.shares = this.of.map((traits) => this.sharesOf(traits));
  }

  private sharesOf(traits: Uint32Array): Float64Array {
    const total = new Float64Array(traitKinds.length);
    for (const trait of traits) total[this.kindOf[trait]!]! += this.rarity[trait]!;
    return Float64Array.from(traits, (trait) => this.rarity[trait]! / total[this.kindOf[trait]!]!);
  }
}

function traitsOf({ title, tags, event }: ItemDetails): Trait[] {
  const words = titleWords(title);
  return [
    ...(event === undefined ? [] : placeTraits(event)),
    ...(words.length === 0
      ? []
      : [{ kind: "series", key: `${event?.organiser}/${words.join(" ")}` } as const]),
    ...words.map((key) => ({ kind: "word", key }) as const),
    ...[...new Set(tags)].map((key) => ({ kind: "tag", key }) as const),
  ];
}

/** Organiser and place, of which what is not known is left out. */
function placeTraits({ organiser, country, region, town }: EventDetails): Trait[] {
  const state = `${country}/${region}`;
  const traits: Trait[] = [];
  if (organiser !== "") traits.push({ kind: "organiser", key: organiser });
  if (country !== "") traits.push({ kind: "country", key: country });
  if (region !== "") traits.push({ kind: "region", key: state });
  if (region !== "" && organiser !== "") traits.push({ kind: "circuit", key: `${organiser}/${state}` });
  if (town !== "") traits.push({ kind: "town", key: `${state}/${town.toLowerCase()}` });
  return traits;
}
