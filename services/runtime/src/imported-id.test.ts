import { createHash } from "node:crypto";
import { importedId } from "./imported-id.js";

describe("importedId", () => {
  const key = { name: "nyphil", externalId: "10" };

  it("is a UUID of version 8 and variant 10", () => {
    expect(importedId("venue", key)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it("takes every free bit from the SHA-256 of kind, source and external id", () => {
    const digest = createHash("sha256").update('["venue","nyphil","10"]').digest("hex");
    const free = (id: string) => id.replaceAll("-", "").replace(/^(.{12}).(.{3}).(.*)$/, "$1$2$3");
    expect(free(importedId("venue", key))).toBe(free(digest.slice(0, 32)));
  });

  it("stays the same from run to run, because other services compute it too", () => {
    expect(importedId("venue", key)).toBe(importedId("venue", { ...key }));
    expect(importedId("event", { name: "xmas", externalId: "Köln/2024" })).toBe(
      importedId("event", { name: "xmas", externalId: "Köln/2024" }),
    );
  });

  it.each([
    ["kind", "dj", key],
    ["source", "venue", { name: "nyphil2", externalId: "10" }],
    ["external id", "venue", { name: "nyphil", externalId: "11" }],
    ["place where source ends and external id begins", "venue", { name: "nyphil1", externalId: "0" }],
  ])("differs when the %s differs", (_what, kind, other) => {
    expect(importedId(kind, other)).not.toBe(importedId("venue", key));
  });
});
