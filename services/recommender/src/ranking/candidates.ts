import type { Discovery } from "../training/replay.js";
import type { LiveState } from "./live-state.js";

/**
 * What a person could have been shown when they made a discovery: the events in the discovery's city that were
 * not over and that they had neither saved nor hidden. The discovery itself is the first of them.
 *
 * When an event was announced is not kept, so that some of these may not have been known then.
 */
export function candidatesOf(
  { catalogue, behaviour }: LiveState,
  { user, event, occurMs }: Discovery,
): number[] {
  const candidates = [event];
  for (const other of catalogue.everIn(catalogue.cityOf[event]!)) {
    if (other === event || !catalogue.isOn(other) || catalogue.endMs[other]! <= occurMs) continue;
    const slot = behaviour.find(user, other);
    if (!behaviour.isSavedAt(slot) && !behaviour.isHiddenAt(slot)) candidates.push(other);
  }
  return candidates;
}
