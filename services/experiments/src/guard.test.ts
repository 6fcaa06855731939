import { createLogger } from "@craic/runtime/log.js";
import { runningExample } from "../../../tests/fixtures/experiments.js";
import { uuid } from "../../../tests/fixtures/recommendable-events.js";
import { withConversion, withExposure } from "./attribution.js";
import type { ExperimentContent, RecordedChange } from "./experiment-record.js";
import type { ExperimentStore } from "./experiment-store.js";
import { pauseHarmful } from "./guard.js";
import { LiveExperiments } from "./live-experiments.js";
import { type ConversionKind, type Exposure, stranger } from "./person.js";

const EACH = 150;
const startMs = Date.UTC(2026, 5, 20);
const rules = { windowMs: 7 * 24 * 60 * 60_000, mostExposuresPerHour: 240 };

/** What somebody of a variant saw and did. @param i number of the person among those of the variant */
type Behaviour = (variant: string, i: number) => { shown?: Partial<Exposure>; did?: ConversionKind };

/** Looks for harm once, in an experiment of as many people a variant. Returns the changes that it made. */
async function changesBy(
  behaviour: Behaviour,
  content: Partial<ExperimentContent>,
): Promise<RecordedChange[]> {
  const record = runningExample(startMs, content);
  const before: RecordedChange = { record, changeMs: startMs, changedBy: "ada" };
  const changes: RecordedChange[] = [];
  const store: ExperimentStore = {
    find: async () => before,
    list: async () => [record],
    create: async () => false,
    replace: async (_, after) => changes.push(after) > 0,
    history: async () => [],
  };
  const live = new LiveExperiments(store, {
    find: async (userId) => stranger(userId),
    save: async () => undefined,
    async *scan() {},
  });
  live.note(record);
  for (const [v, { name }] of record.variants.entries()) {
    for (let i = 0; i < EACH; i++) live.noteWritten(personOf(EACH * v + i, name, behaviour(name, i)));
  }
  const log = createLogger("silent", "guard");
  await pauseHarmful({ store, live, now: () => new Date(startMs + 1_000_000), log });
  return changes;
}

function personOf(id: number, variant: string, { shown, did }: ReturnType<Behaviour>) {
  const exposure: Exposure = {
    type: "exposure",
    exposureId: uuid(id),
    experimentId: "ranking",
    variant,
    occurMs: startMs + 1,
    cityId: "",
    isNew: false,
    latencyMs: 0,
    failed: false,
    isStaff: false,
    ...shown,
  };
  const exposed = withExposure(stranger(uuid(id)), exposure, rules);
  if (did === undefined) return exposed;
  const conversionId = uuid(10_000 + id);
  return withConversion(
    exposed,
    { type: "conversion", conversionId, kind: did, occurMs: startMs + 2 },
    rules,
  );
}

/** So many of the control do it, so many of the other variant. */
const doing =
  (did: ConversionKind, control: number, blend: number): Behaviour =>
  (variant, i) =>
    i < (variant === "control" ? control : blend) ? { did } : {};

describe("the guard", () => {
  it("pauses what does harm to the metric that the experiment is for, and signs it", async () => {
    const [change] = await changesBy(doing("attend", 75, 10), {
      pauseOnHarm: true,
      primaryMetrics: ["attend"],
    });
    expect(change).toMatchObject({ record: { state: "paused" }, changedBy: "guard" });
  });

  it("looks at all that the experiment is for, and at nothing else", async () => {
    const attendsLess = doing("attend", 75, 10);
    const both = { pauseOnHarm: true, primaryMetrics: ["save", "attend"] } as const;
    expect(await changesBy(attendsLess, both)).toHaveLength(1);
    expect(await changesBy(attendsLess, { ...both, primaryMetrics: ["save"] })).toEqual([]);
  });

  it.each<[string, Behaviour]>([
    ["latency", (variant, i) => ({ shown: { latencyMs: (variant === "blend" ? 90 : 30) + i / 10 } })],
    ["errors", (variant, i) => ({ shown: { failed: variant === "blend" && i % 2 === 0 } })],
    ["hides", doing("hide", 5, 100)],
  ])("pauses what does harm by %s", async (_, behaviour) => {
    expect(await changesBy(behaviour, { pauseOnHarm: true })).toHaveLength(1);
  });

  it("leaves alone what does no harm, and what does not want to be paused", async () => {
    expect(await changesBy(doing("save", 10, 75), { pauseOnHarm: true })).toEqual([]);
    expect(await changesBy(doing("save", 75, 10), { pauseOnHarm: false })).toEqual([]);
  });
});
