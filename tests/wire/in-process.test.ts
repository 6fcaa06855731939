import { getEventListeners } from "node:events";
import { create } from "@bufbuild/protobuf";
import {
  type Client,
  Code,
  createClient,
  createContextKey,
  createContextValues,
  type Transport,
} from "@connectrpc/connect";
import { createLocalTransport } from "../../services/runtime/src/local-transport.js";
import { register } from "../../services/runtime/src/module.js";
import { onward } from "../../services/runtime/src/onward.js";
import { EchoResponseSchema, EchoService, EverythingSchema } from "./gen/wire/v1/echo_service_pb.js";
import { startWire, type WireProcess, waysTo } from "./ways.js";

describe("two sides in one process", () => {
  it("cannot change each other's request", async () => {
    const wire = await startWire();
    const client = createClient(EchoService, wire.process.transport);
    const payload = create(EverythingSchema, { text: "as it was" });
    const answer = await client.echo({ payload, behaviour: "change-request" });
    expect(answer.payload?.text).toBe("changed by the handler");
    expect(payload.text).toBe("as it was");
    await wire.process.drain();
  });

  it("cannot change each other's answer, nested or not, streamed or not", async () => {
    const kept = create(EchoResponseSchema, {
      payload: {
        data: Uint8Array.of(1),
        tags: ["a"],
        named: { key: { text: "b" } },
        choice: { case: "other", value: {} },
      },
    });
    const client = createClient(EchoService, localTransport({ echo: () => kept }));
    const { payload } = await client.echo({});
    payload!.data[0] = 9;
    payload!.tags.push("z");
    payload!.named.key!.text = "z";
    delete payload!.named.key;
    if (payload!.choice.case === "other") payload!.choice.value.text = "z";
    expect((await client.echo({})).payload).toEqual(
      create(EverythingSchema, {
        data: Uint8Array.of(1),
        tags: ["a"],
        named: { key: { text: "b" } },
        choice: { case: "other", value: {} },
      }),
    );
  });

  it("do not see each other's context values", async () => {
    const key = createContextKey("nothing");
    const seen: string[] = [];
    let transport: Transport;
    const implementation = {
      echo: async (_: unknown, context: Parameters<typeof onward>[0]) => {
        seen.push(context.values.get(key));
        context.values.set(key, "the handler's own");
        if (seen.length === 1) await createClient(EchoService, transport).echo({}, onward(context));
        return {};
      },
    };
    transport = localTransport(implementation);
    const contextValues = createContextValues().set(key, "the caller's own");
    await createClient(EchoService, transport).echo({}, { contextValues });
    expect(seen).toEqual(["nothing", "nothing"]);
    expect(contextValues.get(key)).toBe("the caller's own");
  });
});

describe("a method that takes one message", () => {
  it.each([
    [0, "the request has no message"],
    [2, "the request has more than one message"],
  ])("is UNIMPLEMENTED for %i", async (messages, rawMessage) => {
    const transport = localTransport({ count: async function* () {} });
    async function* requests() {
      for (let to = 0; to < messages; to++) yield { to };
    }
    const call = transport.stream(EchoService.method.count, undefined, undefined, undefined, requests());
    await expect(call).rejects.toMatchObject({ code: Code.Unimplemented, rawMessage });
  });
});

describe("what a call leaves behind", () => {
  it.each(["in process", "gRPC transport"])("is nothing on its caller's signal, %s", async (name) => {
    const wire = await startWire();
    const { ways, close } = waysTo(wire.process);
    const client = createClient(EchoService, ways.find((way) => way.name === name)!.transport);
    const { signal } = new AbortController();
    const listeners = () => getEventListeners(signal, "abort").length;
    const under = client.echo({}, { signal });
    expect(listeners()).toBe(1);
    await under;
    await expect(client.echo({ behaviour: "not-found" }, { signal })).rejects.toBeDefined();
    for await (const { number } of client.count({ to: 3 }, { signal })) expect(number).toBeLessThan(4);
    expect(listeners()).toBe(0);
    close();
    await wire.process.drain();
  });

  it("is no handler that goes on for a reader who has stopped reading", async () => {
    const ended = Promise.withResolvers<void>();
    const transport = localTransport({
      async *count() {
        try {
          for (let number = 0; ; number++) yield { number };
        } finally {
          ended.resolve();
        }
      },
    });
    const numbers = createClient(EchoService, transport).count({}, { timeoutMs: 20 })[Symbol.asyncIterator]();
    await numbers.next();
    await ended.promise;
  });
});

describe("an access token", () => {
  let wire: WireProcess;
  let client: Client<typeof EchoService>;

  beforeEach(async () => {
    wire = await startWire();
    client = createClient(EchoService, wire.process.transport);
  });

  afterEach(() => wire.process.drain());

  it("goes on to the next service with the call that it came with", async () => {
    const headers = { authorization: "Bearer no-token-at-all" };
    await expect(client.echo({ behaviour: "hop" }, { headers })).rejects.toMatchObject({ code: 16 });
    const { leftMs } = await client.echo(
      { behaviour: "hop" },
      { headers: { authorization: `Bearer ${wire.issuer.token()}` } },
    );
    expect(leftMs).toBeDefined();
  });

  it("costs one look at the key set, however many calls carry it", async () => {
    const headers = { authorization: `Bearer ${wire.issuer.token()}` };
    await Promise.all(Array.from({ length: 20 }, () => client.forUsers({}, { headers })));
    await client.forUsers({}, { headers });
    expect(wire.issuer.asked()).toBe(1);
  });
});

function localTransport(implementation: Parameters<typeof register<typeof EchoService>>[1]): Transport {
  return createLocalTransport({
    registrations: [register(EchoService, implementation)],
    maxMessageBytes: 1_048_576,
  });
}
