import type { DataSet, ItemDetails } from "./data-set.js";
import { groupsOf } from "./groups.js";
import type { Question, Split } from "./question.js";

const place = (town: string, region: string): ItemDetails => ({
  title: "",
  tags: [],
  event: { startMs: 0, organiser: "", town, region, country: "IE", location: undefined },
});
const details = [place("Cork", "Munster"), place("Dublin", "Leinster"), place("", "")];

function split(
  histories: readonly (readonly [history: number, item: number])[],
  trained: number[] = [],
): Split {
  const none = {
    count: 0,
    users: new Uint32Array(0),
    values: new Float32Array(0),
    timesMs: new Float64Array(0),
  };
  const questions = histories.map(
    ([history, item], user): Question => ({
      user,
      history,
      atMs: 0,
      known: 0,
      relevant: Uint32Array.of(item),
      candidates: () => Uint32Array.of(item),
    }),
  );
  const later = { ...none, items: new Uint32Array(0) };
  return { train: { ...none, count: trained.length, items: Uint32Array.from(trained) }, later, questions };
}

const data = (items: readonly ItemDetails[] | undefined) =>
  ({ itemIds: ["a", "b", "c"], details: items }) as unknown as DataSet;
const sizes = (groups: ReturnType<typeof groupsOf>) =>
  groups.map(({ about, name, questions }) => [about, name, questions.length]);

describe("groupsOf", () => {
  it("parts people by what they had done before, the new ones first", () => {
    const groups = groupsOf(data(undefined), split([[25, 0], [0, 0], [2, 0], [3, 0], [19, 0], [20, 0]], [0])); // biome-ignore format: pairs
    expect(sizes(groups)).toEqual([
      ["", "all", 6],
      ["activity", "new (0–2)", 2],
      ["activity", "light (3–19)", 2],
      ["activity", "heavy (20+)", 2],
    ]);
  });

  it("parts items seen in training from new ones, where there are both", () => {
    const groups = groupsOf(data(undefined), split([[0, 0], [0, 1], [0, 1]], [0])); // biome-ignore format: pairs
    expect(sizes(groups).slice(2)).toEqual([
      ["item", "seen in training", 1],
      ["item", "new item", 2],
    ]);
  });

  it("parts questions by state and town of the event where there are enough of them", () => {
    const many = (count: number, item: number) => Array.from({ length: count }, () => [5, item] as const);
    const groups = groupsOf(data(details), split([...many(40, 0), ...many(29, 1), ...many(35, 2)]));
    expect(sizes(groups).slice(2)).toEqual([
      ["state", "Munster, IE", 40],
      ["state", "IE", 35],
      ["town", "Cork, Munster", 40],
    ]);
  });
});
