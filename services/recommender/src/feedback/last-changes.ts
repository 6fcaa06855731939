import { withLength } from "@craic/numerics/typed-array.js";

/**
 * When what a list is ranked from last changed, so that a list can tell whether it still holds. Time is counted
 * in changes: each is later than the one before, whatever the clock says. 8 bytes a person, event and city.
 */
export class LastChanges {
  /** Number of the newest change; what was ranked now is newer than all so far. */
  newest = 0;
  /**
   * How often what everybody likes has changed, because somebody came to like an event more or less or an event
   * has other features; and how many pairs of person and event are liked.
   */
  crowdChanges = 0;
  likes = 0;
  private users: Float64Array = new Float64Array(0);
  private events: Float64Array = new Float64Array(0);
  private cities: Float64Array = new Float64Array(0);

  get bytes(): number {
    return this.users.byteLength + this.events.byteLength + this.cities.byteLength;
  }

  /** A person did something that a ranking takes note of. */
  ofUser(user: number): void {
    this.users = marked(this.users, user, ++this.newest);
  }

  /** An event was edited, or somebody who liked it does so no longer, which makes untrue what is said of them. */
  ofEvent(event: number): void {
    this.crowdChanges++;
    this.events = marked(this.events, event, ++this.newest);
  }

  /** An event came to a city, left it, or changed in it. */
  ofCity(city: number): void {
    this.cities = marked(this.cities, city, ++this.newest);
  }

  /** Somebody's liking of an event changed. */
  ofLiking(before: number, after: number): void {
    if (before === after) return;
    this.crowdChanges++;
    this.likes += (after > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
  }

  /** Number of a person's last change; 0 when there was none, or nobody has that number. */
  userChange(user: number): number {
    return this.users[user] ?? 0;
  }

  eventChange(event: number): number {
    return this.events[event] ?? 0;
  }

  cityChange(city: number): number {
    return this.cities[city] ?? 0;
  }
}

function marked(changes: Float64Array, index: number, now: number): Float64Array {
  const longEnough = withLength(changes, index + 1);
  longEnough[index] = now;
  return longEnough;
}
