/**
 * What the archive does not say and a listener goes by: the style a composer is filed under. Written for this
 * catalogue; the names are of data/genres (beets and MusicBrainz).
 */
const COMPOSERS: Readonly<Record<string, readonly string[]>> = {
  renaissance: ["Gabrieli"],
  baroque: ["Bach", "Handel", "Vivaldi", "Purcell", "Rameau", "Scarlatti"],
  "romantic classical": [
    "Beethoven",
    "Berlioz",
    "Bizet",
    "Brahms",
    "Bruckner",
    "Chopin",
    "Dvorak",
    "Dohnanyi",
    "Elgar",
    "Franck",
    "Grieg",
    "Liszt",
    "Lysenko",
    "Mahler",
    "Mendelssohn",
    "Mendelssohn Hensel",
    "Moszkowski",
    "Ponchielli",
    "Puccini",
    "Rachmaninoff",
    "Rimsky-Korsakov",
    "Rossini",
    "Schubert",
    "Schumann",
    "Sibelius",
    "Strauss",
    "Suppe",
    "Tchaikovsky",
    "Wagner",
    "Waldteufel",
    "Weber",
    "Beach",
    "Coleridge-Taylor",
    "Faure",
    "Hahn",
    "Nielsen",
    "Turina",
  ],
  impressionism: ["Debussy", "Ravel", "Boulanger", "Respighi"],
  serialism: ["Schoenberg", "Berg", "Webern", "Boulez"],
  minimalism: ["Glass", "Adams", "Part", "Paert", "Richter"],
  "modern classical": [
    "Barber",
    "Bartok",
    "Bernstein",
    "Britten",
    "Casella",
    "Copland",
    "Francaix",
    "Gershwin",
    "Herrmann",
    "Hindemith",
    "Ives",
    "Janacek",
    "Kabalevsky",
    "Khachaturian",
    "Kodaly",
    "Korngold",
    "Lutoslawski",
    "Messiaen",
    "Poulenc",
    "Price",
    "Prokofiev",
    "Rautavaara",
    "Shostakovich",
    "Still",
    "Stravinsky",
    "Szymanowski",
    "Varese",
    "Vaughan Williams",
    "Villa-Lobos",
    "Walker",
    "Weill",
    "de Hartmann",
    "Castelnuovo-Tedesco",
    "Carreno",
    "Tsintsadze",
    "Moerane",
    "Anderson",
  ],
  "contemporary classical": [
    "Abrahamsen",
    "Auerbach",
    "Balfour",
    "Bates",
    "Chen",
    "Cheung",
    "Chin",
    "Connesson",
    "Corigliano",
    "Czernowin",
    "Ewazen",
    "Fagerlund",
    "Fletcher",
    "Francesconi",
    "Frank",
    "Frolyak",
    "Fujikura",
    "Grau",
    "Gubaidulina",
    "Jolas",
    "Joachim",
    "Kendall",
    "Kidane",
    "Kurtag",
    "Lanzilotti",
    "Larcher",
    "Mallonee",
    "Marquez",
    "Mattingly",
    "Mazzoli",
    "McTee",
    "Monnakgotla",
    "Montgomery",
    "Moussa",
    "Muhly",
    "Norman",
    "Ortiz",
    "Pintscher",
    "Puts",
    "Saariaho",
    "Salonen",
    "Sanchez-Chiong",
    "Shekhar",
    "Silvestrov",
    "Simon",
    "Smith",
    "Soper",
    "Thomas",
    "Wolfe",
    "Sorrell",
    "Colgrass",
  ],
  jazz: [
    "Baker",
    "Ellington",
    "Guaraldi",
    "Heath",
    "Kapustin",
    "Marsalis",
    "Mingus",
    "Sandoval",
    "Shavers",
    "Alom",
  ],
  ragtime: ["Joplin"],
  "nuevo tango": ["Piazzolla"],
  salsa: ["Blades"],
  soundtrack: ["Debney", "Morricone", "Silvestri", "Williams", "Herrmann"],
  musical: [
    "Arlen",
    "Berlin",
    "Coleman",
    "Kander",
    "Leigh",
    "Loesser",
    "Porter",
    "Rodgers",
    "Sondheim",
    "Willson",
    "Ashman/Menken",
    "Brown",
    "Weill",
    "Sullivan",
  ],
};

type Works = readonly (readonly [genre: string, works: RegExp])[];

/** Works that decide what kind of evening it is. */
const OCCASIONS: Works = [
  [
    "christmas music",
    /CHRISTMAS|CAROL\b|CAROL:|JINGLE BELLS|SLEIGH RIDE|ADESTE FIDELES|JOY TO THE WORLD|HANUKKAH|CHANUKAH/,
  ],
  ["soundtrack", /LIVE TO FILM|IN CONCERT$/],
  [
    "opera",
    /THREEPENNY OPERA|EUGENE ONEGIN|DIDO'S LAMENT|MAGIC FLUTE|CARMEN$|FIDELIO|PORGY AND BESS|TURANDOT/,
  ],
  ["oratorio", /^MESSIAH/],
  ["requiem", /^REQUIEM/],
  ["ballet", /NUTCRACKER|SWAN LAKE|FIREBIRD|PETRUSHKA|DAPHNIS|WOODEN PRINCE|PROMETHEUS/],
];

const FORMS: Works = [
  ["string quartet", /^QUARTET, STRING/],
  ["symphony", /^SYMPHON(Y|IE)/],
  ["concerto", /^CONCERTO, |^CONCERTO IN|BRANDENBURG CONCERTO/],
];

const SERIES: readonly (readonly [genre: string, tag: RegExp])[] = [
  ["kids music", /Young People's/],
  ["chamber music", /Chamber/],
];

const styleOf = new Map<string, string[]>();
for (const [style, names] of Object.entries(COMPOSERS)) {
  for (const name of names) styleOf.set(name, [...(styleOf.get(name) ?? []), style]);
}

/**
 * A programme's genres, the most telling first: what kind of concert it is, then the styles that most of its
 * composers are filed under, then its forms, and "classical" for all.
 *
 * @param composers family names without marks
 * @param works in the archive's capitals
 */
export function programmeGenres(
  composers: readonly string[],
  works: readonly string[],
  tags: readonly string[],
): string[] {
  const counts = new Map<string, number>();
  for (const style of composers.flatMap((name) => styleOf.get(name) ?? []))
    counts.set(style, (counts.get(style) ?? 0) + 1);
  const styles = [...counts].sort((a, b) => b[1] - a[1]).map(([style]) => style);
  const kinds = SERIES.filter(([, tag]) => tags.some((name) => tag.test(name))).map(([genre]) => genre);
  const played = (table: Works) =>
    table.filter(([, work]) => works.some((title) => work.test(title))).map(([genre]) => genre);
  return [
    ...new Set([
      ...kinds,
      ...played(OCCASIONS).slice(0, 2),
      ...styles.slice(0, 3),
      ...played(FORMS).slice(0, 2),
      "classical",
    ]),
  ];
}
