import { createHash } from "node:crypto";
import { mintRefreshToken, readRefreshToken } from "./refresh-token.js";

const sessionId = "0b51f3a4-9f0e-4b5c-8d57-3f2f6b0c9a11";

describe("readRefreshToken()", () => {
  it("reads what mintRefreshToken() wrote", () => {
    const { text, secretHash } = mintRefreshToken(sessionId);
    expect(readRefreshToken(text)).toEqual({ sessionId, secretHash });
  });

  const { text } = mintRefreshToken(sessionId);
  it.each([
    ["nothing", ""],
    ["a word", "token"],
    ["one character less", text.slice(0, -1)],
    ["one character more", `${text}A`],
    ["another alphabet", `${text.slice(0, -1)}*`],
    ["white space", ` ${text}`],
    ["padding", `${text}==`],
  ])("does not read %s", (_, damaged) => {
    expect(readRefreshToken(damaged)).toBeUndefined();
  });
});

describe("mintRefreshToken()", () => {
  it("hashes 256 bits that are not in what is stored", () => {
    const { text, secretHash } = mintRefreshToken(sessionId);
    const secret = Buffer.from(text, "base64url").subarray(16);
    expect(secret).toHaveLength(32);
    expect(secretHash).toEqual(createHash("sha256").update(secret).digest());
  });

  it("never gives the same token twice", () => {
    expect(mintRefreshToken(sessionId).text).not.toBe(mintRefreshToken(sessionId).text);
  });
});
