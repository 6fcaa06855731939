import { LiveState } from "../ranking/live-state.js";
import type { Event } from "./event.js";

/**
 * Takes in events, before anybody has done anything. Those whose dates or price are no finite numbers cannot be
 * ranked; they are passed over and counted.
 *
 * @param rest called between chunks, so that others can run
 */
export async function readCatalogue(
  chunks: AsyncIterable<readonly Event[]>,
  rest: () => Promise<void>,
): Promise<{ known: LiveState; ignored: number }> {
  const known = new LiveState();
  let ignored = 0;
  for await (const events of chunks) {
    for (const event of events) {
      if (makesSense(event)) known.applyEvent(event);
      else ignored++;
    }
    await rest();
  }
  return { known, ignored };
}

function makesSense({ startMs, endMs, minPriceCents = 0 }: Event): boolean {
  return Number.isFinite(startMs) && Number.isFinite(endMs) && Number.isFinite(minPriceCents);
}
