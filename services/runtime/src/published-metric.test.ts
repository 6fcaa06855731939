import { createMetrics } from "./metrics.js";
import { publishMetric } from "./published-metric.js";

describe("publishMetric()", () => {
  it("shows numbers as they are when they are read", async () => {
    const metrics = createMetrics();
    let count = 0;
    publishMetric(metrics, "craic_tests_total", "Tests", "counter", () => [
      { labels: { kind: "unit", result: 0 }, value: count },
      { labels: { kind: "wire", result: 1 }, value: 2 * count },
    ]);
    count = 3;
    expect(await metrics.metrics()).toBe(
      '# HELP craic_tests_total Tests\n# TYPE craic_tests_total counter\ncraic_tests_total{kind="unit",result="0"} 3\ncraic_tests_total{kind="wire",result="1"} 6\n',
    );
  });
});
