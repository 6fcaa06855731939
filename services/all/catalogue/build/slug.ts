/** Letters that are no base letter with a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  ø: "o",
  æ: "ae",
  œ: "oe",
  ł: "l",
  đ: "d",
  þ: "th",
  ı: "i",
};

/** Lower case without marks: what two spellings of one name have in common. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[ßøæœłđþı]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");
}

/** An identifier made from a name, for example "wang-yuja". */
export function slug(text: string): string {
  return plain(text)
    .replace(/['’"]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
