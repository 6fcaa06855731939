import type { Feedback, FeedbackKind } from "./feedback.js";
import type { FeedbackStore } from "./feedback-store.js";
import { tellingOfSaves } from "./telling-of-saves.js";

const feedback = (kind: FeedbackKind, recommendationId: string) =>
  ({ kind, recommendationId, userId: "somebody" }) as Feedback;

/** A store that has seen everything but what stands first. */
const forgetful: FeedbackStore = {
  insert: async (batch) => batch.slice(0, 1),
  readAfter: async () => [],
};

describe("tellingOfSaves()", () => {
  let told: string[];
  const store = tellingOfSaves(forgetful, (...save) => void told.push(save.join(" by ")));
  beforeEach(() => {
    told = [];
  });

  it("tells of a save from a recommendation, once it is stored", async () => {
    const stored = await store.insert([feedback("save", "a"), feedback("save", "seen before")]);
    expect([told, stored.length]).toEqual([["a by somebody"], 1]);
  });

  it("tells of nothing else", async () => {
    for (const each of [feedback("click", "a"), feedback("unsave", "a"), feedback("save", "")]) {
      await store.insert([each]);
    }
    expect(told).toEqual([]);
  });

  it("tells of nothing when storing fails", async () => {
    const broken = { ...forgetful, insert: () => Promise.reject(new Error("no")) };
    const failing = tellingOfSaves(broken, (id) => void told.push(id)).insert([feedback("save", "a")]);
    await expect(failing).rejects.toThrow("no");
    expect(told).toEqual([]);
  });
});
