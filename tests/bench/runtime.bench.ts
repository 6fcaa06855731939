import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type MessageShape } from "@bufbuild/protobuf";
import {
  createContextValues,
  type Interceptor,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { createLocalTransport } from "@craic/runtime/local-transport.js";
import { build } from "esbuild";
import { createAuthority, writeIdentity } from "../wire/certificates.js";
import {
  EchoRequestSchema,
  type EchoResponseSchema,
  EchoService,
} from "../wire/gen/wire/v1/echo_service_pb.js";
import {
  answerBytes,
  callerOver,
  echo,
  productInterceptors,
  type Timing,
  time,
  type Variant,
} from "./runtime-peer.js";

const WARM_UP_MS = 1_500;
const ROUND_MS = 350;
const ROUNDS = 15;
/** Calls under way at a time: enough to keep both cores busy. */
const MANY = 32;

/** What a call costs over our gRPC adapters beside bare grpc-js, and in process beside a plain function call. */
export async function bench(): Promise<void> {
  await overGrpc();
  await inProcess();
}

async function overGrpc(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "craic-bench-"));
  const file = join(directory, "peer.mjs");
  await build({
    entryPoints: ["tests/bench/runtime-peer.ts"],
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    logLevel: "warning",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  const variants: Variant[] = ["bare", "ours", "product", "product, mutual TLS"];
  const authority = createAuthority("a mesh");
  const identityOf = (name: string) => {
    const folder = mkdtempSync(join(directory, name));
    const settings = writeIdentity(folder, authority.issue(`spiffe://craic/${name}`), authority);
    return { env: { ...process.env, ...settings } };
  };
  const children: ChildProcess[] = [];
  try {
    const pairs = new Map<Variant, { client: ChildProcess; server: ChildProcess }>();
    for (const variant of variants) {
      const server = fork(file, ["server", variant], identityOf("wire"));
      const [port] = await once(server, "message");
      const client = fork(file, ["client", variant, String(port)], identityOf("events"));
      children.push(server, client);
      pairs.set(variant, { client, server });
    }
    const timed = async (variant: Variant, ms: number, concurrency: number): Promise<Round> => {
      const { client, server } = pairs.get(variant)!;
      const before = await ask<number>(server, 0);
      const timing = await ask<Timing>(client, [ms, concurrency]);
      return { ...timing, serverCpuSeconds: (await ask<number>(server, 0)) - before };
    };
    for (const variant of variants) await timed(variant, WARM_UP_MS, MANY);
    const what = `unary call over gRPC, answer of ${answerBytes} bytes, client and server in processes of their own`;
    print(
      `${what}, ${MANY} at a time`,
      await alternate(variants, (variant) => timed(variant, ROUND_MS, MANY)),
    );
    print(`${what}, one at a time`, await alternate(variants, (variant) => timed(variant, ROUND_MS, 1)));
  } finally {
    for (const child of children) child.disconnect();
    rmSync(directory, { recursive: true });
  }
}

async function ask<T>(child: ChildProcess, question: number | readonly number[]): Promise<T> {
  child.send(question);
  const [answer] = await once(child, "message");
  return answer as T;
}

async function inProcess(): Promise<void> {
  const calls: Record<string, () => Promise<unknown>> = {
    "plain function": plainFunction([]),
    "local transport": localTransport([], []),
    "plain function, interceptors of the product": plainFunction([
      ...productInterceptors.client,
      ...productInterceptors.server,
    ]),
    "local transport, interceptors of the product": localTransport(
      productInterceptors.client,
      productInterceptors.server,
    ),
  };
  const names = Object.keys(calls);
  const timed = (name: string, ms: number): Promise<Round> => time(calls[name]!, ms, 1);
  for (const name of names) await timed(name, WARM_UP_MS / 2);
  const rounds = await alternate(names, (name) => timed(name, ROUND_MS / 2));
  print("the same call in one process, one at a time", rounds);
}

function localTransport(
  clientInterceptors: readonly Interceptor[],
  serverInterceptors: readonly Interceptor[],
) {
  const registrations = [echo];
  return callerOver(
    createLocalTransport({
      registrations,
      clientInterceptors,
      serverInterceptors,
      maxMessageBytes: 1_048_576,
    }),
  );
}

/** The handler with interceptors around it and nothing else: no deadline, no cancellation, one shared answer. */
function plainFunction(interceptors: readonly Interceptor[]): () => Promise<unknown> {
  const method = EchoService.method.echo;
  const message = create(EchoRequestSchema);
  const handle = echo.implementation.echo as () => MessageShape<typeof EchoResponseSchema>;
  type Call = ReturnType<Interceptor>;
  let chain: Call = async () =>
    ({
      stream: false,
      method,
      service: EchoService,
      message: handle(),
      header: new Headers(),
      trailer: new Headers(),
    }) as UnaryResponse;
  for (const interceptor of interceptors.toReversed()) chain = interceptor(chain);
  const { signal } = new AbortController();
  return () =>
    chain({
      stream: false,
      method,
      service: EchoService,
      message,
      signal,
      url: "",
      requestMethod: "POST",
      header: new Headers(),
      contextValues: createContextValues(),
    } as UnaryRequest);
}

interface Round extends Timing {
  readonly serverCpuSeconds?: number;
}

/** Every variant once a round, each round beginning with another one. */
async function alternate<Name extends string>(
  names: readonly Name[],
  timed: (name: Name) => Promise<Round>,
): Promise<Map<Name, Round[]>> {
  const rounds = new Map<Name, Round[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(round + i) % names.length]!;
      rounds.get(name)!.push(await timed(name));
    }
  }
  return rounds;
}

/** One line a variant: medians, and the ratio of its calls per second to the first variant's in the same round. */
function print(title: string, variants: ReadonlyMap<string, readonly Round[]>): void {
  const rates = new Map(
    [...variants].map(([name, rounds]) => [name, rounds.map((r) => r.calls / r.seconds)]),
  );
  const [base = []] = rates.values();
  const width = Math.max(...[...variants.keys()].map((name) => name.length));
  console.log(`\n${title}`);
  console.log(`${"".padEnd(width)}    calls/s   ratio (quartiles)        CPU µs/call: caller, server`);
  for (const [name, rounds] of variants) {
    const each = rates.get(name)!;
    const ratios = each.map((rate, round) => rate / base[round]!);
    const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(ratios, q).toFixed(3));
    const cpu = (seconds: (round: Round) => number) =>
      quantile(
        rounds.map((round) => (1e6 * seconds(round)) / round.calls),
        0.5,
      ).toFixed(1);
    const caller = cpu((round) => round.cpuSeconds).padStart(8);
    const server =
      rounds[0]?.serverCpuSeconds === undefined ? "" : cpu((round) => round.serverCpuSeconds!).padStart(8);
    const rate = Math.round(quantile(each, 0.5)).toLocaleString("en").padStart(10);
    console.log(`${name.padEnd(width)} ${rate}   ${middle} (${low} to ${high})   ${caller}${server}`);
  }
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place % 1);
}
