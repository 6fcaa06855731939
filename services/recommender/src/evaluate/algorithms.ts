import type { Algorithm, Settings } from "./algorithm.js";
import { eventChoice } from "./events/event-choice.js";
import { content, popularity, random } from "./simple-algorithms.js";

/** Every way to rank that can be asked for by name. */
export const algorithms: readonly Algorithm[] = [random, popularity, content, eventChoice];

export const algorithmsByName: ReadonlyMap<string, Algorithm> = new Map(
  algorithms.map((algorithm) => [algorithm.name, algorithm]),
);

/** An algorithm's presets, with what is set otherwise. */
export function settingsOf({ parameters }: Algorithm, own: Settings = {}): Settings {
  const presets = Object.entries(parameters).map(([name, { preset }]) => [name, preset] as const);
  return { ...Object.fromEntries(presets), ...own };
}
