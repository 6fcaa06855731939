/**
 * Letters that carry no combining mark to take off, and what people type who do not have them on their
 * keyboard.
 */
const PLAIN: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ı: "i",
};
const PLAIN_LETTERS = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "g");

/** A text in lower case and without accents, so that "Sinéad Ø" and "sinead o" are the same. */
export function foldText(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(PLAIN_LETTERS, (letter) => PLAIN[letter] ?? letter);
}

/** The distinct words of a text, folded; what stands between letters and digits parts them. */
export function searchWords(text: string): string[] {
  return [...new Set(foldText(text).match(/[\p{L}\p{N}]+/gu))];
}

/**
 * What a store keeps of some texts for searching: their distinct words, each with a space before it, so that
 * a word that begins with "jaz" is found by "% jaz%".
 */
export function searchText(...texts: readonly string[]): string {
  return searchWords(texts.join("\n"))
    .map((word) => ` ${word}`)
    .join("");
}

/**
 * LIKE patterns over searchText(), all of which must match. A query without a letter or a digit asks for
 * nothing, and has none.
 */
export function searchPatterns(query: string): string[] {
  return searchWords(query).map((word) => `% ${word}%`);
}

/** Names in lower case, trimmed, doubles removed, in the order of their first mention. */
export function distinctNames(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.trim().toLowerCase()))];
}
