import { askAboutAttendance, DAY_MS } from "./attendance-split.js";
import type { ItemDetails } from "./data-set.js";

const day = (n: number) => n * DAY_MS;

function eventOn(n: number): ItemDetails {
  const place = { organiser: "x", town: "", region: "", country: "", location: undefined };
  return { title: "", tags: [], event: { startMs: day(n), ...place } };
}

/** Events on days 0, 10, 20 …, and who was at which. */
function world(attended: readonly (readonly [user: number, event: number])[]) {
  const details = Array.from({ length: 12 }, (_, i) => eventOn(i * 10));
  const list = [...attended].sort((a, b) => a[1] - b[1]);
  return {
    details,
    interactions: {
      count: list.length,
      users: Uint32Array.from(list, ([user]) => user),
      items: Uint32Array.from(list, ([, event]) => event),
      values: new Float32Array(list.length).fill(1),
      timesMs: Float64Array.from(list, ([, event]) => day(event * 10)),
    },
  };
}

const rules = { fromMs: day(60), windowDays: 25, minHistory: 1, leadDays: 0 };

describe("askAboutAttendance", () => {
  const data = world([[0, 1], [0, 5], [0, 8], [1, 2], [1, 7], [1, 9], [2, 6]]); // biome-ignore format: one line a world

  it("asks about each attendance of the test part by people with a past", () => {
    const { questions, train } = askAboutAttendance(data, rules);
    expect(train.count).toBe(3);
    expect(questions.map(({ user, relevant }) => [user, relevant[0]])).toEqual([
      [1, 7],
      [0, 8],
      [1, 9],
    ]);
    expect(questions.map(({ history }) => history)).toEqual([1, 2, 2]);
  });

  it("offers the events of the window, less those that the person is known to have been to", () => {
    const { questions } = askAboutAttendance(data, rules);
    expect([...questions[0]!.candidates()]).toEqual([5, 6, 7, 8, 9]);
    expect([...questions[2]!.candidates()]).toEqual([8, 9, 10, 11]); // 7 they have been to
  });

  it("lets nothing be known of the attended event's own day or after it", () => {
    const { questions, later } = askAboutAttendance(data, rules);
    for (const { known, relevant } of questions) {
      for (let i = 0; i < known; i++) expect(later.timesMs[i]!).toBeLessThan(day(relevant[0]! * 10));
      for (let i = known; i < later.count; i++) {
        expect(later.timesMs[i]!).toBeGreaterThanOrEqual(day(relevant[0]! * 10));
      }
    }
  });

  it("lets nothing be known of the days that lead up to it either, where so asked", () => {
    const { questions } = askAboutAttendance(data, { ...rules, leadDays: 25 });
    // On day 65 nobody is known to have been to event 7 on day 70, so it is a candidate for day 90.
    expect([...questions.at(-1)!.candidates()]).toEqual([7, 8, 9, 10, 11]);
    expect(questions.at(-1)!.atMs).toBe(day(65));
    expect(questions.at(-1)!.known).toBe(1); // event 6 alone
  });

  it("passes over people with less of a past than asked for", () => {
    const { questions } = askAboutAttendance(data, { ...rules, minHistory: 2 });
    expect(questions.map(({ user }) => user)).toEqual([0, 1]);
  });

  it("asks in the order in which things become known", () => {
    const { questions } = askAboutAttendance(data, rules);
    const known = questions.map((question) => question.known);
    expect(known).toEqual([...known].sort((a, b) => a - b));
  });
});
