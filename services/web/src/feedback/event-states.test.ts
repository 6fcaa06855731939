import { createEventStates } from "./event-states.js";

const given = { saved: false, hidden: false };

describe("event states", () => {
  it("are the server's until something is done here", () => {
    expect(createEventStates().of("a", { saved: true, hidden: false })).toEqual({
      saved: true,
      hidden: false,
    });
  });

  it("overrule the server with what was done here, each thing by itself", () => {
    const states = createEventStates();
    states.change("a", { saved: true });
    states.change("a", { hidden: true });
    states.change("a", { saved: false });
    expect(states.of("a", { saved: true, hidden: false })).toEqual({ saved: false, hidden: true });
    expect(states.of("b", given)).toEqual(given);
  });

  it("are the server's again for what it refused, and for all when somebody else comes", () => {
    const states = createEventStates();
    states.change("a", { saved: true });
    states.change("b", { saved: true });
    states.forget("a");
    expect([states.of("a", given).saved, states.of("b", given).saved]).toEqual([false, true]);
    states.forgetAll();
    expect(states.of("b", given).saved).toBe(false);
  });

  it("tell who listens of every change, until they listen no more", () => {
    const states = createEventStates();
    const versions: number[] = [];
    const stop = states.subscribe(() => versions.push(states.version()));
    states.change("a", { saved: true });
    states.forget("a");
    stop();
    states.change("a", { saved: true });
    expect(new Set(versions).size).toBe(2);
  });
});
