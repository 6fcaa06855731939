export const WIDTH = 400;
export const HEIGHT = 250;

/** Gives numbers from 0 to 1. */
export type Random = () => number;

/** One ink of a printed cover: a path in a box of WIDTH × HEIGHT. */
export interface Layer {
  readonly ink: "a" | "b";
  readonly d: string;
  /** Width of the line; a filled shape when unset. */
  readonly line?: number;
}

/** Rows of seats around a stage. */
export function balcony(random: Random): Layer[] {
  const x = 120 + random() * 160;
  const seats: string[] = [];
  const rails: string[] = [];
  for (let row = 0; row < 9; row++) {
    const radius = 46 + row * 30;
    rails.push(`M${n(x - radius)} 262a${radius} ${radius} 0 0 1 ${2 * radius} 0`);
    const count = Math.floor((Math.PI * radius) / 22);
    for (let seat = 0; seat <= count; seat++) {
      if (random() < 0.28) continue;
      const angle = Math.PI * (1 + seat / count);
      seats.push(disc(x + Math.cos(angle) * (radius + 14), 262 + Math.sin(angle) * (radius + 14), 6));
    }
  }
  return [
    { ink: "b", d: rails.join(""), line: 2.5 },
    { ink: "a", d: seats.join("") },
  ];
}

/** Five lines that sway, and what is played on them. */
export function staves(random: Random): Layer[] {
  const lines: string[] = [];
  const notes: string[] = [];
  const sway = 14 + random() * 16;
  const height = (x: number, line: number) => 74 + line * 24 + Math.sin(x / 70) * sway;
  for (let line = 0; line < 5; line++) {
    const points = Array.from({ length: 22 }, (_, i) => `${i * 20 - 10} ${n(height(i * 20 - 10, line))}`);
    lines.push(`M${points.join("L")}`);
  }
  for (let x = 34 + random() * 20; x < WIDTH - 20; x += 34 + random() * 34) {
    const y = height(x, Math.floor(random() * 9) / 2);
    notes.push(`${disc(x, y, 11)}M${n(x + 11)} ${n(y)}v-62h-4v62z`);
  }
  return [
    { ink: "b", d: lines.join(""), line: 3 },
    { ink: "a", d: notes.join("") },
  ];
}

/** A keyboard, leaning. */
export function keys(random: Random): Layer[] {
  const white: string[] = [];
  const black: string[] = [];
  const lean = 30 + random() * 40;
  const octave = [1, 1, 0, 1, 1, 1, 0];
  const first = Math.floor(random() * 7);
  for (let key = 0; key < 13; key++) {
    const x = key * 36 - 50;
    white.push(`M${x} 250l${n(lean)} -210h32l${n(-lean)} 210z`);
    if (octave[(first + key) % 7])
      black.push(`M${n(x + 24 + lean * 0.4)} 166l${n(lean * 0.6)} -126h20l${n(-lean * 0.6)} 126z`);
  }
  return [
    { ink: "a", d: white.join("") },
    { ink: "b", d: black.join("") },
  ];
}

/** A curtain, or the scales of a fish. */
export function scallops(random: Random): Layer[] {
  const radius = 26 + random() * 22;
  const a: string[] = [];
  const b: string[] = [];
  for (let row = 7; row >= 0; row--) {
    for (let column = -1; column * 2 * radius < WIDTH + radius; column++) {
      const x = column * 2 * radius + (row % 2) * radius;
      const y = row * radius * 1.1 - radius * 0.4;
      (row % 2 ? a : b).push(
        `M${n(x - radius * 0.92)} ${n(y)}a${n(radius * 0.92)} ${n(radius * 0.92)} 0 0 0 ${n(radius * 1.84)} 0z`,
      );
    }
  }
  return [
    { ink: "b", d: b.join("") },
    { ink: "a", d: a.join("") },
  ];
}

/** What a mixing desk shows. */
export function levels(random: Random): Layer[] {
  const lit: string[] = [];
  const peak: string[] = [];
  const phase = random() * 6;
  for (let bar = 0; bar < 20; bar++) {
    const level = 2 + Math.round((Math.sin(bar / 2.3 + phase) + 1) * 3.1 + random() * 3.4);
    for (let step = 0; step < level; step++) {
      (step === level - 1 ? peak : lit).push(`M${bar * 20 + 3} ${232 - step * 22}h14v14h-14z`);
    }
  }
  return [
    { ink: "b", d: lit.join("") },
    { ink: "a", d: peak.join("") },
  ];
}

/** Two stones thrown into one pond. */
export function rings(random: Random): Layer[] {
  const circles = (x: number, y: number) =>
    Array.from({ length: 12 }, (_, i) => disc(x, y, 12 + i * 22)).join("");
  const y = 60 + random() * 130;
  return [
    { ink: "b", d: circles(90 + random() * 70, y), line: 7 },
    { ink: "a", d: circles(250 + random() * 80, 250 - y), line: 7 },
  ];
}

/** A sun behind the stage. */
export function rays(random: Random): Layer[] {
  const x = 90 + random() * 220;
  const y = 130 + random() * 80;
  const count = 14 + Math.floor(random() * 4) * 2;
  const wedges = Array.from({ length: count }, (_, i) => {
    const angle = ((i + 0.2) * 2 * Math.PI) / count;
    const width = Math.PI / count;
    const far = (turn: number) => `${n(x + Math.cos(turn) * 520)} ${n(y + Math.sin(turn) * 520)}`;
    return `M${n(x)} ${n(y)}L${far(angle)}L${far(angle + width)}z`;
  });
  return [
    { ink: "b", d: wedges.join("") },
    { ink: "a", d: disc(x, y, 52 + random() * 22) },
  ];
}

/** Loud. */
export function bolts(random: Random): Layer[] {
  const zigzag = (y: number, thick: number) => {
    const steps = Array.from({ length: 9 }, (_, i) => `${i * 60 - 40} ${n(y + (i % 2 ? 46 : 0))}`);
    const back = steps.toReversed().map((step) => {
      const [x, height] = step.split(" ").map(Number);
      return `${x} ${n((height ?? 0) + thick)}`;
    });
    return `M${[...steps, ...back].join("L")}z`;
  };
  const layers: Layer[] = [];
  let y = -50 + random() * 20;
  for (let i = 0; y < HEIGHT; i++) {
    const thick = 14 + random() * 26;
    layers.push({ ink: i % 2 ? "a" : "b", d: zigzag(y, thick) });
    y += thick + 14;
  }
  return layers;
}

/** Hills, or the sea. */
export function waves(random: Random): Layer[] {
  return Array.from({ length: 6 }, (_, i): Layer => {
    const top = 40 + i * 36;
    const phase = random() * 6;
    const length = 40 + random() * 30;
    const points = Array.from(
      { length: 27 },
      (_, j) => `${j * 16} ${n(top + Math.sin((j * 16) / length + phase) * 15)}`,
    );
    return i % 2
      ? { ink: "b", d: `M${points.join("L")}`, line: 13 }
      : { ink: "a", d: `M${points.join("L")}`, line: 13 };
  });
}

/** A floor of quarter circles, discs and squares. */
export function tiles(random: Random): Layer[] {
  const inks = { a: "", b: "" };
  const size = 50;
  for (let x = 0; x < WIDTH; x += size) {
    for (let y = 0; y < HEIGHT; y += size) {
      const ink = random() < 0.5 ? "a" : "b";
      const corners = [
        `M${x} ${y}h${size}a${size} ${size} 0 0 1 -${size} ${size}z`,
        `M${x + size} ${y}v${size}a${size} ${size} 0 0 1 -${size} -${size}z`,
        `M${x + size} ${y + size}h-${size}a${size} ${size} 0 0 1 ${size} -${size}z`,
        `M${x} ${y + size}v-${size}a${size} ${size} 0 0 1 ${size} ${size}z`,
      ];
      const pick = random() * 7;
      if (pick < 4) inks[ink] += corners[Math.floor(pick)];
      else if (pick < 5) inks[ink] += disc(x + size / 2, y + size / 2, size * 0.32);
    }
  }
  return [
    { ink: "b", d: inks.b },
    { ink: "a", d: inks.a },
  ];
}

/** Strings of lights over a market. */
export function lanterns(random: Random): Layer[] {
  const strings: string[] = [];
  const bulbs: string[] = [];
  for (let i = 0; i < 4; i++) {
    const left = -14 + i * 62 + random() * 24;
    const right = -14 + i * 62 + random() * 24;
    const sag = 60 + random() * 40;
    const at = (t: number): [number, number] => [
      t * WIDTH,
      left * (1 - t) ** 2 + 2 * (1 - t) * t * ((left + right) / 2 + sag) + right * t ** 2,
    ];
    strings.push(`M0 ${n(left)}Q${WIDTH / 2} ${n((left + right) / 2 + sag)} ${WIDTH} ${n(right)}`);
    for (let t = 0.03 + random() * 0.05; t < 1; t += 0.085) {
      const [x, y] = at(t);
      bulbs.push(disc(x, y + 11, 8.5));
    }
  }
  return [
    { ink: "b", d: strings.join(""), line: 3 },
    { ink: "a", d: bulbs.join("") },
  ];
}

/** A clear night. */
export function stars(random: Random): Layer[] {
  const inks = { a: "", b: "" };
  for (let x = 30; x < WIDTH; x += 58) {
    for (let y = 28; y < HEIGHT; y += 58) {
      const size = 7 + random() ** 2 * 30;
      inks[random() < 0.5 ? "a" : "b"] += star(x + (random() - 0.5) * 26, y + (random() - 0.5) * 26, size);
    }
  }
  return [
    { ink: "b", d: inks.b },
    { ink: "a", d: inks.a },
  ];
}

function star(x: number, y: number, size: number): string {
  const tips = Array.from({ length: 16 }, (_, i) => {
    const reach = i % 2 ? size * 0.34 : i % 4 ? size * 0.6 : size;
    const angle = (i * Math.PI) / 8;
    return `${n(x + Math.sin(angle) * reach)} ${n(y - Math.cos(angle) * reach)}`;
  });
  return `M${tips.join("L")}z`;
}

function disc(x: number, y: number, radius: number): string {
  return `M${n(x - radius)} ${n(y)}a${n(radius)} ${n(radius)} 0 1 0 ${n(2 * radius)} 0a${n(radius)} ${n(radius)} 0 1 0 ${n(-2 * radius)} 0z`;
}

/** A number with one decimal: a tenth of a unit is finer than a screen. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
