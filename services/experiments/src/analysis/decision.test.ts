import { metrics } from "../metric.js";
import { analyse, type VariantData } from "./analyse.js";
import type { PairedMoments } from "./cuped.js";
import { type Aim, decide } from "./decision.js";

const of = (users: number, sum: number, sumOfSquares = sum): PairedMoments => ({
  users,
  sum,
  sumOfSquares,
  sumBefore: 0,
  sumOfSquaresBefore: 0,
  sumOfProducts: 0,
});

/** A variant of so many people, of whom so many saved something. */
function variant(name: string, users: number, saved: number, others: Record<string, PairedMoments> = {}) {
  const byMetric = new Map(Object.entries({ save: of(users, saved), ...others }));
  return { name, weight: 0.5, users, byMetric } satisfies VariantData;
}

function decisionOn(...variants: VariantData[]) {
  return decided(variants, { deciding: "save", primary: ["save"] });
}

function decided(variants: readonly VariantData[], aim: Aim) {
  return decide(analyse(variants, metrics), new Map(variants.map(({ name, users }) => [name, users])), aim);
}

describe("decide()", () => {
  it("ships what is better beyond what looking early may explain, and says by how much", () => {
    const {
      action,
      variant: chosen,
      reason,
    } = decisionOn(variant("control", 5_000, 500), variant("blend", 5_000, 650));
    expect([action, chosen]).toEqual(["ship", "blend"]);
    expect(reason).toMatch(/^blend is better: save \+30\.0 % against the control \(always-valid p = /);
  });

  it("ships the best of those that are better", () => {
    const variants = [variant("control", 9_000, 900), variant("a", 9_000, 1_150), variant("b", 9_000, 1_250)];
    expect(decisionOn(...variants)).toMatchObject({ action: "ship", variant: "b" });
  });

  it("keeps running where one look would have called it significant, and always-valid tests do not", () => {
    const variants = [variant("control", 1_000, 100), variant("blend", 1_000, 130)];
    expect(analyse(variants, metrics).comparisons[0]!.pValue).toBeLessThan(0.05);
    expect(decisionOn(...variants)).toMatchObject({ action: "keep-running", variant: "" });
  });

  it("takes back what does harm to the deciding metric", () => {
    const found = decisionOn(variant("control", 5_000, 650), variant("blend", 5_000, 500));
    expect(found).toMatchObject({ action: "rollback", variant: "blend" });
    expect(found.reason).toContain("save -23.1 %");
  });

  it("takes back what does harm to a guardrail, though it is better in the deciding metric", () => {
    const found = decisionOn(
      variant("control", 5_000, 500, { latency_ms: of(5_000, 100_000, 2_500_000) }),
      variant("blend", 5_000, 650, { latency_ms: of(5_000, 150_000, 5_500_000) }),
    );
    expect(found).toMatchObject({ action: "rollback", variant: "blend" });
    expect(found.reason).toContain("latency_ms +50.0 %");
  });

  it("takes back what does harm to another metric that the experiment is for, and to no other", () => {
    const variants = [
      variant("control", 5_000, 500, { attend: of(5_000, 400) }),
      variant("blend", 5_000, 650, { attend: of(5_000, 250) }),
    ];
    expect(decided(variants, { deciding: "save", primary: ["save", "attend"] })).toMatchObject({
      action: "rollback",
      reason: expect.stringContaining("attend -37.5 %"),
    });
    expect(decisionOn(...variants).action).toBe("ship");
  });

  it("takes back by the harm that is surest, in whatever unit", () => {
    const found = decisionOn(
      variant("control", 5_000, 650, { latency_ms: of(5_000, 100_000, 2_500_000) }),
      variant("blend", 5_000, 500, { latency_ms: of(5_000, 100_500, 2_500_000) }),
    );
    expect(found.reason).toContain("save -23.1 %");
  });

  it("says of a stopped experiment without a finding that waiting will not help", () => {
    const variants = [variant("control", 5_000, 500), variant("blend", 5_000, 501)];
    const { reason } = decided(variants, { deciding: "save", primary: ["save"], isStopped: true });
    expect(reason).toContain("run a new experiment");
  });

  it("does not take back what is better in a guardrail", () => {
    const found = decisionOn(
      variant("control", 5_000, 500, { hides_per_user: of(5_000, 2_000, 4_000) }),
      variant("blend", 5_000, 500, { hides_per_user: of(5_000, 500, 1_000) }),
    );
    expect(found.action).toBe("keep-running");
  });

  it("decides nothing where people are not divided as they should be", () => {
    const found = decisionOn(variant("control", 5_000, 500), variant("blend", 4_000, 800));
    expect(found.action).toBe("keep-running");
    expect(found.reason).toContain("not divided");
  });

  it("decides nothing with few people", () => {
    const found = decisionOn(variant("control", 60, 0), variant("blend", 60, 55));
    expect(found).toMatchObject({
      action: "keep-running",
      reason: expect.stringContaining("60 people so far"),
    });
  });

  it("asks more of each of many variants", () => {
    const two = [variant("control", 5_000, 500), variant("blend", 5_000, 607)];
    expect(decisionOn(...two).action).toBe("ship");
    const many = [...two, ...["a", "b", "c", "d", "e"].map((name) => variant(name, 5_000, 500))];
    expect(decisionOn(...many).action).toBe("keep-running");
  });
});

describe("analyse()", () => {
  it("believes of the deciding metric what its people did", () => {
    const { posteriors } = analyse([variant("control", 1_000, 100), variant("blend", 1_000, 130)], metrics);
    expect(posteriors.get("blend")?.chanceToWin).toBeCloseTo(0.982, 3);
  });

  it("adjusts the p-values of all variants and metrics together, and leaves guardrails as they are", () => {
    const hides = { hides_per_user: of(1_000, 100, 100), click: of(1_000, 300) };
    const more = { hides_per_user: of(1_000, 130, 130), click: of(1_000, 330) };
    const { comparisons } = analyse(
      [variant("control", 1_000, 100, hides), variant("blend", 1_000, 130, more)],
      metrics.slice(0, 5),
    );
    const by = new Map(comparisons.map((each) => [each.metric.name, each]));
    const save = by.get("save")!;
    expect(save.holm).toBeGreaterThan(save.pValue);
    expect(save.benjaminiHochberg).toBeLessThanOrEqual(save.holm);
    expect(by.get("hides_per_user")!.holm).toBe(by.get("hides_per_user")!.pValue);
  });

  it("takes out what people did before where that is known, and says by how much it helped", () => {
    const before = (sum: number): PairedMoments => ({
      users: 4,
      sum,
      sumOfSquares: sum ** 2 / 4 + 20,
      sumBefore: 10,
      sumOfSquaresBefore: 45,
      sumOfProducts: (sum * 10) / 4 + 9,
    });
    const { comparisons } = analyse(
      [
        variant("control", 4, 1, { saves_per_user: before(8) }),
        variant("blend", 4, 1, { saves_per_user: before(10) }),
      ],
      metrics.slice(0, 4),
    );
    const saves = comparisons.find(({ metric }) => metric.name === "saves_per_user")!;
    expect(saves.adjusted?.difference).toBeCloseTo(0.5, 10);
    expect(saves.adjusted?.varianceReduction).toBeCloseTo(81 / 20 / 20, 10); // ρ² = 9²/(20·20)
    expect(comparisons[0]!.adjusted).toBeUndefined();
  });
});
