/** Words that stay small inside a title. */
const SMALL = new Set(
  "a an and as at by for from in into of on or the to with de des du la le les der die das di da und et el y con e minor major".split(
    " ",
  ),
);

/** Abbreviations of catalogues of works, in the spelling that musicians use. */
const CATALOGUES: Readonly<Record<string, string>> = {
  op: "Op.",
  no: "No.",
  k: "K.",
  d: "D.",
  rv: "RV",
  bwv: "BWV",
  sz: "Sz.",
  bb: "BB",
  woo: "WoO",
  mwv: "MWV",
  orch: "orch.",
};

/**
 * A work's title as a programme would print it, from the archive's capitals: "MER, LA [THE SEA]" becomes
 * "La Mer", "CONCERTO, PIANO, NO. 1, D MINOR, OP.15" "Concerto, Piano, No. 1, D minor, Op. 15".
 */
export function workTitle(capitals: string): string {
  const bare = capitals
    // A few works begin with the name of who wrote them.
    .replace(/^\P{Lu}*\p{Lu}\p{Ll}[^/]*\/ /u, "")
    .replace(/\s*\((ARR|REV|ORCH)\b[^()]*\)+/g, "")
    .replace(/\s*\(\s*FROM\s*\)/g, "")
    .replace("SHAR P", "SHARP")
    .replace(/\s*\[[^\]]*\]/g, "")
    .replace(/\s*\((UNSPECIFIED|ORIG\. SOLO PIANO|TRADITIONAL VERSION|ORIGINAL VERSION)\)/g, "")
    .replace(/\s*\(GROFE\/WHITEMAN\)/g, "")
    .replace(/,? UNSPECIFIED$/, "")
    .replace(/\b(OP|NO|K|D)\.(?=\d)/g, "$1. ")
    .trim();
  return capitalised(articleFirst(bare));
}

/** "BOREADES, LES" is "LES BOREADES", and "MAGIC FLUTE, THE, K. 620" "THE MAGIC FLUTE, K. 620". */
function articleFirst(title: string): string {
  return title.replace(/^([^,:]+), (THE|AN|A|LA|LE|LES|DER|DIE|DAS|IL|EL)\b(?=$|[,:]| \()/, "$2 $1");
}

function capitalised(title: string): string {
  let first = true;
  return title
    .toLowerCase()
    .replace(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?\.?/gu, (word, at: number, whole: string) => {
      const before = whole.slice(0, at);
      const starts = first || /[:;–(["/-]\s*$/.test(before);
      first = false;
      const bare = word.replace(/\.$/, "");
      const catalogue = CATALOGUES[bare];
      if (catalogue !== undefined && /^\.?\s*\d/.test(whole.slice(at + bare.length))) return catalogue;
      if (/^[ivx]+$/.test(bare) && bare !== "i" && bare !== "mi") return word.toUpperCase();
      // A key: "c minor", "b-flat major".
      if (/^[a-h]$/.test(bare) && /^[- ](flat|sharp|minor|major)\b/.test(whole.slice(at + bare.length)))
        return word.toUpperCase();
      if (bare === "flat" || bare === "sharp" || (SMALL.has(bare) && !starts)) return word;
      // Elision: "d'ete", "l'amant".
      const elided = /^([dl])(['’])(\p{L})(.*)$/u.exec(word);
      if (elided !== null)
        return `${starts ? elided[1]!.toUpperCase() : elided[1]}${elided[2]}${elided[3]!.toUpperCase()}${elided[4]}`;
      return word.charAt(0).toUpperCase() + word.slice(1);
    });
}
