import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Idempotency } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { CircuitBreaker, type CircuitState } from "./circuit-breaker.js";
import { retryLater } from "./errors.js";
import type { Outgoing, Send } from "./outgoing.js";
import { withRetries } from "./retries.js";
import { RetryBudget } from "./retry-budget.js";

/** A call that had less time than this and ran out of it says more about its caller than about the service. */
const FAIR_TIMEOUT_MS = 1_000;
const CROWD_RETRY_MS = 200;

/** What happened to the calls of one method beside being answered. */
export interface MethodGuard {
  readonly method: DescMethod;
  retries: number;
  /** Calls that were not made. */
  refusedByCircuit: number;
  refusedByCrowd: number;
  readonly circuit: CircuitBreaker;
}

export interface GuardOptions {
  /** Unary calls that may be under way to the service at a time. */
  readonly maxCallsAtOnce: number;
  readonly onCircuit?: (method: DescMethod, state: CircuitState) => void;
  readonly random?: () => number;
}

/**
 * What stands between callers and one service that may fail: a limit to the calls under way, a circuit breaker for each
 * method, and retries from one budget. A method has a circuit of its own since what fails may be behind it alone, such as
 * a database that others do not need.
 */
export class GuardedCalls {
  readonly guards: MethodGuard[] = [];
  private readonly budget = new RetryBudget();
  private underWay = 0;

  constructor(private readonly options: GuardOptions) {}

  /** Guards the unary calls of a method. */
  around(method: DescMethod, send: Send): Send {
    const { onCircuit, random } = this.options;
    const circuit = new CircuitBreaker((state) => onCircuit?.(method, state), undefined, random);
    const guard: MethodGuard = { method, retries: 0, refusedByCircuit: 0, refusedByCrowd: 0, circuit };
    this.guards.push(guard);
    const once: Send = (request) => this.attempt(request, send, guard);
    if (!isRepeatable(method)) return once;
    const onRetry = () => void guard.retries++;
    return withRetries(once, { budget: this.budget, onRetry, random });
  }

  private async attempt(request: Outgoing, send: Send, guard: MethodGuard): ReturnType<Send> {
    const openMs = guard.circuit.admit();
    if (openMs > 0) {
      guard.refusedByCircuit++;
      throw refusal(`${nameOf(guard.method)} has been failing and is left alone`, openMs);
    }
    if (this.underWay >= this.options.maxCallsAtOnce) {
      guard.refusedByCrowd++;
      throw refusal(`too many calls are under way to ${guard.method.parent.typeName}`, CROWD_RETRY_MS);
    }
    this.underWay++;
    try {
      const answer = await send(request);
      guard.circuit.succeeded();
      return answer;
    } catch (error) {
      judge(guard.circuit, error, request.timeoutMs);
      throw error;
    } finally {
      this.underWay--;
    }
  }
}

/** An error that was meant, such as NOT_FOUND, shows that the service works. */
function judge(circuit: CircuitBreaker, error: unknown, timeoutMs: number): void {
  const { code } = ConnectError.from(error);
  if (code === Code.Canceled) return;
  if (code === Code.Unavailable) circuit.failed();
  else if (code !== Code.DeadlineExceeded) circuit.succeeded();
  else if (timeoutMs >= FAIR_TIMEOUT_MS) circuit.failed();
}

/** It has not been made, so that making it again is for its first caller to decide. */
function refusal(sentence: string, delayMs: number): ConnectError {
  return Object.assign(retryLater(Code.Unavailable, sentence, delayMs), { isWireError: true });
}

function isRepeatable({ idempotency }: DescMethod): boolean {
  return idempotency === Idempotency.NO_SIDE_EFFECTS || idempotency === Idempotency.IDEMPOTENT;
}

function nameOf({ parent, name }: DescMethod): string {
  return `${parent.typeName}/${name}`;
}
