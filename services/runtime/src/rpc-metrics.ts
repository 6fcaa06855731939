import type { DescMethod } from "@bufbuild/protobuf";
import type { Code } from "@connectrpc/connect";
import { codeName } from "./code-name.js";
import type { Metrics } from "./metrics.js";
import { type MetricSample, publishMetric } from "./published-metric.js";
import { DURATION_BUCKETS_S, type metricNames } from "./telemetry.js";

/**
 * Counts calls. prom-client would put labels into a string and look them up at every count; here a method's
 * counters are plain numbers that become metrics only when somebody reads them.
 */
export class RpcMetrics {
  private readonly methods = new Map<DescMethod, MethodCounts>();

  constructor(metrics: Metrics, names: (typeof metricNames)["server" | "client"], side: string) {
    const all = () => [...this.methods.values()].flatMap((first) => [first, ...first.others.values()]);
    publishMetric(metrics, names.started, `Calls begun, ${side}`, "counter", () =>
      all().map((counts) => ({ labels: counts.labels, value: counts.started })),
    );
    publishMetric(metrics, names.handled, `Calls ended, ${side}, by gRPC code`, "counter", () =>
      all().flatMap(({ labels, handled }) =>
        [...handled].map(([code, value]) => ({ labels: { ...labels, code: codeName(code) }, value })),
      ),
    );
    publishMetric(metrics, names.inFlight, `Calls begun and not ended, ${side}`, "gauge", () =>
      all().map(({ labels, started, ended }) => ({ labels, value: started - ended })),
    );
    publishMetric(metrics, names.duration, `How long calls took, ${side}, in seconds`, "histogram", () =>
      all().flatMap((counts) => counts.histogram(names.duration)),
    );
  }

  /**
   * Counts a call as begun and returns what counts it as ended.
   *
   * @param peer the service on the other side
   */
  begin(method: DescMethod, peer: string): (code: Code | undefined) => number {
    let counts = this.methods.get(method);
    // Nearly every method has one caller; who else comes is kept with the first.
    if (counts === undefined || counts.labels.peer !== peer) counts = this.countsOf(method, peer, counts);
    return counts.begin();
  }

  private countsOf(method: DescMethod, peer: string, first: MethodCounts | undefined): MethodCounts {
    let found = first?.others.get(peer);
    if (found === undefined) {
      found = new MethodCounts(method, peer);
      if (first === undefined) this.methods.set(method, found);
      else first.others.set(peer, found);
    }
    return found;
  }
}

class MethodCounts {
  readonly labels: { readonly service: string; readonly method: string; readonly peer: string };
  /** The same method's, with other peers. */
  readonly others = new Map<string, MethodCounts>();
  readonly handled = new Map<Code | undefined, number>();
  started = 0;
  ended = 0;
  private seconds = 0;
  /** How many calls took up to each bound and longer than the one before; the last is for those beyond all. */
  private readonly buckets = new Float64Array(DURATION_BUCKETS_S.length + 1);

  constructor(method: DescMethod, peer: string) {
    this.labels = { service: method.parent.typeName, method: method.name, peer };
  }

  begin(): (code: Code | undefined) => number {
    this.started++;
    const beganMs = performance.now();
    return (code) => {
      const ms = performance.now() - beganMs;
      const seconds = ms / 1_000;
      this.ended++;
      this.seconds += seconds;
      this.handled.set(code, (this.handled.get(code) ?? 0) + 1);
      let bucket = 0;
      while (bucket < DURATION_BUCKETS_S.length && seconds > (DURATION_BUCKETS_S[bucket] as number)) bucket++;
      this.buckets[bucket] = (this.buckets[bucket] as number) + 1;
      return ms;
    };
  }

  histogram(name: string): MetricSample[] {
    let upTo = 0;
    const buckets = Array.from(this.buckets, (count, i) => {
      upTo += count;
      const le = DURATION_BUCKETS_S[i] ?? "+Inf";
      return { metricName: `${name}_bucket`, labels: { le, ...this.labels }, value: upTo };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: this.labels, value: this.seconds },
      { metricName: `${name}_count`, labels: this.labels, value: upTo },
    ];
  }
}
