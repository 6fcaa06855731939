import { Code, ConnectError } from "@connectrpc/connect";
import { type Endable, UnderWay } from "./under-way.js";

class Recorded implements Endable {
  place = -1;
  readonly errors: ConnectError[] = [];

  cutOff(error: ConnectError): void {
    this.errors.push(error);
  }
}

describe("UnderWay", () => {
  const error = new ConnectError("closing", Code.Unavailable);

  it("ends those that were added and not deleted, in whatever order they went", () => {
    const underWay = new UnderWay();
    const calls = Array.from({ length: 6 }, () => new Recorded());
    for (const call of calls) underWay.add(call);
    for (const i of [0, 5, 2]) underWay.delete(calls[i]!);
    underWay.cutOff(error);
    expect(calls.map(({ errors }) => errors.length)).toEqual([0, 1, 0, 1, 1, 0]);
  });

  it("deletes what is not there without a trace", () => {
    const underWay = new UnderWay();
    const [first, second] = [new Recorded(), new Recorded()];
    underWay.add(first);
    underWay.delete(second);
    underWay.delete(first);
    underWay.delete(first);
    underWay.add(second);
    underWay.cutOff(error);
    expect([first.errors, second.errors]).toEqual([[], [error]]);
  });

  it("ends each once, though calls delete themselves as they end", () => {
    const underWay = new UnderWay();
    const calls = Array.from({ length: 3 }, () => new Recorded());
    for (const call of calls) {
      underWay.add(call);
      call.cutOff = (reason) => {
        call.errors.push(reason);
        underWay.delete(call);
      };
    }
    underWay.cutOff(error);
    underWay.cutOff(error);
    expect(calls.map(({ errors }) => errors)).toEqual([[error], [error], [error]]);
  });
});
