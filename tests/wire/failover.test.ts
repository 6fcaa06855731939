import dns from "node:dns";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport, type GrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import { until } from "../fixtures/until.js";
import { EchoService } from "./gen/wire/v1/echo_service_pb.js";
import { type StartedProcess, WireProgram } from "./wire-process.js";

/** Resolved by the test, as a headless service's name is by the cluster's DNS. */
const NAME = "echo.party.svc";
const CALLS_PER_SECOND = 50;
const LAME_DUCK_MS = 400;

let program: WireProgram;
let transport: GrpcTransport;
let client: Client<typeof EchoService>;
/** What the name stands for. */
let addresses: string[];
let port: number;

interface Replica extends StartedProcess {
  readonly address: string;
  readonly opsPort: number;
}

/** A replica on an address of the loopback of its own; all on one port, as in a cluster. */
async function startReplica(address: string): Promise<Replica> {
  const started = program.start({
    CRAIC_BIND: address,
    CRAIC_GRPC_PORT: String(port),
    CRAIC_LAME_DUCK_MS: String(LAME_DUCK_MS),
  });
  const { grpcPort, opsPort } = await started.said("ready for calls");
  port = grpcPort as number;
  addresses.push(address);
  return { ...started, address, opsPort: opsPort as number };
}

const leave = ({ address }: Replica) => {
  addresses = addresses.filter((each) => each !== address);
};

async function callsTaken({ address, opsPort }: Replica): Promise<number> {
  const metrics = await (await fetch(`http://${address}:${opsPort}/metrics`)).text();
  return Number(/craic_rpc_server_started_total\{.*method="Echo".*\} (\d+)/.exec(metrics)?.[1] ?? 0);
}

beforeAll(() => {
  program = new WireProgram();
});

beforeEach(() => {
  addresses = [];
  port = 0;
  const { lookup } = dns.promises;
  jest
    .spyOn(dns.promises, "lookup")
    .mockImplementation((async (name: string, options: dns.LookupAllOptions) =>
      name === NAME ? addresses.map((address) => ({ address, family: 4 })) : lookup(name, options)) as never);
});

afterEach(() => {
  transport.close();
  program.killAll();
  jest.restoreAllMocks();
});

afterAll(() => program.remove());

function open(): void {
  transport = createGrpcTransport({ address: `${NAME}:${port}`, maxMessageBytes: 1_048_576 });
  client = createClient(EchoService, transport);
}

/** Calls at a steady pace: a method that may be called again, and now and then one that may not. */
function callSteadily() {
  const failures = { repeatable: [] as ConnectError[], other: [] as ConnectError[] };
  const underWay = new Set<Promise<unknown>>();
  let made = 0;
  let slowestMs = 0;
  const timer = setInterval(() => {
    // One in three, so that two replicas that take turns get some of each.
    const kind = made++ % 3 === 0 ? "other" : "repeatable";
    const request = { behaviour: "take-20-ms" };
    const beganMs = performance.now();
    const call = kind === "repeatable" ? client.echo(request) : client.change(request);
    const ended = call
      .catch((error: unknown) => failures[kind].push(ConnectError.from(error)))
      .finally(() => {
        underWay.delete(ended);
        slowestMs = Math.max(slowestMs, performance.now() - beganMs);
      });
    underWay.add(ended);
  }, 1_000 / CALLS_PER_SECOND);
  return {
    made: () => made,
    async afterMore(calls: number): Promise<void> {
      const enough = made + calls;
      await until(() => made >= enough);
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      return { failures, slowestMs };
    },
  };
}

describe("fifty calls a second to two replicas behind one name", () => {
  it("do not fail while both are replaced, not even those that must not be made twice", async () => {
    const [first, second] = [await startReplica("127.0.0.2"), await startReplica("127.0.0.3")];
    open();
    const calls = callSteadily();
    await calls.afterMore(25);
    for (const [i, old] of [first, second].entries()) {
      const next = await startReplica(`127.0.0.${i + 4}`);
      old.child.kill("SIGTERM");
      await old.said("finishing the calls under way");
      // The name is mended a little later than the process is told, as in a cluster.
      await calls.afterMore(8);
      leave(old);
      expect(await old.ended).toEqual({ code: 0, errors: "" });
      await until(async () => (await callsTaken(next)) > 0);
      await calls.afterMore(25);
    }
    const { failures, slowestMs } = await calls.stop();
    expect(failures).toEqual({ repeatable: [], other: [] });
    expect(slowestMs).toBeLessThan(5_000);
  }, 90_000);

  it("do not fail when one is killed, where they may be made again, and none hangs", async () => {
    const [first, second] = [await startReplica("127.0.0.2"), await startReplica("127.0.0.3")];
    open();
    const calls = callSteadily();
    await until(async () => (await callsTaken(first)) > 10 && (await callsTaken(second)) > 10);
    first.child.kill("SIGKILL");
    await first.ended;
    await calls.afterMore(50);
    leave(first);
    await calls.afterMore(25);
    const { failures, slowestMs } = await calls.stop();
    expect(failures.repeatable).toEqual([]);
    // At most those that it was answering just then.
    expect(failures.other.length).toBeLessThanOrEqual(4);
    for (const { code } of failures.other) expect(code).toBe(Code.Unavailable);
    expect(slowestMs).toBeLessThan(5_000);
  }, 90_000);
});
