import { createRandom } from "@craic/numerics/random.js";
import type { Trial } from "../training/evaluation.js";
import { judge } from "./model-gate.js";

const rival = { contestant: 1, name: "1.4.2", countsAsWhole: false };

/**
 * Trials of 60 people, half of them new, in two cities, 8 discoveries each. The rival ranks at random; the candidate
 * ranks at random too, but for what `change` makes of it.
 */
function trialsWhere(change: (trial: Omit<Trial, "ranks">, rank: number) => number, seed = 1): Trial[] {
  const random = createRandom(seed);
  return Array.from({ length: 480 }, (_, i) => {
    const user = i % 60;
    const trial = {
      user,
      group: user < 30 ? "new" : "heavy",
      cityId: user % 3 === 0 ? "cork-ie" : "dublin-ie",
    } as const;
    const [own, others] = [1 + Math.floor(12 * random()), 1 + Math.floor(12 * random())];
    return { ...trial, ranks: [change(trial, own), others] };
  });
}

const asGood = (_: unknown, rank: number) => rank;

describe("judge()", () => {
  it("accepts a candidate that is as good, and says by what", () => {
    const gate = judge(trialsWhere(asGood), rival, createRandom(1));
    expect(gate.outcome).toBe("accepted");
    expect(gate.reason).toMatch(/^nowhere worse than 1\.4\.2 .* over 480 held-out discoveries$/);
    expect(gate.comparisons.map(({ population, discoveries }) => [population, discoveries])).toEqual([
      ["all", 480],
      ["new", 240],
      ["heavy", 240],
      ["city:cork-ie", 160],
      ["city:dublin-ie", 320],
    ]);
  });

  it("seldom rejects a candidate that is as good, though it is compared in many places", () => {
    const outcomes = Array.from({ length: 20 }, (_, seed) =>
      judge(trialsWhere(asGood, seed), rival, createRandom(seed)),
    );
    expect(outcomes.filter(({ outcome }) => outcome === "rejected").length).toBeLessThanOrEqual(3);
  });

  it("rejects a candidate that is worse for all", () => {
    const gate = judge(
      trialsWhere((_, rank) => rank + 4),
      rival,
      createRandom(1),
    );
    expect(gate.outcome).toBe("rejected");
    expect(gate.comparisons[0]).toMatchObject({ population: "all", isWorse: true });
    expect(gate.comparisons[0]!.candidate).toBeLessThan(gate.comparisons[0]!.control);
  });

  it.each<[string, (trial: Omit<Trial, "ranks">) => boolean, string]>([
    ["new users", ({ group }) => group === "new", "new"],
    ["one city", ({ cityId }) => cityId === "cork-ie", "city:cork-ie"],
  ])("rejects a candidate that is better for most and worse for %s", (_, isHarmed, population) => {
    const change = (trial: Omit<Trial, "ranks">, rank: number) =>
      isHarmed(trial) ? rank + 6 : Math.max(1, rank - 6);
    const gate = judge(trialsWhere(change), rival, createRandom(1));
    expect(gate.outcome).toBe("rejected");
    expect(gate.reason).toContain(`worse than 1.4.2 in NDCG@10: ${population} 0.`);
    expect(gate.comparisons.find(({ population: name }) => name === "all")).toMatchObject({ isWorse: false });
  });

  it("lets a first model be worse than popularity for some, and says so, but not for all together", () => {
    const popularity = { contestant: 1, name: "popularity", countsAsWhole: true };
    const forNew = (gain: number) =>
      trialsWhere(({ group }, rank) => (group === "new" ? rank + 6 : Math.max(1, rank - gain)));
    const gate = judge(forNew(6), popularity, createRandom(1));
    expect(gate.outcome).toBe("accepted");
    expect(gate.reason).toContain("on the whole not worse than popularity");
    expect(gate.reason).toContain("though worse than popularity in NDCG@10: new 0.");
    expect(judge(forNew(0), popularity, createRandom(1)).outcome).toBe("rejected");
  });

  it("does not take one person's many misses for a population's", () => {
    const change = ({ user }: { user: number }, rank: number) => (user === 7 ? 100 : rank);
    expect(judge(trialsWhere(change), rival, createRandom(1)).outcome).toBe("accepted");
  });

  it("compares no population of few discoveries or few people, and says so when that is all of them", () => {
    const harmed = trialsWhere((_, rank) => rank + 100);
    const ofFewPeople = harmed.filter(({ user }) => user < 9);
    const fewDiscoveries = harmed.slice(0, 29);
    for (const trials of [[], ofFewPeople, fewDiscoveries]) {
      expect(judge(trials, rival, createRandom(1))).toEqual({
        outcome: "accepted",
        reason: expect.stringContaining("too few people"),
        comparisons: [],
      });
    }
  });
});
