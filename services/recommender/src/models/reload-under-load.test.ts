import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createLogger } from "@craic/runtime/log.js";
import { exampleEvent, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { publishModel, type RecommenderBed } from "../../../../tests/fixtures/recommender-bed.js";
import { recommenderBeds } from "../../../../tests/fixtures/recommender-beds.js";
import { ModelLifecycle } from "./model-lifecycle.js";

const RELOADS = 1_000;
const VERSIONS = ["1.0.0", "1.1.0"] as const;
/** As many as a small city has; each version in memory takes some 250 kB. */
const FEATURES = 2_000;
/** What may be left in memory of a thousand versions of that size. */
const TOLERANCE_BYTES = 8_000_000;

const beds = recommenderBeds();
let bed: RecommenderBed;

/** Bytes on the heap once everything that nobody holds has been let go. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

describe("reloading a thousand times while people are answered", () => {
  it("fails no answer, ranks with what was loaded last, and holds no more than at first", async () => {
    const numbers = Array.from({ length: 40 }, (_, i) => i + 1);
    bed = beds.open(numbers.map((i) => exampleEvent(i)));
    for (const i of numbers) bed.world.act(i % 7, "save", i);
    const rarities = new Map(Array.from({ length: FEATURES }, (_, f) => [`genre:number ${f}`, 0.5]));
    for (const version of VERSIONS) await publishModel(bed.models, version, { rarities });
    const lifecycle = new ModelLifecycle({
      model: bed.model,
      models: bed.models,
      now: () => new Date(nowMs),
      log: createLogger("silent", "recommender"),
    });

    const stop = new AbortController();
    let answered = 0;
    const versions = new Set<string>();
    const clients = Array.from({ length: 30 }, (_, user) => bed.as(user));
    const ask = async () => {
      for (let i = 0; !stop.signal.aborted; i++) {
        const client = clients[i % clients.length]!;
        const { items, modelVersion } = await client.recommend({ cityId: "dublin-ie", limit: 5 });
        if (items.length !== 5) throw new Error(`there were ${items.length} events`);
        versions.add(modelVersion);
        answered++;
        await nextTurn();
      }
    };
    const rankers: WeakRef<object>[] = [];
    const reloadAll = async () => {
      let earlyBytes = 0;
      for (let i = 0; i < RELOADS; i++) {
        const { model, reloaded } = await lifecycle.reload("control", VERSIONS[i % 2]!, "");
        if (!reloaded) throw new Error(`reload ${i} did nothing`);
        rankers.push(new WeakRef(model.ranker));
        if (i === RELOADS / 10) earlyBytes = heldBytes();
      }
      return earlyBytes;
    };
    const asking = ask();
    const earlyBytes = await reloadAll().finally(() => stop.abort());
    await asking;

    expect(answered).toBeGreaterThan(RELOADS);
    expect([...versions].filter((version) => version !== "popularity").toSorted()).toEqual([...VERSIONS]);
    expect(bed.model.loaded()).toHaveLength(1);
    expect((await bed.nobody.getModelInfo({})).model?.version).toBe(VERSIONS[(RELOADS - 1) % 2]);
    const lateBytes = heldBytes();
    const alive = rankers.filter((ranker) => ranker.deref() !== undefined).length;
    expect(alive).toBeLessThanOrEqual(2);
    expect(lateBytes - earlyBytes).toBeLessThan(TOLERANCE_BYTES);
  }, 300_000);
});
