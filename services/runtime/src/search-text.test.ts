import { distinctNames, foldText, searchPatterns, searchText, searchWords } from "./search-text.js";

describe("foldText", () => {
  it.each([
    ["Sinéad", "sinead"],
    ["KÖLN", "koln"],
    ["Straße", "strasse"],
    ["Ærø Łódź", "aero lodz"],
    ["İstanbul", "istanbul"],
    ["Đorđe", "dorde"],
    ["Σωκράτης", "σωκρατης"],
  ])("folds %j to %j", (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  it("folds a composed and a decomposed accent alike", () => {
    expect(foldText("e\u0301")).toBe(foldText("\u00e9"));
  });
});

describe("searchWords", () => {
  it("parts words at everything that is no letter and no digit", () => {
    expect(searchWords("O'Connor: 100% rock_&\\roll, 90s")).toEqual([
      "o",
      "connor",
      "100",
      "rock",
      "roll",
      "90s",
    ]);
  });

  it("gives a word once", () => {
    expect(searchWords("Jazz and jázz")).toEqual(["jazz", "and"]);
  });

  it("gives none for a text without letters and digits", () => {
    expect(searchWords("!!! ... %")).toEqual([]);
  });
});

describe("searchText and searchPatterns", () => {
  const text = searchText("Late Jazz", "at Whelan's", "");

  it("finds a beginning of each word, whatever case and accents", () => {
    for (const query of ["late", "JAZ", "whel", "jázz LATE"]) expect(finds(text, query)).toBe(true);
  });

  it("does not find the middle of a word, nor a word that is missing", () => {
    for (const query of ["azz", "jazz funk"]) expect(finds(text, query)).toBe(false);
  });

  it("does not run two texts together", () => {
    expect(finds(searchText("late", "night"), "lateni")).toBe(false);
  });

  it("holds no character that means something to LIKE but its own", () => {
    expect(searchPatterns("100%_\\ x")).toEqual(["% 100%", "% x%"]);
  });
});

describe("distinctNames", () => {
  it("lower-cases, trims, and keeps the first of doubles", () => {
    expect(distinctNames(["Techno ", "house", "TECHNO"])).toEqual(["techno", "house"]);
  });
});

/** LIKE, as far as searchPatterns() uses it. */
function finds(text: string, query: string): boolean {
  return searchPatterns(query).every((pattern) => text.includes(pattern.slice(1, -1)));
}
