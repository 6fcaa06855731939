import { createRandom } from "@craic/numerics/random.js";
import { person, World } from "../../../../tests/fixtures/live-world.js";
import { DAY_MS, exampleEvent, nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import type { FeedbackKind } from "../feedback/feedback.js";
import { uuidToBytes } from "../feedback/uuid-bytes.js";
import { Ranker } from "../ranking/ranker.js";
import { popularityModel } from "../ranking/ranking-model.js";
import { evaluate, metricsOf, ndcgOf, type Trial } from "./evaluation.js";
import { FeedbackLog } from "./feedback-log.js";
import { learnHalfLife } from "./half-life-learning.js";
import { discoveriesAt, Replay, splitByTime } from "./replay.js";

type Act = [user: number, event: number, kind: FeedbackKind, occurMs: number];

async function readLog(world: World, acts: readonly Act[]): Promise<FeedbackLog> {
  async function* rows() {
    yield acts.map(([user, event, kind, occurMs], i) => ({
      seq: i + 1,
      userId: uuidToBytes(person(user)),
      eventId: uuidToBytes(uuid(event)),
      kind,
      occurMs,
    }));
  }
  return FeedbackLog.read(rows(), world.state);
}

const rest = async () => undefined;
const beganMs = nowMs - 10 * DAY_MS;

describe("evaluate()", () => {
  /** Ten events far ahead; people 1 to 5 save event 1, then person 9 discovers one. */
  async function trialOf(discovered: number): Promise<{ trial: Trial; place: number; visited: number[] }> {
    const world = new World(Array.from({ length: 10 }, (_, i) => exampleEvent(i + 1)));
    const acts: Act[] = [1, 2, 3, 4, 5].map((user) => [user, 1, "save", beganMs + user]);
    const log = await readLog(world, [
      ...acts,
      [9, discovered, "save", beganMs + 100],
      [8, 3, "save", beganMs + 200],
    ]);
    const state = world.state.beforeAnything();
    const contestant = { ranker: new Ranker(state, popularityModel), algorithm: "popularity" } as const;
    const discoveries = discoveriesAt(log, Uint32Array.of(5), 1);
    const visited: number[] = [];
    const trials = await evaluate(
      state,
      new Replay(log, state),
      discoveries,
      [contestant],
      rest,
      ({ place }) => visited.push(place),
    );
    // What came after the discovery has not happened when it is ranked.
    expect(state.behaviour.savedBy(world.user(8))).toEqual([]);
    return { trial: trials[0]!, place: discoveries[0]!.place, visited };
  }

  it("ranks a discovery among all candidates as things stood at its moment", async () => {
    const { trial, place, visited } = await trialOf(1);
    expect(trial).toMatchObject({ group: "new", cityId: "dublin-ie", ranks: [1] });
    expect(visited).toEqual([place]);
  });

  it("gives events that nobody could have told apart the mean of their ranks", async () => {
    // Behind event 1 there are nine that nobody has liked: ranks 2 to 10, 6 on average.
    expect((await trialOf(4)).trial.ranks).toEqual([6]);
  });

  it.each<[number, string]>([
    [2, "new"],
    [3, "light"],
    [19, "light"],
    [20, "heavy"],
  ])("takes a person with %i likes for one of the group: %s", async (likes, group) => {
    const world = new World(Array.from({ length: 30 }, (_, i) => exampleEvent(i + 1)));
    const acts = Array.from({ length: likes + 1 }, (_, i): Act => [1, i + 1, "save", beganMs + i]);
    const log = await readLog(world, acts);
    const state = world.state.beforeAnything();
    const contestant = { ranker: new Ranker(state, popularityModel), algorithm: "popularity" } as const;
    const discoveries = discoveriesAt(log, Uint32Array.of(likes), 1);
    const [trial] = await evaluate(state, new Replay(log, state), discoveries, [contestant], rest);
    expect(trial?.group).toBe(group);
  });
});

describe("metricsOf()", () => {
  const trial = (group: Trial["group"], ...ranks: number[]): Trial => ({
    user: 1,
    group,
    cityId: "c",
    ranks,
  });
  const trials = [trial("new", 1, 20), trial("new", 3, 1), trial("heavy", 11, 2)];

  it("is the mean over all, and over each group that there is", () => {
    expect(metricsOf(trials, 0)).toEqual({
      "hit_rate@10": 2 / 3,
      "ndcg@10": 1.5 / 3,
      "mrr@10": (1 + 1 / 3) / 3,
      "hit_rate@10:new": 1,
      "ndcg@10:new": 0.75,
      "mrr@10:new": (1 + 1 / 3) / 2,
      "hit_rate@10:heavy": 0,
      "ndcg@10:heavy": 0,
      "mrr@10:heavy": 0,
    });
    expect(metricsOf(trials, 1)["hit_rate@10:heavy"]).toBe(1);
    expect(metricsOf([], 0)).toEqual({});
  });

  it("knows NDCG of each trial", () => {
    expect(trials.map((each) => ndcgOf(each, 0))).toEqual([1, 0.5, 0]);
  });
});

describe("learnHalfLife()", () => {
  /** Forty days in which 400 people save what `pick` picks, some of it each day. */
  async function halfLifeWhere(pick: (day: number, act: number) => number, perDay: number): Promise<number> {
    const events = Array.from({ length: 60 }, (_, i) =>
      exampleEvent(i + 1, { startMs: nowMs + 60 * DAY_MS, endMs: nowMs + 61 * DAY_MS }),
    );
    const world = new World(events);
    const acts = Array.from({ length: 40 * perDay }, (_, i): Act => {
      const day = Math.floor(i / perDay);
      const occurMs = nowMs - (40 - day) * DAY_MS + ((i % perDay) * DAY_MS) / perDay;
      return [1 + (i % 400), 1 + pick(day, i), "save", Math.floor(occurMs)];
    });
    const log = await readLog(world, acts);
    const { validation, test } = splitByTime(log, world.state);
    return learnHalfLife({ known: world.state, log, until: test[0]!, validation, random: () => 0.5, rest });
  }

  it("finds a short one where fashions pass in days", async () => {
    const fashion = (day: number, act: number) => (Math.floor(day / 4) % 12) * 5 + (act % 5);
    expect(await halfLifeWhere(fashion, 30)).toBe(3);
  });

  it("finds a long one where favourites stay and each day tells little of them", async () => {
    const random = createRandom(3);
    expect(await halfLifeWhere(() => Math.floor(60 * random() ** 2), 12)).toBeGreaterThanOrEqual(14);
  });
});
