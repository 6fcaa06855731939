import { workTitle } from "./work-titles.ts";

describe("workTitle()", () => {
  it.each([
    ["MER, LA [THE SEA]", "La Mer"],
    ["MAGIC FLUTE, THE, K.620", "The Magic Flute, K. 620"],
    ["CONCERTO, PIANO, NO. 1, D MINOR, OP.15", "Concerto, Piano, No. 1, D minor, Op. 15"],
    ["CONCERTO, PIANO, NO. 1, B-FLAT MINOR, OP. 23", "Concerto, Piano, No. 1, B-flat minor, Op. 23"],
    [
      "SYMPHONY NO. 9, E MINOR, OP.95 (FROM THE NEW WORLD)",
      "Symphony No. 9, E minor, Op. 95 (From the New World)",
    ],
    ["NUITS D'ETE, OP.7", "Nuits d'Ete, Op. 7"],
    ["LIEDER OHNE WORTE, BOOK VI, OP. 67 (PIANO)", "Lieder Ohne Worte, Book VI, Op. 67 (Piano)"],
    ["RHAPSODY IN BLUE (ORIGINAL VERSION) (GROFE/WHITEMAN) (ARR. Grofe [Grofé])", "Rhapsody in Blue"],
    ["Smith, Richard B. / WINTER WONDERLAND (ARR. Unspecified)", "Winter Wonderland"],
    ["'TWAS THE NIGHT BEFORE CHRISTMAS", "'Twas the Night Before Christmas"],
  ])("writes %s as %s", (capitals, title) => {
    expect(workTitle(capitals)).toBe(title);
  });
});
