import { createRandom } from "@craic/numerics/random.js";
import type { DataSet } from "./data-set.js";
import type { Split } from "./question.js";
import { givenSplit, leaveOneOut, splitAt } from "./splits.js";

const USERS = 40;
const ITEMS = 60;

/** Everybody does something with up to 20 items, at random times; nobody comes back to an item. */
function randomData(): DataSet {
  const random = createRandom(11);
  const list: { user: number; item: number; timeMs: number }[] = [];
  for (let user = 0; user < USERS; user++) {
    const items = Array.from({ length: ITEMS }, (_, item) => item).filter(() => random() < 0.2);
    for (const item of items) list.push({ user, item, timeMs: Math.floor(random() * 1_000) });
  }
  list.sort((a, b) => a.timeMs - b.timeMs);
  return {
    userIds: Array.from({ length: USERS }, (_, i) => `u${i}`),
    itemIds: Array.from({ length: ITEMS }, (_, i) => `i${i}`),
    interactions: {
      count: list.length,
      users: Uint32Array.from(list, ({ user }) => user),
      items: Uint32Array.from(list, ({ item }) => item),
      values: new Float32Array(list.length).fill(1),
      timesMs: Float64Array.from(list, ({ timeMs }) => timeMs),
    },
    details: undefined,
    given: undefined,
  };
}

const data = randomData();
const full = { kind: "full" } as const;
const sampled = { kind: "sampled", negatives: 9, seed: 1 } as const;

function trainedOn(split: Split): Set<string> {
  const { users, items, count } = split.train;
  return new Set(Array.from({ length: count }, (_, i) => `${users[i]}/${items[i]}`));
}

describe.each([
  ["leaveOneOut", (ranking: typeof full | typeof sampled) => leaveOneOut(data, ranking)],
  ["splitAt", (ranking: typeof full | typeof sampled) => splitAt(data, 700, ranking)],
])("%s", (_, split) => {
  it("never trains on what it asks about", () => {
    const trained = trainedOn(split(full));
    for (const { user, relevant } of split(full).questions) {
      for (const item of relevant) expect(trained).not.toContain(`${user}/${item}`);
    }
  });

  it("trains on nothing of a user that comes after what they are asked about", () => {
    const { train, questions } = split(full);
    const atMs = new Map(questions.map((question) => [question.user, question.atMs]));
    for (let i = 0; i < train.count; i++) {
      expect(train.timesMs[i]!).toBeLessThanOrEqual(atMs.get(train.users[i]!) ?? Number.POSITIVE_INFINITY);
    }
  });

  it("ranks among all items that are new to the user", () => {
    const trained = trainedOn(split(full));
    for (const question of split(full).questions) {
      const candidates = [...question.candidates()];
      const known = [...Array(ITEMS).keys()].filter((item) => trained.has(`${question.user}/${item}`));
      expect(candidates.length).toBe(ITEMS - known.length);
      expect(candidates.filter((item) => known.includes(item))).toEqual([]);
    }
  });

  it("samples negatives that the user has nothing to do with, each once, the same for the same seed", () => {
    const { questions } = split(sampled);
    const trained = trainedOn(split(sampled));
    for (const question of questions) {
      const candidates = question.candidates();
      expect(candidates).toEqual(question.candidates());
      expect(new Set(candidates).size).toBe(question.relevant.length + 9);
      for (const item of candidates) expect(trained).not.toContain(`${question.user}/${item}`);
    }
    const other = (seed: number) => split({ ...sampled, seed } as typeof sampled).questions[0]!.candidates();
    expect(other(2)).not.toEqual(other(1));
  });

  it("knows how much each user has done before", () => {
    const { questions, train } = split(full);
    for (const { user, history } of questions) {
      expect(history).toBe(train.users.filter((each) => each === user).length);
    }
  });
});

describe("leaveOneOut", () => {
  it("asks about the last item of everybody who has two or more", () => {
    const { questions, train } = leaveOneOut(data, full);
    expect(train.count + questions.length).toBe(data.interactions.count);
    for (const { user, relevant, atMs } of questions) {
      const times = data.interactions.timesMs.filter((_, i) => data.interactions.users[i] === user);
      expect(relevant).toHaveLength(1);
      expect(atMs).toBe(times.at(-1));
    }
  });
});

describe("givenSplit", () => {
  it("takes the negatives that came with the data, and samples none", () => {
    const given = [{ user: 0, item: 59, timeMs: 5_000, negatives: Uint32Array.of(3, 4) }];
    const { train, questions } = givenSplit({ ...data, given }, sampled);
    expect(train.count).toBe(data.interactions.count);
    expect([...questions[0]!.candidates()]).toEqual([59, 3, 4]);
  });
});
