import { createRecentAnswers } from "./recent-answers.js";

describe("createRecentAnswers", () => {
  it("asks once for those who ask at the same time or soon after, and again when the time is over", async () => {
    const { answers, asked, clock } = bed();
    expect(await Promise.all([answers.get("a"), answers.get("a")])).toEqual(["a1", "a1"]);
    clock.ms = 999;
    expect(await answers.get("a")).toBe("a1");
    clock.ms = 1_000;
    expect(await answers.get("a")).toBe("a2");
    expect(asked).toEqual(["a", "a"]);
  });

  it("keeps the answers to two questions apart", async () => {
    const { answers } = bed();
    expect([await answers.get("a"), await answers.get("b")]).toEqual(["a1", "b2"]);
  });

  it("asks again once the version is another", async () => {
    const { answers, clock } = bed();
    await answers.get("a");
    clock.version++;
    expect(await answers.get("a")).toBe("a2");
  });

  it("does not keep an answer that was on its way when the version changed", async () => {
    const { answers, clock } = bed();
    const stale = answers.get("a");
    clock.version++;
    expect(await answers.get("a")).toBe("a2");
    expect(await stale).toBe("a1");
    expect(await answers.get("a")).toBe("a2");
  });

  it("does not keep a failure", async () => {
    const { answers, clock } = bed();
    clock.failing = true;
    await expect(answers.get("a")).rejects.toThrow("no");
    clock.failing = false;
    expect(await answers.get("a")).toBe("a2");
  });

  it("forgets rather than grow without end", async () => {
    const { answers, asked } = bed();
    for (let i = 0; i <= 1_000; i++) await answers.get(`k${i}`);
    await answers.get("k1000");
    await answers.get("k0");
    expect(asked.slice(1_000)).toEqual(["k1000", "k0"]);
  });
});

function bed() {
  const asked: string[] = [];
  const clock = { ms: 0, version: 0, failing: false };
  const answers = createRecentAnswers(
    async (key) => {
      asked.push(key);
      if (clock.failing) throw new Error("no");
      return `${key}${asked.length}`;
    },
    { ttlMs: 1_000, version: () => clock.version, now: () => new Date(clock.ms) },
  );
  return { answers, asked, clock };
}
