import { RetryBudget } from "./retry-budget.js";

let nowMs = 0;
const spendAll = (budget: RetryBudget): number => {
  let count = 0;
  while (budget.spend()) count++;
  return count;
};

describe("RetryBudget", () => {
  it("lets a hundred calls be made again at once, as when a replica is lost", () => {
    expect(spendAll(new RetryBudget(() => nowMs))).toBe(100);
  });

  it("earns one retry with five calls", () => {
    const budget = new RetryBudget(() => nowMs);
    spendAll(budget);
    for (let i = 0; i < 50; i++) budget.earn();
    expect(spendAll(budget)).toBe(10);
  });

  it("earns three a second where there are few calls, and saves up no more than a hundred", () => {
    const budget = new RetryBudget(() => nowMs);
    spendAll(budget);
    nowMs += 2_000;
    expect(spendAll(budget)).toBe(6);
    nowMs += 3_600_000;
    expect(spendAll(budget)).toBe(100);
  });
});
