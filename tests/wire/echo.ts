import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type HandlerContext, type Transport } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { type Registration, register } from "../../services/runtime/src/module.js";
import { onward } from "../../services/runtime/src/onward.js";
import { principalKey } from "../../services/runtime/src/principal.js";
import { EchoService } from "./gen/wire/v1/echo_service_pb.js";

/** What became of a call, as its handler saw it. */
export interface Witnessed {
  /** The reason of the handler's signal, once it is aborted. */
  readonly reason: Promise<unknown>;
}

/** Handlers that do as they are told, and what they saw. */
export interface Echo {
  readonly registration: Registration;
  /** The next call whose handler begins to wait. */
  nextWaiting(): Promise<Witnessed>;
  /** Lets all handlers go on that wait for it. */
  release(): void;
  /** Texts and numbers sent by streaming handlers so far. */
  sent(): number;
  /** How often a handler was called. */
  calls(): number;
}

/** A fault whose text must not reach a caller. */
export const SECRET = "secret-of-the-house";
/** What goes through every way of calling, percent signs, spaces and all. */
export const AWKWARD = 'no café “x” at 100% %41 \\ "quoted"';

/** @param transport how the handlers call other services */
export function createEcho(transport: () => Transport): Echo {
  let sent = 0;
  let calls = 0;
  let release = Promise.withResolvers<void>();
  let waiting = Promise.withResolvers<Witnessed>();

  async function behave(behaviour: string, context: HandlerContext): Promise<void> {
    calls++;
    for (const word of behaviour.split(" ")) await act(word, context);
  }

  async function act(word: string, context: HandlerContext): Promise<void> {
    switch (word) {
      case "":
        return;
      case "headers":
        for (const name of ["x-wire-text", "x-wire-bytes-bin"]) {
          const value = context.requestHeader.get(name);
          if (value !== null) context.responseHeader.set(name, value);
          if (value !== null) context.responseTrailer.set(name.replace("wire", "trailing"), value);
        }
        return;
      case "not-found":
        throw new ConnectError(AWKWARD, Code.NotFound, { "x-wire-error": "yes" }, [
          {
            desc: BadRequestSchema,
            value: create(BadRequestSchema, {
              fieldViolations: [{ field: "a.b", description: "is ünknown" }],
            }),
          },
          { desc: ErrorInfoSchema, value: { reason: "GONE", domain: "craic", metadata: { key: "value" } } },
        ]);
      case "fault":
        throw Object.assign(new TypeError(`password is ${SECRET}`), { code: "E_SECRET" });
      case "caused":
        throw new ConnectError(
          "cannot do it now",
          Code.FailedPrecondition,
          undefined,
          undefined,
          new Error(SECRET),
        );
      case "database-gone":
        throw new Error(`query failed: ${SECRET}`, {
          cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }),
        });
      case "not-an-error":
        throw SECRET;
      case "awkward-headers":
        context.responseHeader.set("x-accented", "caf\u00e9");
        context.responseHeader.set("x!odd", "1");
        context.responseTrailer.set("x-trailing-accented", "caf\u00e9");
        return;
      case "half-a-character":
        throw new ConnectError("\ud83c is half of one", Code.NotFound);
      case "long-story":
        throw new ConnectError("blah ".repeat(50_000), Code.NotFound);
      case "take-20-ms":
        return new Promise((resolve) => setTimeout(resolve, 20));
      case "unavailable":
        throw new ConnectError("come back later", Code.Unavailable);
      case "unavailable-twice":
        if (calls % 3 !== 0) throw new ConnectError("come back later", Code.Unavailable);
        return;
      case "wait":
      case "wait-and-throw-reason":
      case "wait-and-throw-abort-error": {
        await untilAborted(context.signal);
        if (word === "wait-and-throw-reason") throw context.signal.reason;
        if (word === "wait-and-throw-abort-error") throw new DOMException("aborted", "AbortError");
        return;
      }
      case "ignore-signal":
        void witness(context.signal);
        await release.promise;
        return;
      default:
        throw new TypeError(`unknown behaviour "${word}"`);
    }
  }

  function witness(signal: AbortSignal): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    if (signal.aborted) resolve(signal.reason);
    else signal.addEventListener("abort", () => resolve(signal.reason));
    waiting.resolve({ reason: promise });
    waiting = Promise.withResolvers();
    return promise;
  }

  async function untilAborted(signal: AbortSignal): Promise<void> {
    await Promise.race([witness(signal), release.promise]);
  }

  const registration = register(EchoService, {
    async echo({ payload, behaviour, answerBytes }, context) {
      const leftMs = context.timeoutMs();
      if (behaviour.startsWith("hop")) {
        calls++;
        const next = createClient(EchoService, transport());
        return next.echo({ payload, answerBytes, behaviour: behaviour.slice(4) }, onward(context));
      }
      if (behaviour === "change-request") {
        if (payload !== undefined) payload.text = "changed by the handler";
        return { payload };
      }
      await behave(behaviour, context);
      return { payload, filling: "x".repeat(answerBytes), leftMs };
    },
    async change({ behaviour }, context) {
      await behave(behaviour, context);
      return {};
    },
    async *count({ to, behaviour }, context) {
      if (behaviour === "headers") await behave(behaviour, context);
      for (let number = 1; number <= to; number++) {
        sent++;
        yield { number };
      }
      if (behaviour !== "headers") await behave(behaviour, context);
    },
    async sum(requests, context) {
      let [sum, count] = [0, 0];
      for await (const { number, behaviour } of requests) {
        await behave(behaviour, context);
        sum += number;
        count++;
        if (number === 0) break;
      }
      return { sum, count };
    },
    async *converse(requests, context) {
      for await (const { text, behaviour } of requests) {
        if (behaviour === "flood") {
          while (!context.signal.aborted) {
            sent++;
            yield { text };
          }
        }
        await behave(behaviour, context);
        yield { text: `${text}!` };
      }
      yield { text: "bye" };
    },
    forUsers: (_, { values }) => ({ userId: values.get(principalKey).userId }),
    forAdmins: () => ({}),
    forNobody: () => ({}),
  });
  return {
    registration,
    nextWaiting: () => waiting.promise,
    release() {
      release.resolve();
      release = Promise.withResolvers();
    },
    sent: () => sent,
    calls: () => calls,
  };
}
