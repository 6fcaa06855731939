import { readStaffToken } from "./staff-token.js";

const now = new Date("2026-06-20T22:00:00Z");
const inAnHour = now.getTime() / 1_000 + 3_600;

function tokenOf(claims: unknown): string {
  const part = (value: unknown) =>
    btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  return `${part({ alg: "EdDSA" })}.${part(claims)}.c2lnbmF0dXJl`;
}

describe("readStaffToken()", () => {
  it("reads until when an operator's token is good", () => {
    const text = tokenOf({ roles: ["admin"], exp: inAnHour });
    expect(readStaffToken(text, now)).toEqual({ text, expiresAt: new Date("2026-06-20T23:00:00Z") });
  });

  it("takes a token as terminals and curl show it", () => {
    const text = tokenOf({ roles: ["admin"], exp: inAnHour });
    const pasted = ` Bearer ${text.slice(0, 40)}\n${text.slice(40)}\n`;
    expect(readStaffToken(pasted, now)).toMatchObject({ text });
  });

  it("reads names that are not ASCII, whose base64 is the URL's", () => {
    const text = tokenOf({ sub: "Ó Súilleabháin ÿÿÿ", roles: ["admin"], exp: inAnHour });
    expect(readStaffToken(text, now)).toMatchObject({ text });
  });

  it.each<[string, string, RegExp]>([
    ["nothing", "", /not a token/],
    ["a sentence", "let me in", /not a token/],
    ["a token that was cut off", tokenOf({ roles: ["admin"], exp: inAnHour }).slice(0, 60), /not a token/],
    ["a visitor's token", tokenOf({ roles: [], exp: inAnHour }), /not an operator's/],
    ["a token without roles", tokenOf({ exp: inAnHour }), /not an operator's/],
    ["a token that ends now", tokenOf({ roles: ["admin"], exp: inAnHour - 3_600 }), /has run out/],
    ["a token without an end", tokenOf({ roles: ["admin"] }), /has run out/],
  ])("says what is wrong with %s", (_, pasted, sentence) => {
    expect(readStaffToken(pasted, now)).toMatch(sentence);
  });
});
