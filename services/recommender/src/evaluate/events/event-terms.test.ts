import { DAY_MS } from "../attendance-split.js";
import type { ItemDetails } from "../data-set.js";
import { EventTerms, termNames } from "./event-terms.js";
import { EventTraits } from "./event-traits.js";
import { EventVectors } from "./event-vectors.js";

type Place = { organiser: string; town: string; region: string; latitude?: number };
const cork = { organiser: "x", town: "Cork", region: "Munster", latitude: 51.9 };
const dublin = { organiser: "x", town: "Dublin", region: "Leinster", latitude: 53.3 };
const belfast = { organiser: "y", town: "Belfast", region: "Ulster", latitude: 54.6 };

function event(day: number, title: string, { latitude, ...place }: Place): ItemDetails {
  const location = latitude === undefined ? undefined : { latitude, longitude: -7 };
  return { title, tags: [], event: { startMs: day * DAY_MS, country: "IE", location, ...place } };
}

/** Person 0 has been to events 0 and 1; what follows is ahead. */
const events = [
  event(0, "Spring Open", cork),
  event(300, "Winter Open", cork),
  event(400, "Summer Cup", cork),
  event(400, "Spring Open", dublin),
  event(400, "Summer Cup", belfast),
  event(400, "Autumn Cup", { organiser: "y", town: "", region: "" }),
];
const now = 380 * DAY_MS;

function world(more: readonly (readonly [person: number, event: number])[] = [], details = events) {
  const traits = new EventTraits(details);
  // Two factors: that of organiser x and that of organiser y; nothing else has any.
  const factors = new Float32Array(traits.size * 2);
  factors[traits.of[0]![0]! * 2] = 3;
  factors[traits.of[4]![0]! * 2 + 1] = 5;
  const terms = new EventTerms(traits, details, new EventVectors(traits, factors, 2), 20, 365 * DAY_MS);
  const attended = [[0, 0], [0, 1], ...more].sort((a, b) => a[1]! - b[1]!) as [number, number][];
  for (const [person, item] of attended) terms.observe(person, item, details[item]!.event!.startMs);
  return {
    of(item: number, person = 0) {
      terms.begin(person, now);
      const row = new Float64Array(termNames.length);
      terms.write(item, row, 0);
      return Object.fromEntries(termNames.map((name, t) => [name, row[t]!]));
    },
  };
}

describe("EventTerms", () => {
  it("takes for habit the share of a person's events that have a trait, older ones counting less", () => {
    const weights = [0, 300].map((day) => 2 ** ((day - 380) / 365));
    const habit = (weights[0]! + weights[1]!) / (weights[0]! + weights[1]! + 0.5);
    const terms = world().of(2);
    expect(terms["own.organiser"]).toBeCloseTo(habit, 6);
    expect(terms["own.town"]).toBeCloseTo(habit, 6);
    expect(world().of(4)["own.organiser"]).toBe(0);
  });

  it("finds the next edition of an event by its title", () => {
    expect(world().of(3)["title.likeness"]).toBeCloseTo(1, 6);
    expect(world().of(2)["title.likeness"]).toBe(0);
  });

  it("counts what is near, the nearer the more, on every radius", () => {
    const [near, far, farther] = [2, 3, 4].map((item) => world().of(item));
    for (const name of ["near.100km", "near.300km", "near.1000km", "near.nearest"]) {
      expect(near![name]).toBeGreaterThan(far![name]!);
      expect(far![name]).toBeGreaterThan(farther![name]!);
    }
    expect(near!["near.nearest"]).toBe(1);
    expect(near!["near.unlocated"]).toBe(0);
  });

  it("says when nobody knows where an event is, rather than that it is far", () => {
    const terms = world().of(5);
    expect(terms).toMatchObject({ "near.unlocated": 1, "near.nearest": 0, "draw.reach": 0 });
  });

  it("places an event without coordinates where others of its town are", () => {
    const details = [...events, event(400, "Cup", { organiser: "y", town: "Cork", region: "Munster" })];
    expect(world([], details).of(6)["near.nearest"]).toBe(1);
  });

  it("follows people from where they were to where they went next", () => {
    // Five others went from Cork to Belfast.
    const others = [1, 2, 3, 4, 5].flatMap((person) => [[person, 0], [person, 4]] as const); // biome-ignore format: pairs
    const [before, after] = [world().of(4), world(others).of(4)];
    expect(after["next.town"]).toBeGreaterThan(before["next.town"]!);
    expect(after["next.organiser"]).toBeGreaterThan(before["next.organiser"]!);
  });

  it("listens to the habits of the people met, not to those of strangers", () => {
    const met = world([[1, 0], [1, 4]] as const); // biome-ignore format: pairs
    expect(met.of(4)["company.region"]).toBeGreaterThan(0);
    const strangers = world([[1, 3], [1, 4]] as const); // biome-ignore format: pairs
    expect(strangers.of(4)["company.region"]).toBe(0);
  });

  it("expects of an event what those before it of that title and organiser drew", () => {
    const crowd = Array.from({ length: 15 }, (_, i) => [i + 1, 0] as const);
    const drawn = world(crowd);
    expect(drawn.of(3)["draw.size"]).toBeGreaterThan(drawn.of(4)["draw.size"]! + 0.1);
    expect(drawn.of(3)["draw.sizeFar"]).toBeGreaterThan(0);
    expect(drawn.of(2)["draw.sizeFar"]).toBe(0);
  });

  it("compares the direction of an event's vector with those of past ones, whatever their lengths", () => {
    const habit = world().of(2)["own.organiser"]!;
    expect(world().of(3)["vector.likeness"]).toBeCloseTo(habit, 6);
    expect(world().of(4)["vector.likeness"]).toBe(0);
  });

  it("takes nothing of an event's own attendance", () => {
    const crowd = Array.from({ length: 15 }, (_, i) => [i + 1, 4] as const);
    const { "draw.size": quiet } = world().of(4);
    expect(world(crowd).of(4)["draw.size"]).toBeCloseTo(quiet!, 12);
  });

  it("has no opinion but of the crowd on somebody new", () => {
    const terms = world().of(2, 9);
    for (const name of termNames)
      if (/^(own|title|company|near|vector)/.test(name)) expect(terms[name]).toBe(0);
  });
});
