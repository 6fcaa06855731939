import { compareVersions, nextVersion, parseVersion } from "./model-version.js";

describe("model versions", () => {
  it("are three numbers", () => {
    expect(parseVersion("1.20.3")).toEqual([1, 20, 3]);
    for (const text of ["1.2", "1.2.3.4", "v1.2.3", "1.02.3", "1.2.3-rc", "", "channels.json", "../1.2.3"]) {
      expect(parseVersion(text)).toBeUndefined();
    }
  });

  it("are ordered by number", () => {
    expect(["1.10.0", "0.99.9", "1.9.1", "1.9.0"].toSorted(compareVersions)).toEqual([
      "0.99.9",
      "1.9.0",
      "1.9.1",
      "1.10.0",
    ]);
  });

  it("begin at 1.0.0, and go on by a patch while the recipe stays the same", () => {
    const recipe = { terms: "own.genre crowd.event", ridge: 0.5 };
    const existing = ["1.0.0", "1.9.4", "1.2.0", "latest"];
    const newest = { version: "1.9.4", recipe: { ridge: 0.5, terms: "own.genre crowd.event" } };
    expect(nextVersion([], undefined, recipe)).toBe("1.0.0");
    expect(nextVersion(existing, newest, recipe)).toBe("1.9.5");
  });

  it("step over one that is no longer there: by a patch where the newest has its recipe, else by a minor number", () => {
    const newest = { version: "1.9.4", recipe: {} };
    expect(nextVersion(["1.9.4", "1.9.7"], newest, {})).toBe("1.9.8");
    expect(nextVersion(["1.9.4", "1.10.0"], newest, {})).toBe("1.11.0");
  });

  it.each<[string, Record<string, string | number> | undefined]>([
    ["a hyper-parameter is another", { terms: "own.genre", ridge: 0.6 }],
    ["terms are others", { terms: "own.genre own.venue", ridge: 0.5 }],
    ["something is told that was not", { terms: "own.genre" }],
    ["something is no longer told", { terms: "own.genre", ridge: 0.5, factors: 16 }],
    ["nothing is known of the recipe before", undefined],
  ])("go on by a minor number when %s", (_, before) => {
    const recipe = { terms: "own.genre", ridge: 0.5 };
    expect(nextVersion(["1.9.4"], { version: "1.9.4", recipe: before }, recipe)).toBe("1.10.0");
  });

  it("take no notice of another layout of the file", () => {
    expect(nextVersion(["0.7.1", "2.40.0"], { version: "2.40.0", recipe: {} }, {})).toBe("1.0.0");
    expect(nextVersion(["1.3.1", "2.40.0"], undefined, {})).toBe("1.4.0");
  });
});
