/** Mean radius of the Earth, kilometres (IUGG). */
const EARTH_RADIUS_KM = 6371.0088;
const RADIANS_PER_DEGREE = Math.PI / 180;

/** A place on the Earth, degrees. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * Distance over the ground between two places, kilometres, on a sphere; within 0.6% of the true one.
 * The haversine formula: it keeps its digits where places are close together.
 * Source: Sinnott, "Virtues of the Haversine", Sky and Telescope 68(2), 1984.
 */
export function greatCircleKm(a: Position, b: Position): number {
  const halfLatitude = ((b.latitude - a.latitude) * RADIANS_PER_DEGREE) / 2;
  const halfLongitude = ((b.longitude - a.longitude) * RADIANS_PER_DEGREE) / 2;
  const h =
    Math.sin(halfLatitude) ** 2 +
    Math.cos(a.latitude * RADIANS_PER_DEGREE) *
      Math.cos(b.latitude * RADIANS_PER_DEGREE) *
      Math.sin(halfLongitude) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}
