import { type Client, Code, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "@craic/proto/grpc/health/v1/health_pb.js";
import { createGrpcTransport, type GrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import { SettingsError } from "../../services/runtime/src/settings.js";
import { EchoService } from "./gen/wire/v1/echo_service_pb.js";
import { startWire, type WireProcess } from "./ways.js";

let wire: WireProcess;
let transport: GrpcTransport;
let ready: boolean;

const grpcTo = ({ process }: WireProcess) =>
  createGrpcTransport({ address: `127.0.0.1:${process.grpcPort}`, maxMessageBytes: 1_048_576 });
const httpTo = ({ process }: WireProcess) =>
  createConnectTransport({ baseUrl: `http://127.0.0.1:${process.httpPort}`, httpVersion: "1.1" });

beforeEach(async () => {
  ready = true;
  wire = await startWire({}, { ready: () => ready });
  transport = grpcTo(wire);
});

afterEach(async () => {
  transport.close();
  await wire.process.drain();
});

describe("a process that drains", () => {
  it("finishes the calls under way, over gRPC and over HTTP, and takes no new ones", async () => {
    const http = httpTo(wire);
    for (const way of [transport, http]) {
      // Both have a connection before the end begins.
      await createClient(EchoService, way).echo({});
    }
    const clients = [transport, http].map((way) => createClient(EchoService, way));
    const underWay = [];
    for (const client of clients) {
      const waiting = wire.echo.nextWaiting();
      underWay.push(client.echo({ behaviour: "ignore-signal", answerBytes: 4 }));
      await waiting;
    }
    const drained = wire.process.drain();
    await expect(clients[0]!.change({})).rejects.toMatchObject({ code: Code.Unavailable });
    await expect(fetch(`http://127.0.0.1:${wire.process.httpPort}/`)).rejects.toThrow();
    wire.echo.release();
    expect((await Promise.all(underWay)).map(({ filling }) => filling)).toEqual(["xxxx", "xxxx"]);
    await drained;
  });

  it("cuts off what is not finished in time", async () => {
    const hasty = await startWire({ CRAIC_DRAIN_MS: "30" });
    const way = grpcTo(hasty);
    const waiting = hasty.echo.nextWaiting();
    const call = createClient(EchoService, way).change({ behaviour: "wait" });
    const failed = expect(call).rejects.toMatchObject({ code: Code.Unavailable });
    const { reason } = await waiting;
    await hasty.process.drain();
    expect(await reason).toMatchObject({ code: Code.Unavailable });
    await failed;
    way.close();
  });

  it("ends streams that are not finished in time as UNAVAILABLE", async () => {
    const hasty = await startWire({ CRAIC_DRAIN_MS: "30" });
    const way = grpcTo(hasty);
    const numbers = createClient(EchoService, way).count({ to: 1, behaviour: "ignore-signal" });
    const replies = numbers[Symbol.asyncIterator]();
    await replies.next();
    const drained = hasty.process.drain();
    await expect(replies.next()).rejects.toMatchObject({ code: Code.Unavailable });
    hasty.echo.release();
    await drained;
    way.close();
  });

  it("is not ready at once, but takes calls while it is a lame duck", async () => {
    const duck = await startWire({ CRAIC_LAME_DUCK_MS: "3000" });
    const { httpPort, opsPort } = duck.process;
    const [way, http] = [grpcTo(duck), httpTo(duck)];
    const drained = duck.process.drain();
    expect((await fetch(`http://127.0.0.1:${opsPort}/readyz`)).status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${opsPort}/livez`)).status).toBe(200);
    // Over connections that are made only now.
    const { status } = await createClient(Health, way).check({});
    expect(status).toBe(Status.NOT_SERVING);
    for (const transport of [way, http]) await createClient(EchoService, transport).change({});
    const page = await fetch(`http://127.0.0.1:${httpPort}/`);
    expect(page.headers.get("connection")).toBe("close");
    await drained;
    await expect(createClient(EchoService, way).change({})).rejects.toMatchObject({ code: Code.Unavailable });
    way.close();
  });

  it("drains once, however often it is told to", async () => {
    await Promise.all([wire.process.drain(), wire.process.drain()]);
  });
});

describe("health", () => {
  let health: Client<typeof Health>;

  beforeEach(() => {
    health = createClient(Health, transport);
  });

  it("is SERVING for the process and for each service", async () => {
    for (const service of ["", EchoService.typeName]) {
      expect(await health.check({ service })).toMatchObject({ status: Status.SERVING });
    }
  });

  it("is NOT_FOUND for a service that is not here", async () => {
    await expect(health.check({ service: "craic.nowhere.v1.NoService" })).rejects.toMatchObject({
      code: Code.NotFound,
    });
  });

  it("tells watchers at once, at each change, and at the end", async () => {
    const echoes = health.watch({ service: EchoService.typeName })[Symbol.asyncIterator]();
    const strangers = health.watch({ service: "stranger" })[Symbol.asyncIterator]();
    expect((await echoes.next()).value).toMatchObject({ status: Status.SERVING });
    expect((await strangers.next()).value).toMatchObject({ status: Status.SERVICE_UNKNOWN });
    ready = false;
    expect((await echoes.next()).value).toMatchObject({ status: Status.NOT_SERVING });
    ready = true;
    expect((await echoes.next()).value).toMatchObject({ status: Status.SERVING });
    const drained = wire.process.drain();
    expect((await echoes.next()).value).toMatchObject({ status: Status.NOT_SERVING });
    expect((await echoes.next()).done).toBe(true);
    expect((await strangers.next()).done).toBe(true);
    await drained;
  });
});

describe("the port for operators", () => {
  const get = (path: string) => fetch(`http://127.0.0.1:${wire.process.opsPort}${path}`);

  it("says whether the process is alive and whether it is ready", async () => {
    expect((await get("/livez")).status).toBe(200);
    expect((await get("/readyz")).status).toBe(200);
    ready = false;
    expect((await get("/livez")).status).toBe(200);
    expect((await get("/readyz")).status).toBe(503);
    expect((await get("/else")).status).toBe(404);
  });

  it("counts calls by service, method and code, and times them", async () => {
    const client = createClient(EchoService, transport);
    await client.echo({});
    await client.echo({ behaviour: "hop" });
    await expect(client.echo({ behaviour: "not-found" })).rejects.toMatchObject({ code: Code.NotFound });
    const waiting = wire.echo.nextWaiting();
    const open = client.change({ behaviour: "ignore-signal" });
    await waiting;
    const metrics = await (await get("/metrics")).text();
    const echo = 'service="wire.v1.EchoService",method="Echo"';
    const called = `${echo},peer="grpc"`;
    expect(metrics).toContain(`craic_rpc_server_started_total{${called}} 3`);
    expect(metrics).toContain(`craic_rpc_server_started_total{${echo},peer="local"} 1`);
    expect(metrics).toContain(`craic_rpc_server_handled_total{${called},code="OK"} 2`);
    expect(metrics).toContain(`craic_rpc_server_handled_total{${called},code="NOT_FOUND"} 1`);
    expect(metrics).toContain(`craic_rpc_server_duration_seconds_bucket{le="+Inf",${called}} 3`);
    expect(metrics).toContain(`craic_rpc_server_duration_seconds_count{${called}} 3`);
    expect(metrics).toContain(`craic_rpc_client_handled_total{${echo},peer="wire",code="OK"} 1`);
    expect(metrics).toContain(
      'craic_rpc_server_in_flight{service="wire.v1.EchoService",method="Change",peer="grpc"} 1',
    );
    expect(metrics).toMatch(/^process_resident_memory_bytes \d+/m);
    wire.echo.release();
    await open;
  });
});

describe("settings", () => {
  it("are all looked at before anything is said", async () => {
    const started = startWire({
      CRAIC_GRPC_PORT: "many",
      CRAIC_EVENTS_ADDR: "not an address",
      CRAIC_TLS_CERT: "/nowhere/cert.pem",
      OTEL_EXPORTER_OTLP_ENDPOINT: "ftp://collector",
      LOG_LEVEL: "loud",
    });
    const error: unknown = await started.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(SettingsError);
    for (const name of [
      "CRAIC_GRPC_PORT",
      "CRAIC_EVENTS_ADDR",
      "CRAIC_TLS_CERT",
      "CRAIC_TLS_KEY",
      "OTEL_",
      "LOG_LEVEL",
    ]) {
      expect((error as SettingsError).problems.join("\n")).toContain(name);
    }
  });

  it.each([
    ["CRAIC_GRPC_PORT", () => wire.process.grpcPort],
    ["CRAIC_HTTP_PORT", () => wire.process.httpPort],
    ["CRAIC_OPS_PORT", () => wire.process.opsPort],
  ])("say that %s is a port in use", async (setting, portOf) => {
    const port = String(portOf());
    await expect(startWire({ [setting]: port })).rejects.toThrow(
      new SettingsError([`${setting} is ${port}, a port that something else is using on 127.0.0.1`]),
    );
  });
});
