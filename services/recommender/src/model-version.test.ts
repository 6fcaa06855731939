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

  it("begin at 1.0.0, and go on from the newest of the same layout", () => {
    expect(nextVersion([])).toBe("1.0.0");
    expect(nextVersion(["1.0.0", "1.9.4", "1.2.0", "2.40.0", "latest"])).toBe("1.10.0");
  });
});
