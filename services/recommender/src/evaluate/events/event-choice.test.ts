import type { Scorer, Settings } from "../algorithm.js";
import { settingsOf } from "../algorithms.js";
import { askAboutAttendance } from "../attendance-split.js";
import type { DataSet } from "../data-set.js";
import { plantedAttendance } from "../fixtures/planted-attendance.js";
import { measure, metricsAt } from "../measure.js";
import type { Split } from "../question.js";
import { eventChoice } from "./event-choice.js";

const data = plantedAttendance(150, 3);
const fromMs = Date.UTC(2013, 0, 1);
const split = askAboutAttendance(data, { fromMs, windowDays: 30, minHistory: 3, leadDays: 30 });

function fit(settings: Settings, from: DataSet = data, on: Split = split): Promise<Scorer> {
  return eventChoice.fit(
    {
      users: from.userIds.length,
      items: from.itemIds.length,
      interactions: on.train,
      details: from.details,
      seed: 1,
      threads: 1,
      carve: () => on,
      fit: () => Promise.reject(new Error("it is made of nothing else")),
    },
    settingsOf(eventChoice, { choices: 800, alternatives: 20, ...settings }),
  );
}

/** hit@1 over all questions, and over those about nationals. */
async function hits(settings: Settings) {
  const scorer = await fit(settings);
  const { values } = measure(scorer, split, data.itemIds.length, metricsAt([1]).slice(0, 1), 1, 1);
  const isNational = split.questions.map(({ relevant }) =>
    data.details![relevant[0]!]!.title.includes("National"),
  );
  const mean = (keep: (q: number) => boolean) => {
    const kept = [...values.keys()].filter(keep);
    return kept.reduce((sum, q) => sum + values[q]!, 0) / kept.length;
  };
  return { all: mean(() => true), nationals: mean((q) => isNational[q]!) };
}

describe("event-choice", () => {
  it("asks about events alone that nobody had been to in training", () => {
    const trained = new Set(split.train.items);
    expect(split.questions.length).toBeGreaterThan(300);
    for (const { relevant } of split.questions) expect(trained).not.toContain(relevant[0]!);
  });

  it("finds the event that fits a person's habits", async () => {
    const chance = 1 / split.questions[0]!.candidates().length;
    expect((await hits({})).all).toBeGreaterThan(8 * chance);
  });

  it("finds what people cross the country for, by what such events drew before", async () => {
    const [whole, without] = [await hits({}), await hits({ draw: 0, title: 0 })];
    expect(whole.nationals).toBeGreaterThan(without.nationals + 0.1);
  });

  it("loses what it is told to leave out", async () => {
    const blind = { own: 0, title: 0, next: 0, company: 0, near: 0, draw: 0, vector: 0 };
    const scorer = await fit(blind);
    const { user, atMs, candidates } = split.questions[0]!;
    const scores = new Float64Array(candidates().length);
    scorer.score({ user, atMs }, candidates(), scores);
    expect(new Set(scores).size).toBe(1);
  });

  it("is told nothing by what happens after it is asked", async () => {
    const at = Math.floor(split.questions.length / 2);
    const question = split.questions[at]!;
    // The same world, in which everybody goes elsewhere from then on: items are handed round.
    const users = split.later.users.map((user, i) => (i < question.known ? user : (user + 1) % 150));
    const altered = { ...split, later: { ...split.later, users } };
    const scoresOf = async (of: Split) => {
      const scorer = await fit({});
      for (let i = 0; i < question.known; i++) {
        scorer.observe!(of.later.users[i]!, of.later.items[i]!, of.later.timesMs[i]!);
      }
      const candidates = question.candidates();
      const scores = new Float64Array(candidates.length);
      scorer.score(question, candidates, scores);
      return scores;
    };
    expect(await scoresOf(altered)).toEqual(await scoresOf(split));
    expect(altered.later.users).not.toEqual(split.later.users);
  });

  it("scores people and events of which nothing is known", async () => {
    const nowhere = { organiser: "", town: "", region: "", country: "", location: undefined };
    const strange = { title: "", tags: [], event: { startMs: fromMs, ...nowhere } };
    const more = {
      ...data,
      userIds: [...data.userIds, "stranger"],
      itemIds: [...data.itemIds, "strange"],
      details: [...data.details!, strange],
    };
    const scorer = await fit({}, more);
    const scores = new Float64Array(2);
    scorer.score({ user: 150, atMs: fromMs }, Uint32Array.of(0, data.itemIds.length), scores);
    expect([...scores].every(Number.isFinite)).toBe(true);
  });

  it("learns from as good as nothing", async () => {
    const few = { ...split, train: { ...split.train, count: 1 } };
    const scorer = await fit({}, data, few);
    const scores = new Float64Array(2);
    scorer.score({ user: 0, atMs: fromMs }, Uint32Array.of(0, 1), scores);
    expect([...scores].every(Number.isFinite)).toBe(true);
  });
});
