import { World } from "../../../../tests/fixtures/live-world.js";
import { exampleEvent, HOUR_MS, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { MODEL_FILE, type ModelManifest } from "../models/model-manifest.js";
import { unassigned } from "../variants/served.js";
import type { Reason } from "./explanation.js";
import { type RankedList, RankedLists } from "./ranked-lists.js";
import { POPULARITY_VERSION } from "./ranking-model.js";

const PAGES_MS = 15 * 60_000;
const ANSWERS_MS = 6 * HOUR_MS;

const because = (...evidence: number[]): Reason => ({
  kind: "genre",
  contribution: 1,
  about: [],
  evidence,
  liked: evidence.length,
  saved: 0,
  people: 0,
  peopleSaved: 0,
});

/** Lists over a world of five events in Dublin and one in Berlin. */
function bed(maxBytes = 1_000_000) {
  const events = [1, 2, 3, 4, 5].map((number) => exampleEvent(number));
  const world = new World([...events, exampleEvent(6, { cityId: "berlin-de" })]);
  const { state } = world;
  const lists = new RankedLists(state, { maxBytes, pagesMs: PAGES_MS, answersMs: ANSWERS_MS });
  const list = (listId: string, changes: Partial<RankedList> = {}): RankedList => ({
    listId,
    userId: "",
    scope: { cityId: "dublin-ie", endingAfterMs: 0, startingBeforeMs: Number.POSITIVE_INFINITY },
    algorithm: "blend",
    served: unassigned,
    arrangement: {},
    modelVersion: POPULARITY_VERSION,
    manifest: undefined,
    events: [1, 2, 3].map((number) => world.event(number)),
    scores: [3, 2, 1],
    explored: new Set(),
    reasons: [],
    isComplete: true,
    rankedMs: nowMs,
    lastChange: state.changes.newest,
    crowdChanges: state.changes.crowdChanges,
    ...changes,
  });
  return { world, lists, list };
}

const long = (length: number) => ({
  events: new Array<number>(length).fill(1),
  scores: new Array<number>(length).fill(1),
});

describe("a list that is held for later pages", () => {
  it("is found until its time is over, however often it was looked at", () => {
    const { lists, list } = bed();
    const held = list("a");
    lists.put(held, nowMs);
    expect(lists.find("a", nowMs + PAGES_MS - 1)).toEqual(held);
    lists.put(held, nowMs + PAGES_MS - 1);
    expect(lists.find("a", nowMs + PAGES_MS)).toBeUndefined();
    expect(lists.find("b", nowMs)).toBeUndefined();
  });

  it("is found for as long again after it has answered once more", () => {
    const { lists, list } = bed();
    lists.put(list("a"), nowMs, "question");
    lists.answerTo("question", POPULARITY_VERSION, nowMs + HOUR_MS);
    expect(lists.find("a", nowMs + HOUR_MS + PAGES_MS - 1)).toBeDefined();
    expect(lists.find("a", nowMs + HOUR_MS + PAGES_MS)).toBeUndefined();
  });

  it("is found though it does not answer any more", () => {
    const { world, lists, list } = bed();
    lists.put(list("a"), nowMs, "question");
    world.state.applyEvent(exampleEvent(9));
    expect(lists.answerTo("question", POPULARITY_VERSION, nowMs)).toBeUndefined();
    expect(lists.find("a", nowMs)).toBeDefined();
  });
});

describe("the bytes of lists", () => {
  it("are kept within bounds by dropping the list that nobody has needed for longest", () => {
    const { lists, list } = bed(2_800);
    for (const id of ["a", "b", "c", "d"]) lists.put(list(id), nowMs, `question ${id}`);
    lists.find("a", nowMs);
    lists.answerTo("question b", POPULARITY_VERSION, nowMs);
    lists.put(list("e"), nowMs, "question e");
    const isHeld = (id: string) => lists.find(id, nowMs) !== undefined;
    expect(["a", "b", "c", "d", "e"].filter(isHeld)).toEqual(["a", "b", "d", "e"]);
    expect(lists.answerTo("question c", POPULARITY_VERSION, nowMs)).toBeUndefined();
  });

  it("are not kept for a list that was asked for and answers no more", () => {
    const { lists, list } = bed(2_800);
    for (const id of ["a", "b", "c", "d"]) lists.put(list(id), nowMs, `question ${id}`);
    expect(lists.answerTo("question a", POPULARITY_VERSION, nowMs + ANSWERS_MS)).toBeUndefined();
    expect(lists.find("b", nowMs + PAGES_MS)).toBeUndefined();
    for (const id of ["e", "f"]) lists.put(list(id), nowMs, `question ${id}`);
    const isHeld = (id: string) => lists.find(id, nowMs) !== undefined;
    expect(["a", "b", "c", "d", "e", "f"].filter(isHeld)).toEqual(["c", "d", "e", "f"]);
  });

  it("never are more than they may be, though lists grow and give reasons", () => {
    const { lists, list } = bed(30_000);
    for (let i = 0; i < 500; i++) {
      const grows = list(`${i}`, long(i % 50));
      lists.put(grows, nowMs, `question ${i}`);
      const before = lists.bytes;
      grows.events.push(1);
      grows.scores.push(1);
      grows.reasons.push([because()]);
      lists.put(grows, nowMs);
      expect(lists.bytes).toBeLessThanOrEqual(30_000);
      if (i === 0) expect(lists.bytes).toBeGreaterThan(before + 10);
    }
    expect(lists.find("499", nowMs)).toBeDefined();
  });

  it("that an old list took are given back, and its question is left to the list that answers it now", () => {
    const { lists, list } = bed(2_100);
    lists.put(list("a"), nowMs, "question");
    const newer = list("b");
    lists.put(newer, nowMs, "question");
    for (const id of ["c", "d"]) {
      lists.find("b", nowMs);
      lists.put(list(id), nowMs, `question ${id}`);
    }
    expect(lists.find("a", nowMs)).toBeUndefined();
    expect(lists.answerTo("question", POPULARITY_VERSION, nowMs)).toEqual(newer);
  });

  it("are none for a list that is too large by itself", () => {
    const { lists, list } = bed(2_000);
    lists.put(list("a", long(1_000)), nowMs, "question");
    expect([
      lists.find("a", nowMs),
      lists.answerTo("question", POPULARITY_VERSION, nowMs),
      lists.bytes,
    ]).toEqual([undefined, undefined, 0]);
  });
});

describe("a list that answers the same question again", () => {
  const asked = (
    atMs: number,
    prepare: (bed_: ReturnType<typeof bed>) => Partial<RankedList> | undefined,
  ) => {
    const made = bed();
    const changes = prepare(made);
    const held = made.list("a", changes);
    made.lists.put(held, nowMs, "question");
    return {
      ...made,
      answers: () => made.lists.answerTo("question", POPULARITY_VERSION, atMs)?.listId === "a",
    };
  };
  /** 200 people like an event before the list is ranked. */
  const popular = ({ world }: ReturnType<typeof bed>) => {
    for (let user = 2; user < 202; user++) world.act(user, "save", 1);
    const { newest, crowdChanges } = world.state.changes;
    return { lastChange: newest, crowdChanges };
  };
  const person1 = "01234567-89ab-4cde-8f01-000003000001";

  it("does so for six hours, and for no other question", () => {
    const { lists, answers } = asked(nowMs + ANSWERS_MS - 1, () => undefined);
    expect(answers()).toBe(true);
    expect(lists.answerTo("another question", POPULARITY_VERSION, nowMs)).toBeUndefined();
    expect(lists.answerTo("question", POPULARITY_VERSION, nowMs - 1)).toBeUndefined();
    expect(asked(nowMs + ANSWERS_MS, () => undefined).answers()).toBe(false);
  });

  it("does not for a model that has its number and other bytes", () => {
    const { lists, list } = bed();
    const manifestOf = (digest: string) => ({ sha256: { [MODEL_FILE]: digest } }) as unknown as ModelManifest;
    const ranked = list("a", { modelVersion: "1.0.0", manifest: manifestOf("aa") });
    lists.put(ranked, nowMs, "question");
    expect(lists.answerTo("question", "1.0.0", nowMs, manifestOf("aa"))).toEqual(ranked);
    expect(lists.answerTo("question", "1.0.0", nowMs, manifestOf("bb"))).toBeUndefined();
  });

  it("does not for another model, and does again when the one that ranked it is back", () => {
    const { world, lists, answers } = asked(nowMs, () => ({ userId: person1 }));
    expect(lists.answerTo("question", "1.0.0", nowMs)).toBeUndefined();
    expect(answers()).toBe(true);
    world.act(1, "save", 6);
    expect(answers()).toBe(false);
  });

  it("does not after anything that the person did, the first thing ever included", () => {
    for (const kind of ["save", "click", "hide", "impression"] as const) {
      const { world, answers } = asked(nowMs, () => ({ userId: person1 }));
      expect(answers()).toBe(true);
      world.act(1, kind, 6);
      expect([kind, answers()]).toEqual([kind, false]);
    }
  });

  it("does after what changes nothing: the same feedback again, another impression of the same visit", () => {
    const { world, answers } = asked(nowMs, ({ world }) => {
      for (const kind of ["save", "click", "hide", "impression"] as const) world.act(1, kind, 1);
      const { newest, crowdChanges } = world.state.changes;
      return { userId: person1, lastChange: newest, crowdChanges };
    });
    for (const kind of ["save", "click", "hide", "impression"] as const) world.act(1, kind, 1);
    world.act(1, "impression", 1, nowMs - HOUR_MS + 60_000);
    expect(answers()).toBe(true);
    world.act(1, "impression", 1, nowMs + HOUR_MS);
    expect(answers()).toBe(false);
  });

  it.each<[string, Parameters<typeof exampleEvent>]>([
    ["is cancelled", [2, { status: "cancelled" }]],
    ["is edited", [2, { genres: ["jazz"] }]],
    ["moves away", [2, { cityId: "berlin-de" }]],
    ["is new", [7]],
    ["comes from elsewhere", [6]],
  ])("does not after an event of the city %s", (_, [number, changes]) => {
    const { world, answers } = asked(nowMs, popular);
    world.state.applyEvent(exampleEvent(8, { cityId: "berlin-de" }));
    expect(answers()).toBe(true);
    world.state.applyEvent(exampleEvent(number, changes));
    expect(answers()).toBe(false);
  });

  it("does not after an event elsewhere was edited that a reason rests on", () => {
    const { world, answers } = asked(nowMs, (made) => ({
      ...popular(made),
      reasons: [[because(made.world.event(6))]],
    }));
    world.state.applyEvent(exampleEvent(8, { cityId: "berlin-de" }));
    expect(answers()).toBe(true);
    world.state.applyEvent(exampleEvent(6, { cityId: "berlin-de", genres: ["jazz"] }));
    expect(answers()).toBe(false);
  });

  it("does until as much has changed of what everybody likes as one in a hundred likings", () => {
    const { world, answers } = asked(nowMs, popular);
    world.act(300, "save", 4);
    world.state.applyEvent(exampleEvent(6, { cityId: "berlin-de", genres: ["jazz"] }));
    expect(answers()).toBe(true);
    world.act(301, "save", 4);
    expect(answers()).toBe(false);
  });

  it("does not once many have seen what was shown because few had", () => {
    const { world, answers } = asked(nowMs, (made) => {
      for (let user = 1_000; user < 1_019; user++) made.world.act(user, "impression", 2);
      const explored = new Set([made.world.event(2)]);
      return { ...popular(made), explored, reasons: [[because()], [because()]] };
    });
    world.act(2_000, "impression", 3);
    expect(answers()).toBe(true);
    world.act(2_000, "impression", 2);
    expect(answers()).toBe(false);
  });

  it("does not after somebody has taken back a liking of an event whose reasons were given", () => {
    const { world, answers } = asked(nowMs, ({ world }) => {
      for (let user = 2; user < 502; user++) world.act(user, "save", 1);
      world.act(3, "save", 5);
      const { newest, crowdChanges } = world.state.changes;
      return { lastChange: newest, crowdChanges, reasons: [[because()]] };
    });
    world.act(3, "unsave", 5);
    expect(answers()).toBe(true);
    world.act(2, "unsave", 1);
    expect(answers()).toBe(false);
  });
});
