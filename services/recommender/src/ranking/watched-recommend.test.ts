import { person } from "../../../../tests/fixtures/live-world.js";
import { nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import type { RankingRequest } from "../models/shadow.js";
import type { RankedList } from "./ranked-lists.js";
import type { Answer, Question, Ranking } from "./recommend.js";
import { noPreferences } from "./taste.js";
import { type Recommending, WatchedRecommend } from "./watched-recommend.js";

const ranking = { ranker: { model: { version: "1.0.0" } } } as Ranking;
const scope = { cityId: "dublin-ie", endingAfterMs: nowMs, startingBeforeMs: Number.POSITIVE_INFINITY };
const list = { listId: "list", scope } as RankedList;
const question: Question = {
  listener: { userId: person(1), preferences: noPreferences },
  cityId: "dublin-ie",
  endingAfterMs: undefined,
  startingBeforeMs: undefined,
  wanted: "blend",
};
const page = { items: [], nextPlace: undefined };

let clockMs: number;
let counted: [version: string, hasFailed: boolean, latencyMs?: number][];
let begun: [version: string, recommendationId: string, userId: string][];
let offered: RankingRequest[];

/** Recommends whatever this gives, in 7 ms. */
function watching(give: () => Answer): WatchedRecommend {
  clockMs = 1_000;
  [counted, begun, offered] = [[], [], []];
  const slowly = () => {
    clockMs += 7;
    return give();
  };
  const recommend: Recommending = { begin: slowly, continue: slowly };
  return new WatchedRecommend(recommend, {
    guard: {
      answered: (...answer) => void counted.push(answer),
      begun: (...recommendation) => void begun.push(recommendation),
    },
    shadow: { offer: (request) => void offered.push(request) },
    monotonicMs: () => clockMs,
  });
}

const fail = () => {
  throw new Error("no");
};

describe("WatchedRecommend", () => {
  it("times what was ranked for the answer, waits for saves from it, and shows it to the shadow", () => {
    const answer: Answer = { recommendationId: "list", list, page };
    expect(watching(() => answer).begin(ranking, question, 20, nowMs)).toBe(answer);
    expect(counted).toEqual([["1.0.0", false, 7]]);
    expect(begun).toEqual([["1.0.0", "list", person(1)]]);
    expect(offered).toEqual([{ userId: person(1), preferences: noPreferences, algorithm: "blend", scope }]);
  });

  it("does not tell the guard of what was ranked by another algorithm than the model's own", () => {
    const popular = { ...question, wanted: "popularity" } as const;
    watching(() => ({ recommendationId: "list", list, page })).begin(ranking, popular, 20, nowMs);
    expect([counted, begun, offered.length]).toEqual([[], [], 1]);
  });

  it("does not time an answer from a list that was held", () => {
    watching(() => ({ recommendationId: "another", list, page })).begin(ranking, question, 20, nowMs);
    expect(counted).toEqual([["1.0.0", false, undefined]]);
    expect(begun).toEqual([["1.0.0", "another", person(1)]]);
  });

  it("waits for no saves from nobody in particular", () => {
    const nobody = { ...question, listener: { ...question.listener, userId: "" } };
    watching(() => ({ recommendationId: "list", list, page })).begin(ranking, nobody, 20, nowMs);
    expect([begun.length, offered.length]).toEqual([0, 1]);
  });

  it("counts a later page, which is no new recommendation", () => {
    const watched = watching(() => ({ recommendationId: "list", list, page }));
    watched.continue(ranking, question.listener, { recommendationId: "list", list, place: 20 }, 20, nowMs);
    expect([counted, begun, offered]).toEqual([[["1.0.0", false]], [], []]);
  });

  it("counts what fails, and lets it fail", () => {
    const watched = watching(fail);
    expect(() => watched.begin(ranking, question, 20, nowMs)).toThrow("no");
    const of = { recommendationId: "list", list, place: 20 };
    expect(() => watched.continue(ranking, question.listener, of, 20, nowMs)).toThrow("no");
    expect(counted).toEqual([
      ["1.0.0", true],
      ["1.0.0", true],
    ]);
    expect([begun, offered]).toEqual([[], []]);
  });
});
