import { createRandom } from "@craic/numerics/random.js";
import { person } from "../../../../tests/fixtures/live-world.js";
import { Behaviour } from "./behaviour.js";
import { CLICK_LIKING, type FeedbackKind, SAVE_LIKING } from "./feedback.js";

const kinds: readonly FeedbackKind[] = ["save", "unsave", "hide", "unhide", "click", "impression"];

function apply(
  behaviour: Behaviour,
  ...acts: [user: number, event: number, kind: FeedbackKind, occurMs: number][]
) {
  for (const [user, event, kind, occurMs] of acts) {
    behaviour.apply(behaviour.userNumber(person(user)), event, kind, occurMs);
  }
  return behaviour;
}

const likingOf = (behaviour: Behaviour, user: number, event: number) => {
  const slot = behaviour.find(user, event);
  return slot < 0 ? 0 : behaviour.valueAt(slot);
};

const likersOf = ({ likers }: Behaviour, event: number) => {
  const begin = likers.offsets[event] ?? 0;
  const end = begin + (likers.lengths[event] ?? 0);
  const entries = [...likers.columns.user.subarray(begin, end)].map((user, i) => [
    user,
    likers.columns.liking[begin + i],
  ]);
  return Object.fromEntries(entries);
};

describe("Behaviour", () => {
  it("counts of saving and unsaving what occurred last, whatever came last", () => {
    const behaviour = apply(new Behaviour(), [0, 9, "unsave", 200], [0, 9, "save", 100]);
    expect(behaviour.isSavedAt(behaviour.find(0, 9))).toBe(false);
    apply(behaviour, [0, 9, "save", 201]);
    expect(behaviour.isSavedAt(behaviour.find(0, 9))).toBe(true);
  });

  it("counts what came last of two at one instant", () => {
    const behaviour = apply(new Behaviour(), [0, 9, "save", 100], [0, 9, "unsave", 100]);
    expect(behaviour.isSavedAt(behaviour.find(0, 9))).toBe(false);
  });

  it("keeps saving and hiding apart", () => {
    const behaviour = apply(new Behaviour(), [0, 9, "hide", 300], [0, 9, "save", 100]);
    const slot = behaviour.find(0, 9);
    expect([behaviour.isSavedAt(slot), behaviour.isHiddenAt(slot)]).toEqual([true, true]);
    apply(behaviour, [0, 9, "unhide", 301]);
    expect([behaviour.isSavedAt(slot), behaviour.isHiddenAt(slot)]).toEqual([true, false]);
  });

  it("likes a saved event wholly, an opened one a little, a hidden one not, and one back again", () => {
    const behaviour = new Behaviour();
    const valueAfter = (kind: FeedbackKind, occurMs: number) =>
      likingOf(apply(behaviour, [0, 9, kind, occurMs]), 0, 9);
    expect(valueAfter("impression", 1)).toBe(0);
    expect(valueAfter("click", 2)).toBe(CLICK_LIKING);
    expect(valueAfter("save", 3)).toBe(SAVE_LIKING);
    expect(valueAfter("hide", 4)).toBe(0);
    expect(valueAfter("unhide", 5)).toBe(SAVE_LIKING);
    expect(valueAfter("unsave", 6)).toBe(CLICK_LIKING);
  });

  it("counts visits on which an event was passed over, an hour apart, and each once", () => {
    const hour = 3_600_000;
    const behaviour = new Behaviour();
    const passedOver = (...hours: number[]) => {
      for (const at of hours) apply(behaviour, [0, 9, "impression", 1e12 + at * hour]);
      return behaviour.passedOverAt(behaviour.find(0, 9));
    };
    expect(passedOver(0)).toBe(1);
    expect(passedOver(0, 0.5, 0.99)).toBe(1);
    expect(passedOver(1, 1, 0)).toBe(2);
    apply(behaviour, [0, 9, "click", 1e12]);
    expect(passedOver()).toBe(0);
  });

  it("agrees with a plain model over ten thousand acts in any order, some of them twice", () => {
    const random = createRandom(4);
    const behaviour = new Behaviour();
    const plain = new Map<
      string,
      Record<"saved" | "hidden", { on: boolean; ms: number }> & { clicked: boolean }
    >();
    for (let i = 0; i < 10_000; i++) {
      const user = Math.floor(random() * 30);
      const event = Math.floor(random() * 40);
      const kind = kinds[Math.floor(random() * kinds.length)]!;
      const occurMs = 1 + Math.floor(random() * 50);
      const twice = random() < 0.2;
      for (let time = 0; time < (twice ? 2 : 1); time++) apply(behaviour, [user, event, kind, occurMs]);
      const key = `${behaviour.userNumber(person(user))} ${event}`;
      const pair = plain.get(key) ?? {
        saved: { on: false, ms: 0 },
        hidden: { on: false, ms: 0 },
        clicked: false,
      };
      plain.set(key, pair);
      if (kind === "click") pair.clicked = true;
      const state = kind.endsWith("save") ? pair.saved : kind.endsWith("hide") ? pair.hidden : undefined;
      if (state !== undefined && occurMs >= state.ms)
        Object.assign(state, { on: !kind.startsWith("un"), ms: occurMs });
    }
    const norms = new Array<number>(30).fill(0);
    for (const [key, { saved, hidden, clicked }] of plain) {
      const [user, event] = key.split(" ").map(Number) as [number, number];
      const expected = hidden.on ? 0 : saved.on ? SAVE_LIKING : clicked ? CLICK_LIKING : 0;
      expect(likingOf(behaviour, user, event)).toBe(expected);
      expect(likersOf(behaviour, event)[user] ?? 0).toBe(expected);
      norms[user]! += expected ** 2;
    }
    norms.forEach((norm, user) => {
      expect(behaviour.squaredNorms[user]).toBeCloseTo(norm, 9);
    });
  });

  it("gives numbers to people whom another one has numbered before", () => {
    const first = apply(new Behaviour(), [7, 1, "save", 1], [8, 1, "save", 1]);
    const second = new Behaviour(first.users);
    second.apply(1, 5, "save", 1);
    expect(likingOf(second, 1, 5)).toBe(1);
    expect(likingOf(second, 0, 1)).toBe(0);
    expect(second.squaredNorms[1]).toBe(1);
  });

  it("takes some 45 bytes for a pair of person and event", () => {
    const behaviour = new Behaviour();
    for (let i = 0; i < 100_000; i++) {
      behaviour.apply(behaviour.userNumber(person(i % 2_000)), i % 1_999, "save", i + 1);
    }
    behaviour.compact();
    expect(behaviour.bytes / 100_000).toBeLessThan(47);
  });
});
