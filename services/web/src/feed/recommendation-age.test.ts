import { recommendationAgeMs } from "./recommendation-age.js";

describe("recommendationAgeMs()", () => {
  it("reads the time in the id", () => {
    // RFC 9562, appendix A.6: made on 2022-02-22 at 19:22:22 UTC.
    const id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
    expect(recommendationAgeMs(id, new Date("2022-02-22T19:23:22Z"))).toBe(60_000);
  });

  it("takes an event list that nobody ranked for new", () => {
    expect(recommendationAgeMs("", new Date())).toBe(0);
  });
});
