import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { AWKWARD, SECRET } from "./echo.js";
import type { EchoService } from "./gen/wire/v1/echo_service_pb.js";
import { WAY_NAMES, wireForAllTests } from "./ways.js";

const wire = wireForAllTests();

describe.each(WAY_NAMES)("a streaming call, %s", (name) => {
  let client: Client<typeof EchoService>;

  beforeAll(() => {
    client = wire.clientBy(name);
  });

  describe("answered with many messages", () => {
    it("brings them all in order", async () => {
      const { items, error } = await collect(client.count({ to: 2_000 }));
      expect(error).toBeUndefined();
      expect(items.map(({ number }) => number)).toEqual(Array.from({ length: 2_000 }, (_, i) => i + 1));
    });

    it("brings them all to a reader that takes its time", async () => {
      const numbers: number[] = [];
      for await (const { number } of client.count({ to: 20 })) {
        numbers.push(number);
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      }
      expect(numbers).toHaveLength(20);
    });

    it("may bring none", async () => {
      expect(await collect(client.count({}))).toEqual({ items: [] });
    });

    it("carries headers and trailers", async () => {
      const seen: (string | null)[] = [];
      await collect(
        client.count(
          { to: 2, behaviour: "headers" },
          {
            headers: { "x-wire-text": "plain" },
            onHeader: (header) =>
              void seen.push(header.get("x-wire-text"), header.get("x-request-id") && "id"),
            onTrailer: (trailer) => void seen.push(trailer.get("x-trailing-text")),
          },
        ),
      );
      expect(seen).toEqual(["plain", "id", "plain"]);
    });

    it("brings what was sent before an error, and then the error with its details", async () => {
      const { items, error } = await collect(client.count({ to: 3, behaviour: "not-found" }));
      expect(items.map(({ number }) => number)).toEqual([1, 2, 3]);
      expect(error).toMatchObject({ code: Code.NotFound, rawMessage: AWKWARD });
      expect(error?.findDetails(BadRequestSchema)).toMatchObject([{ fieldViolations: [{ field: "a.b" }] }]);
    });

    it("says nothing of a fault of the house", async () => {
      const { error } = await collect(client.count({ to: 1, behaviour: "fault" }));
      expect(error).toMatchObject({ code: Code.Internal, rawMessage: "something went wrong on our side" });
      expect(`${error?.stack} ${error?.cause}`).not.toContain(SECRET);
    });

    it("is INVALID_ARGUMENT before the first one if the request breaks a rule", async () => {
      const { items, error } = await collect(client.count({ to: 2_000_000 }));
      expect(items).toEqual([]);
      expect(error).toMatchObject({ code: Code.InvalidArgument, rawMessage: "to: must be at most 1000000" });
    });

    it("is DEADLINE_EXCEEDED when the time is up, and the handler knows why", async () => {
      const waiting = wire.echo.nextWaiting();
      const { items, error } = await collect(client.count({ to: 2, behaviour: "wait" }, { timeoutMs: 150 }));
      expect(items).toHaveLength(2);
      expect(error?.code).toBe(Code.DeadlineExceeded);
      const { reason } = await waiting;
      expect(await reason).toMatchObject({ code: Code.DeadlineExceeded });
    });

    it.each([0, -1])("has no deadline when the caller allows %i ms", async (timeoutMs) => {
      const { items, error } = await collect(client.count({ to: 2 }, { timeoutMs }));
      expect(error).toBeUndefined();
      expect(items).toHaveLength(2);
    });

    it("is CANCELLED when the caller gives up, and the handler knows", async () => {
      const controller = new AbortController();
      const waiting = wire.echo.nextWaiting();
      const collected = collect(client.count({ to: 1, behaviour: "wait" }, { signal: controller.signal }));
      const { reason } = await waiting;
      controller.abort();
      expect((await collected).error?.code).toBe(Code.Canceled);
      expect(await reason).toMatchObject({ code: Code.Canceled });
    });
  });

  describe("asked with many messages", () => {
    it("takes them all", async () => {
      const numbers = Array.from({ length: 1_000 }, (_, i) => ({ number: i + 1 }));
      expect(await client.sum(each(numbers))).toMatchObject({ sum: 500_500, count: 1_000 });
    });

    it("takes none", async () => {
      expect(await client.sum(each([]))).toMatchObject({ sum: 0, count: 0 });
    });

    it("lets the handler answer before it has heard everything", async () => {
      const answer = await client.sum(each([{ number: 5 }, { number: 0 }, { number: 7 }]));
      expect(answer).toMatchObject({ sum: 5, count: 2 });
    });

    it("is INVALID_ARGUMENT at the first message that breaks a rule", async () => {
      const error = await failure(client.sum(each([{ number: 1 }, { number: 1_001 }, { number: 2 }])));
      expect(error).toMatchObject({ code: Code.InvalidArgument, rawMessage: "number: must be at most 1000" });
    });

    it("carries an error with its details", async () => {
      const error = await failure(client.sum(each([{ number: 1 }, { number: 2, behaviour: "not-found" }])));
      expect(error).toMatchObject({ code: Code.NotFound, rawMessage: AWKWARD });
      expect(error.findDetails(BadRequestSchema)).toHaveLength(1);
    });

    it("is CANCELLED when the caller gives up, and the handler knows", async () => {
      const controller = new AbortController();
      const waiting = wire.echo.nextWaiting();
      const call = failure(
        client.sum(each([{ number: 1, behaviour: "wait" }]), { signal: controller.signal }),
      );
      const { reason } = await waiting;
      controller.abort();
      expect(await call).toMatchObject({ code: Code.Canceled });
      expect(await reason).toMatchObject({ code: Code.Canceled });
    });
  });
});

// Over HTTP/1.1 an answer cannot begin before the request has ended, so Connect refuses.
describe.each(["bare grpc-js", "gRPC transport", "in process"])("a conversation, %s", (name) => {
  let client: Client<typeof EchoService>;

  beforeAll(() => {
    client = wire.clientBy(name);
  });

  it("brings an answer to each message, and what comes after the last", async () => {
    const { items } = await collect(client.converse(each([{ text: "a" }, { text: "b" }])));
    expect(items.map(({ text }) => text)).toEqual(["a!", "b!", "bye"]);
  });

  it("brings the answers before the message that breaks a rule, and then the error", async () => {
    const { items, error } = await collect(
      client.converse(each([{ text: "a" }, { text: "" }, { text: "c" }])),
    );
    expect(items.map(({ text }) => text)).toEqual(["a!"]);
    expect(error).toMatchObject({ code: Code.InvalidArgument, rawMessage: "text: is required" });
  });

  it("goes to and fro", async () => {
    const replies = client.converse(questions());
    const heard: string[] = [];
    let heardOne = Promise.withResolvers<void>();

    async function* questions() {
      yield { text: "first" };
      await heardOne.promise;
      heardOne = Promise.withResolvers();
      // Only somebody who has heard the answer can ask this.
      yield { text: `after ${heard.at(-1)}` };
    }
    for await (const { text } of replies) {
      heard.push(text);
      heardOne.resolve();
    }
    expect(heard).toEqual(["first!", "after first!!", "bye"]);
  });
});

describe("a sender", () => {
  it.each(["gRPC transport", "in process"])("waits for a reader that does not read, %s", async (name) => {
    const client = wire.clientBy(name);
    const controller = new AbortController();
    const before = wire.echo.sent();
    const text = "x".repeat(64 * 1024);
    const replies = client.converse(each([{ text, behaviour: "flood" }]), { signal: controller.signal });
    const iterator = replies[Symbol.asyncIterator]();
    await iterator.next();
    const sent = await settled(() => wire.echo.sent() - before);
    // What fits into the buffers on the way, some megabytes at most.
    expect(sent).toBeLessThan(100);
    controller.abort();
    const { error } = await collect({ [Symbol.asyncIterator]: () => iterator });
    expect(error?.code).toBe(Code.Canceled);
  });
});

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function collect<T>(messages: AsyncIterable<T>): Promise<{ items: T[]; error?: ConnectError }> {
  const items: T[] = [];
  try {
    for await (const message of messages) items.push(message);
    return { items };
  } catch (error) {
    expect(error).toBeInstanceOf(ConnectError);
    return { items, error: error as ConnectError };
  }
}

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(ConnectError);
  return error as ConnectError;
}

/** A number once it has stayed the same for many turns of the event loop. */
async function settled(read: () => number): Promise<number> {
  let last = read();
  for (let same = 0; same < 200; same++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (read() !== last) same = 0;
    last = read();
  }
  return last;
}
