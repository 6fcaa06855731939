import { withLength } from "./typed-array.js";

describe("withLength()", () => {
  it("leaves an array alone that is long enough", () => {
    const array = new Uint32Array(4);
    expect(withLength(array, 4)).toBe(array);
  });

  it("keeps the numbers and the type, and pads with zeros", () => {
    const longer = withLength(Float32Array.of(1, 2, 3), 40);
    expect(longer).toBeInstanceOf(Float32Array);
    expect(longer.length).toBeGreaterThanOrEqual(40);
    expect([...longer.subarray(0, 5)]).toEqual([1, 2, 3, 0, 0]);
  });

  it("makes a thousand appends cost few copies", () => {
    let array = new Float64Array(0);
    let copies = 0;
    for (let i = 0; i < 1000; i++) {
      const longer = withLength(array, i + 1);
      if (longer !== array) copies++;
      array = longer;
      array[i] = i;
    }
    expect(copies).toBeLessThan(25);
    expect(array[999]).toBe(999);
  });
});
