import { displayNameProblem, emailProblem, normalizeEmail } from "./user.js";

describe("normalizeEmail()", () => {
  it.each([
    ["white space around it", " \tAda@Example.IE\n", "ada@example.ie"],
    ["capitals beyond ASCII", "ÉANNA@example.ie", "éanna@example.ie"],
    ["a letter written in two code points", "e\u0301anna@example.ie", "\u00e9anna@example.ie"],
  ])("gives one spelling to %s", (_, written, stored) => {
    expect(normalizeEmail(written)).toBe(stored);
  });

  it("leaves dots and tags alone: they may be other people's", () => {
    expect(normalizeEmail("a.da+craic@example.ie")).toBe("a.da+craic@example.ie");
  });
});

describe("emailProblem()", () => {
  it("has none with an ordinary address, or one of 254 characters", () => {
    expect(emailProblem("ada@example.ie")).toBeUndefined();
    expect(emailProblem(`${"a".repeat(243)}@example.ie`)).toBeUndefined();
  });

  it("tells an address that lower-casing made too long", () => {
    const written = `${"İ".repeat(200)}@example.ie`;
    expect(emailProblem(normalizeEmail(written))).toBe("is longer than 254 characters");
  });

  it.each(["\u0000", "\u0007", "\u001b", "\u007f", "\u2028", "\ud800"])(
    "tells of the character %j",
    (character) => {
      expect(emailProblem(`ada${character}@example.ie`)).toBe("holds characters that cannot be seen");
    },
  );
});

describe("displayNameProblem()", () => {
  it.each(["Ada", "Seán Ó Ríordáin", "李小龍", "👩‍🎤"])("has none with %j", (name) => {
    expect(displayNameProblem(name)).toBeUndefined();
  });

  it("tells of a name that was only white space", () => {
    expect(displayNameProblem("")).toBe("is only white space");
  });

  it.each(["Ada\nadmin", "Ada\u0000", "Ada\ud800"])("tells of the name %j", (name) => {
    expect(displayNameProblem(name)).toBe("holds characters that cannot be seen");
  });
});
