import { type Catalogue, SCHEDULED } from "../catalogue/catalogue.js";

/** Which events may be recommended. */
export interface Scope {
  readonly cityId: string;
  /** Only events that end after this instant, and after now. */
  readonly endingAfterMs: number;
  /** Only events that start before this instant; Infinity for no limit. */
  readonly startingBeforeMs: number;
}

/** A test for whether an event takes place, is not over, and is where and when it was asked for. */
export function inScope(catalogue: Catalogue, scope: Scope, nowMs: number): (event: number) => boolean {
  const { startMs, endMs, status, cityOf } = catalogue;
  const city = catalogue.findCity(scope.cityId);
  const endingAfterMs = Math.max(nowMs, scope.endingAfterMs);
  const { startingBeforeMs } = scope;
  return (event) =>
    status[event] === SCHEDULED &&
    cityOf[event] === city &&
    endMs[event]! > endingAfterMs &&
    startMs[event]! < startingBeforeMs;
}
