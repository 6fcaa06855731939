import { readFileSync } from "node:fs";
import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { type Client, createClient } from "@connectrpc/connect";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import {
  type Client as FlagClient,
  OpenFeature,
  ProviderEvents,
  ProviderStatus,
} from "@openfeature/server-sdk";
import { transformSync } from "@swc/core";
import { startExperimentsServer } from "../../../../tests/fixtures/experiments-server.js";
import { uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { until } from "../../../../tests/fixtures/until.js";
import { createSeverableProxy, type SeverableProxy } from "../../../../tests/wire/severable-proxy.js";
import { ExperimentsProvider, type ExperimentsProviderOptions } from "./experiments-provider.js";

let server: Awaited<ReturnType<typeof startExperimentsServer>>;
let proxy: SeverableProxy;
let service: Client<typeof ExperimentService>;
let domains = 0;

beforeAll(async () => {
  server = await startExperimentsServer();
  proxy = await createSeverableProxy(server.port);
  service = createClient(ExperimentService, server.transport());
});
afterEach(() => OpenFeature.clearProviders());
afterAll(async () => {
  await proxy.sever();
  await server.close();
});

const ada = { targetingKey: uuid(1) };

/** A running experiment whose variants, of equal weight unless told otherwise, have these values. */
async function run(experimentId: string, values: readonly (JsonValue | undefined)[], changes: object = {}) {
  const variants = values.map((value, i) => ({
    name: `v${i}`,
    weight: 1 / values.length,
    algorithm: "hybrid",
    value: value === undefined ? undefined : fromJson(ValueSchema, value),
  }));
  const { experiment } = await service.createExperiment({
    experiment: { experimentId, variants, ...changes },
  });
  await service.startExperiment({ experimentId });
  return experiment!;
}

/** A provider of its own, and a client to ask it by. */
async function provide(options: Partial<ExperimentsProviderOptions> = {}) {
  const transport = server.transport(proxy.port);
  const provider = new ExperimentsProvider({ transport, pollMs: 10, lingerMs: 1, ...options });
  const domain = `test-${++domains}`;
  const told: string[] = [];
  const flags: FlagClient = OpenFeature.getClient(domain);
  for (const event of [ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Error] as const)
    flags.addHandler(event, () => told.push(event));
  await OpenFeature.setProviderAndWait(domain, provider).catch(() => undefined);
  return { provider, flags, told };
}

describe("a flag", () => {
  it("is the value of the variant that the service assigns, without asking it", async () => {
    await run("sizes", [10, 20, 30]);
    const { flags } = await provide();
    await proxy.sever();
    for (let i = 0; i < 30; i++) {
      const userId = uuid(i);
      const { variant } = await service.getAssignment({ experimentId: "sizes", userId });
      const found = await flags.getNumberDetails("sizes", 0, { targetingKey: userId });
      expect(found).toMatchObject({
        variant,
        value: { v0: 10, v1: 20, v2: 30 }[variant],
        reason: "SPLIT",
        flagMetadata: { experimentId: "sizes", variant, assignment: "hash" },
      });
    }
    await proxy.restore();
  });

  it("is of the kind that its values have; without values the variant's name, or all there is to say", async () => {
    await run("switch", [true, true]);
    await run("texts", ["a", "a"]);
    await run("objects", [{ depth: 2 }, { depth: 2 }]);
    await run("names", [undefined, undefined], { overrides: { [uuid(1)]: "v1" } });
    const { flags } = await provide();
    expect(await flags.getBooleanValue("switch", false, ada)).toBe(true);
    expect(await flags.getStringValue("texts", "", ada)).toBe("a");
    expect(await flags.getObjectValue("objects", {}, ada)).toEqual({ depth: 2 });
    expect(await flags.getStringValue("names", "", ada)).toBe("v1");
    expect(await flags.getObjectValue("names", {}, ada)).toEqual({
      variant: "v1",
      algorithm: "hybrid",
      channel: "",
    });
  });

  it("is the default, and says why, where nothing can be said", async () => {
    await run("mistakes", [1, 1]);
    const { flags } = await provide();
    const why = async (details: Promise<{ value: unknown; reason?: string; errorCode?: string }>) => {
      const { value, reason, errorCode } = await details;
      return [value, reason, errorCode];
    };
    expect(await why(flags.getNumberDetails("unheard_of", 7, ada))).toEqual([7, "ERROR", "FLAG_NOT_FOUND"]);
    expect(await why(flags.getStringDetails("mistakes", "x", ada))).toEqual(["x", "ERROR", "TYPE_MISMATCH"]);
    expect(await why(flags.getBooleanDetails("mistakes", true, ada))).toEqual([
      true,
      "ERROR",
      "TYPE_MISMATCH",
    ]);
    expect(await why(flags.getNumberDetails("mistakes", 7))).toEqual([7, "ERROR", "TARGETING_KEY_MISSING"]);
    expect(await why(flags.getNumberDetails("mistakes", 7, { ...ada, cityId: 5 }))).toEqual([
      7,
      "ERROR",
      "INVALID_CONTEXT",
    ]);
    expect(await why(flags.getNumberDetails("recommendation_algo_001", 7, ada))).toEqual([
      7,
      "ERROR",
      "FLAG_NOT_FOUND",
    ]);
  });

  it("looks at the city and at who is new, and gives the others the default", async () => {
    await run("local", ["yes", "yes"], { targeting: { cityIds: ["cork"], audience: 1 } });
    const { flags } = await provide();
    const details = (context: object) => flags.getStringDetails("local", "no", { ...ada, ...context });
    expect(await details({ cityId: "cork", isNew: true })).toMatchObject({ value: "yes", reason: "SPLIT" });
    for (const context of [{}, { cityId: "cork" }, { cityId: "dublin", isNew: true }]) {
      expect(await details(context)).toMatchObject({
        value: "no",
        reason: "DEFAULT",
        flagMetadata: { assignment: "not targeted" },
      });
    }
  });

  it("says whether it was drawn, matched or the same for all", async () => {
    const one = [
      { name: "all", weight: 1 },
      { name: "nobody", weight: 0 },
    ];
    await run("fixed", [], { variants: one });
    await run("fixed_in_cork", [], { variants: one, targeting: { cityIds: ["cork"] } });
    await run("by_hand", [1, 2], { overrides: { [ada.targetingKey]: "v1" } });
    const { flags } = await provide();
    const reason = async (key: string) =>
      (await flags.getObjectDetails(key, {}, { ...ada, cityId: "cork" })).reason;
    expect(await reason("fixed")).toBe("STATIC");
    expect(await reason("fixed_in_cork")).toBe("TARGETING_MATCH");
    expect(await flags.getNumberDetails("by_hand", 0, ada)).toMatchObject({
      value: 2,
      reason: "TARGETING_MATCH",
    });
  });

  it("stays what a program says that somebody was shown before", async () => {
    await run("kept", ["new", "old"], {
      variants: [
        { name: "new", weight: 1 },
        { name: "old", weight: 0 },
      ],
    });
    const { flags } = await provide({ shownBefore: (_, userId) => (userId === uuid(1) ? "old" : undefined) });
    expect(await flags.getStringValue("kept", "", ada)).toBe("old");
    expect(await flags.getStringValue("kept", "", { targetingKey: uuid(2) })).toBe("new");
  });
});

describe("the provider", () => {
  it("follows what changes, and tells which flags", async () => {
    const { flags } = await provide();
    const changed = new Set<string>();
    flags.addHandler(ProviderEvents.ConfigurationChanged, (details) => {
      for (const key of details?.flagsChanged ?? []) changed.add(key);
    });
    await run("later", [5, 5]);
    await until(async () => (await flags.getNumberValue("later", 0, ada)) === 5);
    expect(changed).toEqual(new Set(["later"]));
    await service.stopExperiment({ experimentId: "later" });
    await until(async () => (await flags.getNumberValue("later", 0, ada)) === 0);
  });

  it("is stale while the service cannot be reached, goes on with what it knows, and is ready again after", async () => {
    await run("lasting", [3, 3]);
    const { flags, told } = await provide();
    await proxy.sever();
    await until(async () => flags.providerStatus === ProviderStatus.STALE);
    expect(await flags.getNumberValue("lasting", 0, ada)).toBe(3);
    await proxy.restore();
    await until(async () => flags.providerStatus === ProviderStatus.READY);
    expect(told).toEqual([ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Ready]);
  });

  it("begins in error without the service, gives defaults, and is ready when it can be", async () => {
    await run("patient", [4, 4]);
    await proxy.sever();
    const { flags, told } = await provide();
    expect(flags.providerStatus).toBe(ProviderStatus.ERROR);
    expect(await flags.getNumberDetails("patient", 9, ada)).toMatchObject({
      value: 9,
      errorCode: "PROVIDER_NOT_READY",
    });
    await proxy.restore();
    await until(async () => flags.providerStatus === ProviderStatus.READY);
    expect(await flags.getNumberValue("patient", 9, ada)).toBe(4);
    expect(told).toEqual([ProviderEvents.Error, ProviderEvents.Ready]);
  });

  it("gives up where it is not let in", async () => {
    const { flags } = await provide({ transport: server.transport(server.port, "nonsense") });
    expect(flags.providerStatus).toBe(ProviderStatus.FATAL);
  });
});

describe("what is recorded", () => {
  it("is an exposure once an hour by the hook, and what is tracked", async () => {
    await run("counted", ["same", "same"], { overrides: {} });
    const { provider, flags } = await provide();
    for (let i = 0; i < 20; i++) {
      const context = { targetingKey: uuid(i) };
      for (let again = 0; again < 3; again++) {
        await flags.getStringValue("counted", "", context, { hooks: [provider.exposureHook] });
      }
    }
    flags.track("save", ada, { id: uuid(900) });
    flags.track("save", ada, { id: uuid(900) });
    await until(async () => {
      const found = await usersOf("counted");
      return found[0]![0]! + found[1]![0]! === 20 && found[0]![1]! + found[1]![1]! === 1;
    });
    expect(provider.dropped).toBe(0);
  });

  it("is told before the provider ends, with what a program says of an exposure", async () => {
    await run("ending", [1, 2]);
    const { flags } = await provide({ lingerMs: 3_600_000 });
    flags.track("exposure", ada, { experimentId: "ending", variant: "v1", latencyMs: 12 });
    await OpenFeature.clearProviders();
    await until(async () => (await usersOf("ending"))[1]![0] === 1);
    const { variants } = await service.getResults({ experimentId: "ending" });
    expect(variants[1]?.means.latency_ms).toBe(12);
  });

  it("waits for a service that is away", async () => {
    await run("queued", [1, 2]);
    const { flags, provider } = await provide();
    await proxy.sever();
    flags.track("exposure", ada, { experimentId: "queued", variant: "v0" });
    await until(async () => flags.providerStatus === ProviderStatus.STALE);
    await proxy.restore();
    await until(async () => (await usersOf("queued"))[0]![0] === 1);
    expect(provider.dropped).toBe(0);
  });

  it("leaves out what cannot be counted, and says so, without the rest", async () => {
    await run("picky", [1, 2]);
    const warnings: string[] = [];
    const { flags, provider } = await provide({
      lingerMs: 50,
      logger: { warn: (text: string) => void warnings.push(text) },
    });
    flags.track("exposure", ada, { experimentId: "picky", variant: "v0" });
    flags.track("exposure", ada, { experimentId: "picky", variant: "gone" });
    flags.track("exposure", { targetingKey: uuid(2) }, { experimentId: "picky", variant: "v0" });
    flags.track("exposure", { targetingKey: "ada" }, { experimentId: "picky", variant: "v0" });
    flags.track("joy", ada);
    await until(async () => (await usersOf("picky"))[0]![0] === 2);
    expect(provider.dropped).toBe(3);
    expect(warnings.join()).toContain('"gone" is not one of v0, v1');
  });
});

describe("the example in docs/experiments.md", () => {
  it("runs as it stands there", async () => {
    await run("page_size_001", [20, 20]);
    const text = readFileSync("docs/experiments.md", "utf8");
    const [, example = ""] = /```ts\n(.*?)```/s.exec(text) ?? [];
    const { code } = transformSync(example, {
      jsc: { target: "es2024", parser: { syntax: "typescript" } },
      module: { type: "commonjs" },
    });
    const exported: { pageSizeFor?: (userId: string) => Promise<number> } = {};
    const env = { CRAIC_URL: `http://127.0.0.1:${server.port}`, TOKEN: server.token };
    new Function("require", "exports", "process", code)(require, exported, { env });
    expect(await exported.pageSizeFor?.(uuid(1))).toBe(20);
    await OpenFeature.clearProviders();
    await until(async () => {
      const found = await usersOf("page_size_001");
      return found.some(([users, conversions]) => users === 1 && conversions === 1);
    });
  });
});

/** People and conversions of each variant. */
async function usersOf(experimentId: string) {
  const { variants } = await service.getResults({ experimentId });
  return variants.map(({ users, conversions }) => [Number(users), Number(conversions)]);
}
