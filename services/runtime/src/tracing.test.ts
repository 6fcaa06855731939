import { createClient, type HandlerContext, type Transport } from "@connectrpc/connect";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { EchoService } from "../../../tests/wire/gen/wire/v1/echo_service_pb.js";
import { createLocalTransport } from "./local-transport.js";
import { createLogger } from "./log.js";
import { createMetrics } from "./metrics.js";
import { register } from "./module.js";
import { clientObservation, serverObservation } from "./observation.js";
import { onward } from "./onward.js";
import { RpcMetrics } from "./rpc-metrics.js";
import { metricNames } from "./telemetry.js";
import { createTracing } from "./tracing.js";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";

/** A service whose Echo calls its Change, and the spans of both. */
function traced(ratio: number) {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracing = createTracing(provider.getTracer("test"), ratio, () => provider.shutdown());
  const traceparents: (string | null)[] = [];
  const metrics = createMetrics();
  let transport: Transport;
  transport = createLocalTransport({
    registrations: [
      register(EchoService, {
        async echo(_, context) {
          await createClient(EchoService, transport).change({}, onward(context));
          return {};
        },
        change(_, context: HandlerContext) {
          traceparents.push(context.requestHeader.get("traceparent"));
          return {};
        },
        sum() {
          throw new Error("a fault");
        },
      }),
    ],
    clientInterceptors: [
      clientObservation({ metrics: new RpcMetrics(metrics, metricNames.client, "out"), tracing }),
    ],
    serverInterceptors: [
      serverObservation({
        log: createLogger("silent", "test"),
        metrics: new RpcMetrics(metrics, metricNames.server, "in"),
        tracing,
      }),
    ],
    maxMessageBytes: 10_000,
  });
  return {
    client: createClient(EchoService, transport),
    spans: () => exporter.getFinishedSpans(),
    traceparents,
  };
}

describe("tracing", () => {
  it("makes one trace of a call and the calls that are made for it", async () => {
    const { client, spans } = traced(1);
    await client.echo({});
    const [inner, between, outer] = spans();
    expect([outer, between, inner].map((span) => [span?.name, span?.kind])).toEqual([
      ["wire.v1.EchoService/Echo", SpanKind.SERVER],
      ["wire.v1.EchoService/Change", SpanKind.CLIENT],
      ["wire.v1.EchoService/Change", SpanKind.SERVER],
    ]);
    expect(outer?.parentSpanContext).toBeUndefined();
    expect(between?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(inner?.parentSpanContext?.spanId).toBe(between?.spanContext().spanId);
    expect(new Set(spans().map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(inner?.attributes).toEqual({
      "rpc.system.name": "local",
      "rpc.method": "wire.v1.EchoService/Change",
      "rpc.response.status_code": "OK",
    });
  });

  it("goes on with the caller's trace, whatever the ratio", async () => {
    const { client, spans, traceparents } = traced(0);
    await client.echo({}, { headers: { traceparent: `00-${TRACE}-${PARENT}-01` } });
    expect(spans().map((span) => span.spanContext().traceId)).toEqual([TRACE, TRACE, TRACE]);
    expect(spans()[2]?.parentSpanContext?.spanId).toBe(PARENT);
    expect(traceparents[0]).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  });

  it.each([
    ["the caller's is not recorded", 1, `00-${TRACE}-${PARENT}-00`],
    ["chance says so", 0, undefined],
  ])(
    "records nothing when %s, and those we call come to the same decision",
    async (_, ratio, traceparent) => {
      const { client, spans, traceparents } = traced(ratio);
      await client.echo({}, { headers: traceparent ? { traceparent } : {} });
      expect(spans()).toEqual([]);
      expect(traceparents[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    },
  );

  it.each(["nonsense", `00-${"0".repeat(32)}-${PARENT}-01`])(
    "begins a trace of its own for %j",
    async (traceparent) => {
      const { client, spans } = traced(1);
      await client.change({}, { headers: { traceparent } });
      expect(spans()[0]?.parentSpanContext).toBeUndefined();
    },
  );

  it("marks what failed for a reason of our own", async () => {
    const { client, spans } = traced(1);
    await expect(client.sum((async function* () {})())).rejects.toBeDefined();
    expect(spans()[0]?.status).toEqual({ code: SpanStatusCode.ERROR });
  });
});
