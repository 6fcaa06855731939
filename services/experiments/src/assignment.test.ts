import { chiSquareUpperTail } from "@craic/numerics/chi-square.js";
import { assign, type Participant } from "./assignment.js";
import type { Experiment, Variant } from "./experiment.js";
import { namespacePositionOf, positionOf } from "./hash.js";

const variant = (name: string, weight: number): Variant => ({ name, weight, algorithm: "", channel: "" });

const experiment = (changes: Partial<Experiment> = {}): Experiment => ({
  experimentId: "ranking",
  description: "",
  state: "running",
  variants: [variant("control", 0.5), variant("blend", 0.5)],
  seed: "ranking",
  coverage: 1,
  namespace: undefined,
  holdout: 0,
  overrides: new Map(),
  targeting: { cityIds: [], audience: "" },
  primaryMetrics: ["save"],
  ...changes,
});

const person = (id: string, changes: Partial<Participant> = {}): Participant => ({
  id,
  cityId: "dublin",
  isNew: false,
  ...changes,
});

const nameFor = (of: Experiment, who: Participant) => assign(of, who).variant?.name;
const people = (count: number) => Array.from({ length: count }, (_, i) => `person-${i}`);

describe("positionOf()", () => {
  // GrowthBook's own vectors for version 2 of its hash.
  it.each([
    ["seed", "a", 0.0505],
    ["seed", "b", 0.2696],
    ["foo", "ab", 0.2575],
    ["foo", "def", 0.2019],
  ])("of %j and %j is %d", (seed, id, position) => {
    expect(positionOf(seed, id)).toBe(position);
  });

  it("spreads a million people evenly, whatever their ids have in common", () => {
    const people = 1_000_000;
    const counts = new Float64Array(100);
    for (let i = 0; i < people; i++) counts[Math.floor(positionOf("seed", String(i)) * 100)]! += 1;
    const expected = people / counts.length;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquareUpperTail(chiSquare, counts.length - 1)).toBeGreaterThan(0.001);
  });

  it("puts people of one experiment anywhere in another", () => {
    const cells = new Float64Array(100);
    const count = 200_000;
    for (let i = 0; i < count; i++) {
      const [first, second] = [positionOf("one", `user-${i}`), positionOf("two", `user-${i}`)];
      cells[10 * Math.floor(10 * first) + Math.floor(10 * second)]! += 1;
    }
    const expected = count / cells.length;
    const chiSquare = cells.reduce((sum, cell) => sum + (cell - expected) ** 2 / expected, 0);
    expect(chiSquareUpperTail(chiSquare, 99)).toBeGreaterThan(0.001);
  });
});

describe("namespacePositionOf()", () => {
  it("is in steps of a thousandth, and depends on both", () => {
    const position = namespacePositionOf("feed", "1");
    expect(Math.round(position * 1_000) / 1_000).toBe(position);
    const others = people(50).map((id) => namespacePositionOf("feed", id));
    expect(new Set(others).size).toBeGreaterThan(40);
    expect(namespacePositionOf("page", "1")).not.toBe(position);
  });
});

describe("assign()", () => {
  it("gives a person the same variant again and again, and people in all their shares", () => {
    const weighted = experiment({
      variants: [variant("control", 0.2), variant("a", 0.3), variant("b", 0.5)],
    });
    const counts = { control: 0, a: 0, b: 0 };
    for (const id of people(30_000)) {
      const name = nameFor(weighted, person(id)) as keyof typeof counts;
      expect(nameFor(weighted, person(id))).toBe(name);
      counts[name]++;
    }
    expect(counts.control / 30_000).toBeCloseTo(0.2, 2);
    expect(counts.a / 30_000).toBeCloseTo(0.3, 2);
    expect(counts.b / 30_000).toBeCloseTo(0.5, 2);
  });

  it("leaves out who is not covered, and moves nobody between variants when more are", () => {
    const half = experiment({ coverage: 0.5 });
    const whole = experiment();
    const covered = new Set(people(10_000).filter((id) => nameFor(half, person(id)) !== undefined));
    expect(covered.size / 10_000).toBeCloseTo(0.5, 1);
    for (const id of covered) expect(nameFor(half, person(id))).toBe(nameFor(whole, person(id)));
    const left = people(10_000).find((id) => !covered.has(id))!;
    expect(assign(half, person(left))).toEqual({ variant: undefined, reason: "not covered" });
  });

  it.each(["draft", "stopped"] as const)(
    "assigns nobody to a %s experiment, whatever else holds",
    (state) => {
      const over = experiment({ state, overrides: new Map([["1", "blend"]]) });
      expect(assign(over, person("1", { stuckTo: "blend" }))).toEqual({
        variant: undefined,
        reason: "not running",
      });
    },
  );

  it("keeps those who were shown a variant while it is paused, and takes nobody new", () => {
    const paused = experiment({ state: "paused" });
    expect(nameFor(paused, person("1", { stuckTo: "blend" }))).toBe("blend");
    expect(assign(paused, person("1")).reason).toBe("not running");
  });

  it("keeps what somebody was shown when the weights change", () => {
    const before = experiment();
    const after = experiment({ variants: [variant("control", 0.01), variant("blend", 0.99)] });
    const moved = people(1_000).find((id) => nameFor(before, person(id)) !== nameFor(after, person(id)))!;
    const stuckTo = nameFor(before, person(moved));
    expect(assign(after, person(moved, { stuckTo }))).toMatchObject({
      variant: { name: stuckTo },
      reason: "sticky",
    });
  });

  it("puts an override above everything but the experiment's end", () => {
    const forced = experiment({
      overrides: new Map([["1", "blend"]]),
      targeting: { cityIds: ["cork"], audience: "" },
    });
    expect(assign(forced, person("1", { stuckTo: "control" }))).toMatchObject({
      variant: { name: "blend" },
      reason: "override",
    });
  });

  it("assigns by what a variant is that no longer is there as if it had never been", () => {
    const found = assign(experiment(), person("1", { stuckTo: "gone" }));
    expect(found).toEqual(assign(experiment(), person("1")));
  });

  it.each([
    [{ cityIds: ["dublin"], audience: "" }, {}, true],
    [{ cityIds: ["cork", "dublin"], audience: "" }, {}, true],
    [{ cityIds: ["cork"], audience: "" }, {}, false],
    [{ cityIds: [], audience: "new" }, { isNew: true }, true],
    [{ cityIds: [], audience: "new" }, { isNew: false }, false],
    [{ cityIds: [], audience: "returning" }, { isNew: false }, true],
    [{ cityIds: [], audience: "returning" }, { isNew: true }, false],
  ] as const)("for %j takes %j: %s", (targeting, who, takes) => {
    const { reason } = assign(experiment({ targeting }), person("1", who));
    expect(reason).toBe(takes ? "hash" : "not targeted");
  });

  it("keeps the same people out of every experiment that has a holdout", () => {
    const [one, two] = [experiment({ holdout: 0.1 }), experiment({ seed: "two", holdout: 0.1 })];
    const out = (of: Experiment) =>
      people(5_000).filter((id) => assign(of, person(id)).reason === "held out");
    expect(out(one)).toEqual(out(two));
    expect(out(one).length / 5_000).toBeCloseTo(0.1, 1);
  });

  it("has nobody in two experiments of one namespace", () => {
    const first = experiment({ namespace: { name: "feed", from: 0, to: 0.4 } });
    const second = experiment({ seed: "two", namespace: { name: "feed", from: 0.4, to: 1 } });
    let inFirst = 0;
    for (const id of people(5_000)) {
      const takes = [first, second].map((of) => nameFor(of, person(id)) !== undefined);
      expect(takes.filter(Boolean)).toHaveLength(1);
      if (takes[0]) inFirst++;
    }
    expect(inFirst / 5_000).toBeCloseTo(0.4, 1);
  });
});
