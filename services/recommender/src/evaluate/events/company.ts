import type { Attendance, Attendances } from "./attendances.js";
import type { EventTraits } from "./event-traits.js";

// What bounds the work for one person: the newest count.
const EVENTS = 15;
const PEOPLE_PER_EVENT = 300;
const PEOPLE = 60;
const EVENTS_PER_PERSON = 15;
/** Total likeness that counts as no company at all. */
const SHRINKAGE = 0.1;
/** Events of nothing in particular in everybody's past. */
const PRIOR_EVENTS = 0.5;

/**
 * The habits of the people whom somebody has met most: those who were at the same events, small events counting more
 * than large ones, and people who go to everything less.
 */
export class Company {
  constructor(
    private readonly traits: EventTraits,
    private readonly attendances: Attendances,
  ) {}

  /**
   * What part of the company's pasts has each trait, 0 to 1.
   *
   * @param past what the person has been to
   * @param weights how much each of these counts
   */
  habitsAround(person: number, past: readonly Attendance[], weights: readonly number[]): Map<number, number> {
    const habits = new Map<number, number>();
    let total = SHRINKAGE;
    for (const { other, likeness } of this.people(person, past, weights)) {
      const theirs = this.attendances.of(other).slice(-EVENTS_PER_PERSON);
      if (theirs.length < 2) continue; // only the event where they met
      total += likeness;
      const each = likeness / (theirs.length + PRIOR_EVENTS);
      for (const { event } of theirs) {
        for (const trait of this.traits.of[event]!) habits.set(trait, (habits.get(trait) ?? 0) + each);
      }
    }
    for (const [trait, sum] of habits) habits.set(trait, sum / total);
    return habits;
  }

  private people(person: number, past: readonly Attendance[], weights: readonly number[]) {
    const met = new Map<number, number>();
    for (let i = Math.max(0, past.length - EVENTS); i < past.length; i++) {
      const guests = this.attendances.at(past[i]!.event);
      const worth = weights[i]! / Math.sqrt(guests.length);
      for (const other of guests.slice(-PEOPLE_PER_EVENT)) {
        if (other !== person) met.set(other, (met.get(other) ?? 0) + worth);
      }
    }
    return [...met]
      .map(([other, worth]) => ({
        other,
        likeness: worth / Math.sqrt(this.attendances.of(other).length + 1),
      }))
      .sort((a, b) => b.likeness - a.likeness || a.other - b.other)
      .slice(0, PEOPLE);
  }
}
