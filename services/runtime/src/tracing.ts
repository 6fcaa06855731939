import { randomBytes } from "node:crypto";
import { type Code, type ContextKey, createContextKey } from "@connectrpc/connect";
import {
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { AnyRequest } from "./call.js";
import { codeName } from "./code-name.js";
import type { Settings } from "./settings.js";
import { resourceAttributes, spanAttributes } from "./telemetry.js";

export interface TracingSettings {
  /** Where spans are sent, over OTLP. */
  readonly endpoint: string;
  readonly serviceName: string | undefined;
  /** How many of the traces that begin here are recorded, 0 to 1. */
  readonly ratio: number;
}

/** undefined without an endpoint: then nothing is traced and nothing of the SDK is loaded. */
export function readTracingSettings(settings: Settings): TracingSettings | undefined {
  const ratio = settings.number("OTEL_TRACES_SAMPLER_ARG", 0.1, 0, 1);
  const serviceName = settings.optional("OTEL_SERVICE_NAME");
  if (settings.optional("OTEL_EXPORTER_OTLP_ENDPOINT") === undefined) return undefined;
  return { endpoint: settings.url("OTEL_EXPORTER_OTLP_ENDPOINT", ["http", "https"]), serviceName, ratio };
}

/** Makes spans of calls. */
export interface Tracing {
  /** Begins the span of a call that came in; undefined when its trace is not recorded. */
  serverSpan(request: AnyRequest): Span | undefined;
  /** Begins the span of a call that goes out, below the one that it is made for, if that is recorded. */
  clientSpan(request: AnyRequest): Span | undefined;
  shutdown(): Promise<void>;
}

const HEADER = "traceparent";
/** version, trace id, span id, flags (W3C Trace Context). */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;
const SAMPLED = 1;

/**
 * The span that a handler runs under. Handed on with the context values and not by an async context, which
 * would slow down every call, recorded or not.
 */
const spanKey: ContextKey<Span | undefined> = createContextKey<Span | undefined>(undefined, {
  description: "the span of the call",
});

export async function startTracing(
  { endpoint, serviceName, ratio }: TracingSettings,
  defaultName: string,
  version: string | undefined,
): Promise<Tracing> {
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-proto"),
    import("@opentelemetry/resources"),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces` });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      [resourceAttributes.name]: serviceName ?? defaultName,
      [resourceAttributes.namespace]: "craic",
      ...(version === undefined ? {} : { [resourceAttributes.version]: version }),
    }),
    // Whether to record is decided below, before there is a span to pay for.
    sampler: new sdk.AlwaysOnSampler(),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  return createTracing(provider.getTracer("craic"), ratio, () => provider.shutdown());
}

export function createTracing(tracer: Tracer, ratio: number, shutdown: () => Promise<void>): Tracing {
  return {
    serverSpan(request) {
      const parent = parse(request.header.get(HEADER));
      if (parent === undefined ? Math.random() >= ratio : (parent.traceFlags & SAMPLED) === 0) {
        // Those we call must come to the same decision.
        if (parent === undefined) request.header.set(HEADER, unsampled());
        return undefined;
      }
      const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
      const span = tracer.startSpan(
        nameOf(request),
        { kind: SpanKind.SERVER, attributes: attributesOf(request) },
        context,
      );
      request.contextValues.set(spanKey, span);
      return span;
    },
    clientSpan(request) {
      const parent = request.contextValues.get(spanKey);
      if (parent === undefined) return undefined;
      const context = trace.setSpan(ROOT_CONTEXT, parent);
      const span = tracer.startSpan(
        nameOf(request),
        { kind: SpanKind.CLIENT, attributes: attributesOf(request) },
        context,
      );
      const { traceId, spanId } = span.spanContext();
      request.header.set(HEADER, `00-${traceId}-${spanId}-01`);
      return span;
    },
    shutdown,
  };
}

export function endSpan(span: Span, code: Code | undefined, isFault: boolean): void {
  span.setAttribute(spanAttributes.status, codeName(code));
  if (isFault) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function nameOf({ service, method }: AnyRequest): string {
  return `${service.typeName}/${method.name}`;
}

function attributesOf(request: AnyRequest) {
  const [system] = request.url.split(":", 1);
  return { [spanAttributes.system]: system, [spanAttributes.method]: nameOf(request) };
}

function parse(header: string | null): SpanContext | undefined {
  const [, traceId, spanId, flags] = (header !== null && TRACEPARENT.exec(header)) || [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return trace.isSpanContextValid(context) ? context : undefined;
}

function unsampled(): string {
  const random = randomBytes(24).toString("hex");
  return `00-${random.slice(0, 32)}-${random.slice(32)}-00`;
}
