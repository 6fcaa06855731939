/** One time that a person went to an event. */
export interface Attendance {
  readonly event: number;
  readonly timeMs: number;
}

/** Who went where so far, both ways round, in order of time. */
export class Attendances {
  private readonly byPerson: Attendance[][];
  private readonly byEvent: number[][];

  constructor(people: number, events: number) {
    this.byPerson = Array.from({ length: people }, () => []);
    this.byEvent = Array.from({ length: events }, () => []);
  }

  add(person: number, event: number, timeMs: number): void {
    this.byPerson[person]!.push({ event, timeMs });
    this.byEvent[event]!.push(person);
  }

  of(person: number): readonly Attendance[] {
    return this.byPerson[person]!;
  }

  at(event: number): readonly number[] {
    return this.byEvent[event]!;
  }
}
