import { Accumulator } from "./accumulator.js";
import { createRandom } from "./random.js";

describe("Accumulator", () => {
  it("holds the same sums as a Map, and lists each place once", () => {
    const random = createRandom(8);
    const sums = new Accumulator();
    sums.reserve(100);
    const plain = new Map<number, number>();
    for (let i = 0; i < 1_000; i++) {
      const place = Math.floor(random() * 60);
      sums.add(place, i + 1);
      plain.set(place, (plain.get(place) ?? 0) + i + 1);
    }
    const touched = [...sums.touched.subarray(0, sums.count)];
    expect(touched).toEqual([...plain.keys()]);
    expect(touched.map((place) => sums.values[place])).toEqual([...plain.values()]);
  });

  it("adds to each of some places as it would to one after the other", () => {
    const [atOnce, oneByOne] = [new Accumulator(), new Accumulator()];
    const places = Uint32Array.of(9, 4, 2, 4, 7, 9);
    for (const sums of [atOnce, oneByOne]) {
      sums.reserve(10);
      sums.add(2, 1);
    }
    atOnce.addEach(places, 1, 5, 0.5);
    for (const place of places.subarray(1, 5)) oneByOne.add(place, 0.5);
    expect(atOnce).toEqual(oneByOne);
    expect([...atOnce.touched.subarray(0, atOnce.count)]).toEqual([2, 4, 7]);
  });

  it("scales every sum", () => {
    const sums = new Accumulator();
    sums.reserve(3);
    sums.add(2, 4);
    sums.scale(0.25);
    expect([...sums.values.subarray(0, 3)]).toEqual([0, 0, 1]);
  });

  it("is zero everywhere once cleared", () => {
    const sums = new Accumulator();
    sums.reserve(10);
    sums.add(3, 1);
    sums.add(7, 1);
    sums.clear();
    expect(sums.count).toBe(0);
    expect(sums.values.every((value) => value === 0)).toBe(true);
  });

  it("keeps its sums when it is given more room", () => {
    const sums = new Accumulator();
    sums.reserve(1);
    sums.add(0, 5);
    sums.reserve(1_000);
    sums.add(999, 6);
    expect([sums.values[0], sums.values[999], sums.count]).toEqual([5, 6, 2]);
  });
});
