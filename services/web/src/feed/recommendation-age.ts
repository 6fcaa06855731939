/** How long ago a recommendation was made: its id is a UUIDv7, which begins with the time. */
export function recommendationAgeMs(recommendationId: string, now: Date): number {
  const madeMs = Number.parseInt(recommendationId.replaceAll("-", "").slice(0, 12), 16);
  return Number.isNaN(madeMs) ? 0 : now.getTime() - madeMs;
}
