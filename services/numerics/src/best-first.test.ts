import { BestFirst } from "./best-first.js";
import { createRandom } from "./random.js";

describe("BestFirst", () => {
  it.each([0, 1, 2, 3, 10, 1000])("gives %i positions in the order that sorting gives", (count) => {
    const random = createRandom(count);
    const scores = Float32Array.from({ length: count }, () => Math.floor(random() * 20));
    const expected = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
    const order = new BestFirst().begin(scores, count);
    const given: number[] = [];
    for (let position = order.next(); position >= 0; position = order.next()) given.push(position);
    expect(given).toEqual(expected);
  });

  it("leaves out scores beyond the count, so that longer scratch arrays may be passed", () => {
    const order = new BestFirst().begin(Float64Array.of(1, 2, 99), 2);
    expect([order.next(), order.next(), order.next()]).toEqual([1, 0, -1]);
  });

  it("shows the next one without taking it", () => {
    const order = new BestFirst().begin(Float64Array.of(1, 2), 2);
    expect([order.peek(), order.peek(), order.next(), order.peek()]).toEqual([1, 1, 1, 0]);
  });

  it("puts a position whose score is lowered where it belongs", () => {
    const random = createRandom(3);
    const scores = Float64Array.from({ length: 200 }, random);
    const halved = scores.map((score, position) => (position % 3 === 0 ? score / 2 : score));
    const expected = Array.from(halved.keys()).sort((a, b) => halved[b]! - halved[a]!);
    const order = new BestFirst().begin(scores, scores.length);
    const given: number[] = [];
    for (let best = order.peek(); best >= 0; best = order.peek()) {
      if (scores[best] === halved[best]) given.push(order.next());
      else order.lower(halved[best]!);
    }
    expect(given).toEqual(expected);
  });

  it("gives a position that was put back as if it had never been taken", () => {
    const scores = Float64Array.of(5, 1, 4, 2, 3);
    const order = new BestFirst().begin(scores, 5);
    const [best, second] = [order.next(), order.next()];
    order.next();
    order.put(second);
    order.put(best);
    expect([order.next(), order.next(), order.next(), order.next(), order.next()]).toEqual([0, 2, 3, 1, -1]);
  });
});
