import { World } from "../../../../tests/fixtures/live-world.js";
import { exampleEvent, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { learnVectors } from "./vector-learning.js";

/** Two scenes with two genres each: who likes one of a scene likes the other, and nobody likes both scenes. */
const scenes = [
  ["techno", "house"],
  ["folk", "trad"],
];
const genreOf = (event: number) => scenes[Math.floor(event / 10) % 2]![event % 2]!;

function scene(): World {
  const bare = { djIds: [], organiser: "" };
  const events = Array.from({ length: 40 }, (_, i) =>
    exampleEvent(i, { ...bare, genres: [genreOf(i)], venueId: uuid(0x900 + (i % 7)) }),
  );
  const world = new World(events);
  for (let user = 1; user <= 30; user++) {
    for (let i = 0; i < 40; i++) {
      if (Math.floor(i / 10) % 2 === user % 2 && (i * 7 + user) % 3 === 0) world.act(user, "save", i);
    }
  }
  return world;
}

const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe("learnVectors()", () => {
  it("brings together what the same people like, and keeps apart what they do not", async () => {
    const { byName } = (await learnVectors(scene().state, new Map()))!;
    const of = (genre: string) => byName.get(`genre:${genre}`)!;
    const together = product(of("techno"), of("house"));
    const apart = product(of("techno"), of("trad"));
    expect(together).toBeGreaterThan(0.05);
    expect(Math.abs(apart)).toBeLessThan(together / 5);
  });

  it("gives vectors to genres, artists, venues and organisers that anybody likes, and to nothing else", async () => {
    const world = scene();
    world.state.applyEvent(exampleEvent(100, { genres: ["unloved"] }));
    const { byName } = (await learnVectors(world.state, new Map()))!;
    expect(
      [...byName]
        .map(([name]) => name)
        .filter((name) => name.startsWith("genre:"))
        .toSorted(),
    ).toEqual(["genre:folk", "genre:house", "genre:techno", "genre:trad"]);
    expect([...byName].map(([name]) => name).filter((name) => name.startsWith("venue:"))).toHaveLength(7);
    expect([...byName].map(([name]) => name).filter((name) => !/^(genre|venue):/.test(name))).toEqual([]);
  });

  it("learns the same from the same", async () => {
    const [one, other] = [
      await learnVectors(scene().state, new Map()),
      await learnVectors(scene().state, new Map()),
    ];
    expect(other).toEqual(one);
  });

  it("learns nothing where nobody likes anything", async () => {
    expect(await learnVectors(new World([exampleEvent(1)]).state, new Map())).toBeUndefined();
    expect(await learnVectors(new World().state, new Map())).toBeUndefined();
  });
});
