import { judgeToken, REUSE_GRACE_MS } from "./session.js";

const now = new Date("2026-06-20T22:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
const later = ago(-1);

describe("judgeToken()", () => {
  it.each([
    ["good", "was not spent", { expireTime: later, spentTime: null }],
    ["good", "was spent within the grace", { expireTime: later, spentTime: ago(REUSE_GRACE_MS - 1) }],
    ["reused", "was spent a whole grace ago", { expireTime: later, spentTime: ago(REUSE_GRACE_MS) }],
    ["expired", "expires this instant", { expireTime: now, spentTime: null }],
    ["expired", "was spent within the grace and expired since", { expireTime: now, spentTime: ago(1) }],
    ["reused", "was spent long ago and expired since", { expireTime: now, spentTime: ago(REUSE_GRACE_MS) }],
    ["reused", "is not on file any more", undefined],
  ])("says %s of a token that %s", (verdict, _, token) => {
    expect(judgeToken(token, now)).toBe(verdict);
  });
});
