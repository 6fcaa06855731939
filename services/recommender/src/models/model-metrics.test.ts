import { createMetrics } from "@craic/runtime/metrics.js";
import { ModelBed, volumeForEachTest } from "../../../../tests/fixtures/model-bed.js";
import { publishModelMetrics } from "./model-metrics.js";

const volume = volumeForEachTest("1.0.0", "1.1.0");
let bed: ModelBed;
const metrics = () => {
  const made = createMetrics();
  publishModelMetrics(made, bed);
  return made;
};

beforeEach(() => {
  bed = new ModelBed(volume);
});

describe("publishModelMetrics()", () => {
  it("tells what ranks where", async () => {
    const read = metrics();
    expect(await read.metrics()).toContain('craic_model_serving{channel="control",version="popularity"} 1');
    await bed.lifecycle.reload("control", "1.0.0", "");
    await bed.lifecycle.reload("shadow", "1.1.0", "");
    const text = await read.metrics();
    expect(text).toContain('craic_model_serving{channel="control",version="1.0.0"} 1');
    expect(text).toContain('craic_model_serving{channel="shadow",version="1.1.0"} 1');
    expect(text).not.toContain("popularity");
    expect(text).toContain('craic_model_swaps_total{channel="control"} 1');
    expect(text).toContain('craic_model_swaps_total{channel="treatment"} 0');
  });

  it("tells that what is published does not rank", async () => {
    await volume.models.setChannel("control", "1.0.0");
    volume.damage("1.0.0", (bytes) => bytes.subarray(1));
    await bed.start();
    const read = metrics();
    expect(await read.metrics()).toContain('craic_model_problem{channel="control"} 1');
    volume.writeChannels("{");
    await bed.watch.look();
    expect(await read.metrics()).toContain('craic_model_problem{channel="channels"} 1');
  });

  it("tells of the guard and its alarms", async () => {
    for (const version of ["1.0.0", "1.1.0"]) await volume.models.setChannel("control", version);
    await bed.lifecycle.reload("control", "1.0.0", "");
    for (let i = 0; i < 200; i++) bed.guard.answered("1.0.0", false, 1);
    await bed.start();
    const read = metrics();
    expect(await read.metrics()).toContain('craic_model_guard_state{state="watching"} 1');
    for (let i = 0; i < 30; i++) bed.guard.answered("1.1.0", true);
    await bed.guard.look();
    const text = await read.metrics();
    expect(text).toContain('craic_model_guard_state{state="harmFound"} 1');
    expect(text).toContain("craic_model_guard_alarms_total 1");
  });

  it("tells how the shadow compares, and nothing without one", async () => {
    const read = metrics();
    expect(await read.metrics()).not.toMatch(/^craic_model_shadow_overlap /m);
    await bed.lifecycle.reload("shadow", "1.1.0", "");
    const { comparison } = bed.shadow;
    comparison?.add([1, 2], [1, 3]);
    comparison?.shadowMs.push(4);
    const text = await read.metrics();
    expect(text).toContain("craic_model_shadow_overlap 0.5");
    expect(text).toContain('craic_model_shadow_requests{result="ranked"} 1');
    expect(text).toContain('craic_model_shadow_latency_seconds{model="shadow",quantile="0.95"} 0.004');
    expect(text).not.toContain('model="control",quantile');
  });
});
