import { Code } from "@connectrpc/connect";
import { assign } from "@craic/experiments/assignment.js";
import { createLogger } from "@craic/runtime/log.js";
import { exampleExperiment, FakeExperiments } from "../../../../tests/fixtures/fake-experiments.js";
import { nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { Assignments, type Subject } from "./assignments.js";
import { rankingExperiments } from "./ranking-experiment.js";
import { RunningExperiments } from "./running-experiments.js";
import { unassigned } from "./served.js";

const MINUTE_MS = 60_000;

const subject = (userId: string, changes: Partial<Subject> = {}): Subject => ({
  userId,
  anonymousId: "",
  cityId: "dublin-ie",
  isNew: true,
  ...changes,
});

/** Assignments over experiments that a test commands. */
async function setUp(...experiments: ReturnType<typeof exampleExperiment>[]) {
  const fake = new FakeExperiments();
  fake.running = experiments;
  const clock = { ms: nowMs };
  const now = () => new Date(clock.ms);
  const log = createLogger("silent", "recommender");
  const running = new RunningExperiments(fake.transport, now, log);
  await running.look();
  const assignments = new Assignments(running, fake.transport, now, log);
  const learn = (of: Subject) => assignments.learn(of, () => ({ timeoutMs: 1_000 }));
  /** What somebody is served when they ask. */
  const served = async (of: Subject) => {
    await learn(of);
    return assignments.serve(of).variant;
  };
  return { fake, clock, running, assignments, learn, served };
}

/** The first of some people whom the example's hash gives this variant. */
function someoneIn(variant: string, from = 1): string {
  const [experiment] = rankingExperiments([exampleExperiment()]);
  for (let number = from; ; number++) {
    const id = uuid(number);
    const assigned = assign(experiment!, { id, cityId: "", isNew: true });
    if (assigned.variant?.name === variant) return id;
  }
}

const weights = (control: number) => ({
  variants: [
    { name: "control", weight: control, algorithm: "popularity" },
    { name: "new", weight: 1 - control, channel: "treatment" },
  ],
});

describe("Assignments", () => {
  it("serves everybody what the experiments' own function assigns them", async () => {
    const { assignments } = await setUp(exampleExperiment());
    const [experiment] = rankingExperiments([exampleExperiment()]);
    for (let number = 1; number <= 50; number++) {
      const id = uuid(number);
      const { variant } = assign(experiment!, { id, cityId: "dublin-ie", isNew: true });
      expect(assignments.serve(subject(id))).toEqual(experiment!.serves.get(variant!.name));
      expect(assignments.serve(subject("", { anonymousId: id })).variant).toBe(variant!.name);
    }
  });

  it("serves nothing, and asks nobody, where nothing runs and for nobody in particular", async () => {
    const idle = await setUp();
    expect(idle.learn(subject(uuid(1)))).toBeUndefined();
    expect(idle.assignments.serve(subject(uuid(1)))).toBe(unassigned);
    expect(idle.assignments.isAny).toBe(false);
    const busy = await setUp(exampleExperiment());
    expect(busy.learn(subject(""))).toBeUndefined();
    expect(busy.assignments.serve(subject(""))).toBe(unassigned);
    expect(busy.assignments.isAny).toBe(true);
  });

  it("keeps what somebody was shown, though their hash says otherwise by now", async () => {
    const { fake, served } = await setUp(exampleExperiment());
    const someone = someoneIn("control");
    fake.shown.set(someone, "new");
    expect(await served(subject(someone))).toBe("new");
  });

  it("keeps what it served through a change of weights and a pause", async () => {
    const { fake, running, served } = await setUp(exampleExperiment());
    const someone = someoneIn("control");
    expect(await served(subject(someone))).toBe("control");
    fake.running = [exampleExperiment(weights(0))];
    await running.look();
    expect(await served(subject(someone))).toBe("control");
    expect(await served(subject(someoneIn("control", 1_000)))).toBe("new");
    fake.running = [exampleExperiment({ state: 3 })];
    await running.look();
    expect(await served(subject(someone))).toBe("control");
    expect(await served(subject(uuid(2_000)))).toBe("");
  });

  it("lets the first experiment that takes somebody have them", async () => {
    const second = exampleExperiment({ experimentId: "second", createTime: { seconds: 9n, nanos: 0 } });
    const { assignments } = await setUp(exampleExperiment({ coverage: 0.5 }), second);
    const taken = Array.from({ length: 100 }, (_, i) => assignments.serve(subject(uuid(i))).experimentId);
    expect(taken.filter((id) => id === "ranking").length).toBeGreaterThan(25);
    expect(taken.filter((id) => id === "second").length).toBeGreaterThan(25);
  });

  it("looks at the city and at whether somebody is new", async () => {
    const { served } = await setUp(exampleExperiment({ targeting: { cityIds: ["cork-ie"], audience: 2 } }));
    expect(await served(subject(uuid(1)))).toBe("");
    expect(await served(subject(uuid(1), { cityId: "cork-ie" }))).toBe("");
    expect(await served(subject(uuid(1), { cityId: "cork-ie", isNew: false }))).not.toBe("");
  });

  it("does not keep what an override gave after the override is gone", async () => {
    const someone = someoneIn("control");
    const { fake, running, served } = await setUp(exampleExperiment({ overrides: { [someone]: "new" } }));
    expect(await served(subject(someone))).toBe("new");
    fake.running = [exampleExperiment()];
    await running.look();
    expect(await served(subject(someone))).toBe("control");
  });
});

describe("who signs in", () => {
  it("keeps what their browser was served here, before anybody else knows of it", async () => {
    const { served } = await setUp(exampleExperiment());
    const [browser, person] = [someoneIn("new"), someoneIn("control", 500)];
    expect(await served(subject("", { anonymousId: browser }))).toBe("new");
    expect(await served(subject(person, { anonymousId: browser }))).toBe("new");
    expect(await served(subject(person))).toBe("new");
  });

  it("keeps what their browser was shown elsewhere", async () => {
    const { fake, served } = await setUp(exampleExperiment());
    const [browser, person] = [someoneIn("control"), someoneIn("control", 500)];
    expect(await served(subject(person))).toBe("control");
    fake.shown.set(browser, "new");
    expect(await served(subject(person, { anonymousId: browser }))).toBe("new");
  });

  it("keeps what they were shown themselves, whatever the browser was", async () => {
    const { fake, served } = await setUp(exampleExperiment());
    const [browser, person] = [someoneIn("new"), someoneIn("new", 500)];
    expect(await served(subject("", { anonymousId: browser }))).toBe("new");
    fake.shown.set(person, "control");
    expect(await served(subject(person, { anonymousId: browser }))).toBe("control");
  });
});

describe("asking what somebody was shown", () => {
  it("is done once about each, again after a while, and when an experiment begins", async () => {
    const { fake, clock, running, served } = await setUp(exampleExperiment());
    for (let time = 0; time < 3; time++) await served(subject(uuid(1)));
    expect(fake.asked.map(({ userId, cityId, isNew }) => [userId, cityId, isNew])).toEqual([
      [uuid(1), "dublin-ie", true],
    ]);
    clock.ms += 5 * MINUTE_MS;
    await served(subject(uuid(1)));
    expect(fake.asked).toHaveLength(2);
    fake.running = [exampleExperiment(), exampleExperiment({ experimentId: "second" })];
    await running.look();
    await served(subject(uuid(1)));
    expect(fake.asked.slice(2).map(({ experimentId }) => experimentId)).toEqual(["ranking", "second"]);
  });

  it("changes nothing while the experiments are away, and is not tried at every request", async () => {
    const { fake, clock, served } = await setUp(exampleExperiment());
    const [control, other] = [someoneIn("control"), someoneIn("new")];
    fake.failure = Code.Unavailable;
    expect(await served(subject(control))).toBe("control");
    expect(await served(subject(other))).toBe("new");
    expect(fake.asked).toHaveLength(1);
    fake.failure = undefined;
    fake.shown.set(control, "new");
    clock.ms += 1_000;
    expect(await served(subject(control))).toBe("new");
  });

  it("forgets whom it heard of longest ago", async () => {
    const { fake, served } = await setUp(exampleExperiment());
    await served(subject(uuid(1)));
    for (let number = 2; number <= 10_001; number++) await served(subject(uuid(number)));
    fake.asked.length = 0;
    await served(subject(uuid(10_001)));
    expect(fake.asked).toHaveLength(0);
    await served(subject(uuid(1)));
    expect(fake.asked).toHaveLength(1);
  });
});
