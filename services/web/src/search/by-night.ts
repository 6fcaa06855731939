import { nightLabel } from "../event/event-time.js";
import { type Listed, spanOf } from "../event/listed.js";

/** The events of one night, under its name. */
export interface Night {
  readonly label: string;
  readonly items: readonly Listed[];
}

/** Events, soonest first, under the nights that they start in; what has begun comes under one name. */
export function byNight(items: readonly Listed[], now: Date): Night[] {
  const nights = Map.groupBy(items, ({ event }) => nightLabel(spanOf(event), now));
  return [...nights].map(([label, ofNight]) => ({ label, items: ofNight }));
}
