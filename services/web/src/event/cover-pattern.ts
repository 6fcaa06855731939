import {
  balcony,
  bolts,
  keys,
  type Layer,
  lanterns,
  levels,
  type Random,
  rays,
  rings,
  scallops,
  stars,
  staves,
  tiles,
  waves,
} from "./cover-motifs.js";

/** What stands in for a poster, since events come without pictures: the same event, the same cover. */
export interface CoverPattern {
  /** Which of the palettes in cover.css, from 0. */
  readonly palette: number;
  readonly layers: readonly Layer[];
}

export const PALETTES = 8;

type Draw = (random: Random) => Layer[];

/** Which motifs speak of which genres; the first line that matches one of the event's genres counts. */
const MOTIFS: readonly (readonly [RegExp, readonly Draw[]])[] = [
  [/\b(market|food|fair|fest|christmas)/, [lanterns, stars, scallops]],
  [/\b(opera|theat|musical|ballet|dance theatre)/, [scallops, balcony, rays]],
  [
    /\b(classic|orchest|concert|quartet|chamber|symphon|choral|baroque|recital|lied)/,
    [balcony, staves, keys, waves],
  ],
  [/\b(techno|house|electro|trance|disco|club|dj|drum|hip.?hop|rap|dubstep)/, [levels, rings, tiles]],
  [/\b(rock|metal|punk|indie|grunge|hardcore)/, [bolts, rays, levels]],
  [/\b(folk|trad|irish|celtic|country|bluegrass|americana)/, [waves, rings, stars]],
  [/\b(jazz|blues|soul|funk|latin|swing|bossa|reggae)/, [tiles, keys, waves]],
  [
    /\b(tech|data|software|devops|java|python|android|ios|security|conference|talk|api|ux|css|general)/,
    [tiles, rings, levels],
  ],
];
const ANY: readonly Draw[] = [rays, waves, tiles, rings, stars];

export function coverPattern(eventId: string, genres: readonly string[]): CoverPattern {
  const random = seeded(eventId);
  const genre = genres.join(" ");
  const motifs = MOTIFS.find(([pattern]) => pattern.test(genre))?.[1] ?? ANY;
  const draw = motifs[Math.floor(random() * motifs.length)] ?? rays;
  return { palette: Math.floor(random() * PALETTES), layers: draw(random) };
}

/** Numbers from 0 to 1 that only depend on the text: FNV-1a, stretched by mulberry32. */
function seeded(text: string): Random {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
