import { FIRST_QUESTION, formatQuestion, parseQuestion, type ResultsQuestion } from "./results-question.js";

describe("a question's address", () => {
  it.each<[ResultsQuestion, string]>([
    [FIRST_QUESTION, ""],
    [{ metric: "click", windowHours: 24, minimumLift: 0.1 }, "?metric=click&hours=24"],
    [{ ...FIRST_QUESTION, metric: "save" }, "?metric=save"],
    [{ metric: "", windowHours: 168, minimumLift: 0.05 }, "?hours=168&lift=0.05"],
  ])("of %j is %j, and is read back", (question, address) => {
    expect(formatQuestion(question)).toBe(address);
    expect(parseQuestion(new URLSearchParams(address))).toEqual(question);
  });

  it("is the usual question where it makes no sense", () => {
    expect(parseQuestion(new URLSearchParams("?metric=profit&hours=-3&lift=x"))).toEqual(FIRST_QUESTION);
  });
});
