import type { Algorithm, Settings } from "./algorithm.js";
import { als } from "./als.js";
import { blendOf } from "./blend.js";
import { ease } from "./ease.js";
import { eventChoice } from "./events/event-choice.js";
import { itemKnn, userKnn } from "./nearest-neighbours.js";
import { ownHistory } from "./own-history.js";
import { content, popularity, random } from "./simple-algorithms.js";
import { successors } from "./successors.js";
import { trending } from "./trending.js";

/** Every way to rank that can be asked for by name. */
export const algorithms: readonly Algorithm[] = [
  random,
  popularity,
  trending,
  content,
  ownHistory,
  userKnn,
  itemKnn,
  als,
  ease,
  successors,
  blendOf([popularity, trending, userKnn, itemKnn, als, ease, successors]),
  eventChoice,
];

export const algorithmsByName: ReadonlyMap<string, Algorithm> = new Map(
  algorithms.map((algorithm) => [algorithm.name, algorithm]),
);

/** An algorithm's presets, with what is set otherwise. */
export function settingsOf({ parameters }: Algorithm, own: Settings = {}): Settings {
  const presets = Object.entries(parameters).map(([name, { preset }]) => [name, preset] as const);
  return { ...Object.fromEntries(presets), ...own };
}
