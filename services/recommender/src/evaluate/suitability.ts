import type { Algorithm } from "./algorithm.js";
import { algorithmsByName } from "./algorithms.js";
import type { DataSet } from "./data-set.js";
import { UsageError } from "./options.js";
import { isAttendance } from "./protocol.js";

/** What there is to compare on data of this kind. */
export function suitable(data: DataSet): string[] {
  if (isAttendance(data)) return ["random", "own-history", "content", "event-choice"];
  return ["popularity", "trending", "user-knn", "item-knn", "als", "ease", "successors", "blend"];
}

/**
 * Before anything is trained: nobody waits for an algorithm that has nothing to go by.
 *
 * @param option the one that names the algorithms
 * @throws UsageError
 */
export function checkSuitable(option: string, names: readonly string[], data: DataSet): void {
  for (const name of names) {
    const missing = missingFor(algorithmsByName.get(name)!, data);
    if (missing !== undefined) throw new UsageError(`${option} ${name}: ${missing}`);
  }
}

function missingFor({ needs }: Algorithm, data: DataSet): string | undefined {
  switch (needs) {
    case undefined:
      return undefined;
    case "descriptions":
      return data.details === undefined ? "this data does not describe its items" : undefined;
    case "events":
      return isAttendance(data) ? undefined : "the items are not events";
  }
}
