import { CircuitBreaker, type CircuitState } from "./circuit-breaker.js";

let nowMs: number;
let states: CircuitState[];
let circuit: CircuitBreaker;

beforeEach(() => {
  nowMs = 1_000;
  states = [];
  circuit = new CircuitBreaker(
    (state) => states.push(state),
    () => nowMs,
    () => 0.5,
  );
});

const times = (count: number, act: (i: number) => void) => {
  for (let i = 0; i < count; i++) act(i);
};
const open = () => times(40, () => circuit.failed());

describe("CircuitBreaker", () => {
  it("lets calls through while a few fail, and while one replica of two fails them all", () => {
    times(20, () => circuit.failed());
    circuit.succeeded();
    times(1_000, (i) => (i % 2 === 0 ? circuit.failed() : circuit.succeeded()));
    expect(circuit.admit()).toBe(0);
    expect(states).toEqual([]);
  });

  it("opens when some thirty calls in a row fail, and says for how long", () => {
    open();
    expect(states).toEqual(["open"]);
    expect(circuit.admit()).toBe(500);
    nowMs += 200;
    expect(circuit.admit()).toBe(300);
  });

  it("lets one call through after the pause, and closes when it succeeds", () => {
    open();
    nowMs += 500;
    expect(circuit.admit()).toBe(0);
    expect(circuit.admit()).toBeGreaterThan(0);
    circuit.succeeded();
    expect(circuit.admit()).toBe(0);
    expect(states).toEqual(["open", "probing", "closed"]);
    circuit.failed();
    expect(circuit.admit()).toBe(0);
  });

  it("waits twice as long after each probe that fails, up to five seconds", () => {
    open();
    const pauses: number[] = [];
    times(5, () => {
      nowMs += circuit.admit();
      expect(circuit.admit()).toBe(0);
      circuit.failed();
      pauses.push(circuit.admit());
    });
    expect(pauses).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it("probes again when a probe does not end", () => {
    open();
    nowMs += 500;
    expect(circuit.admit()).toBe(0);
    nowMs += 500;
    expect(circuit.admit()).toBe(0);
  });
});
