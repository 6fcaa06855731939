import type { ConnectError } from "@connectrpc/connect";

/** A call that can be ended before its handler does. */
export interface Endable {
  /** Where it is among the calls under way; −1 when it is not. */
  place: number;
  cutOff(error: ConnectError): void;
}

/**
 * The calls of a server that have not been answered yet. Not a Set: each table of a Set that is outgrown refers to the
 * next, and once one of them is old V8 keeps all that follow until the next major collection, and every call in them.
 */
export class UnderWay {
  private calls: Endable[] = [];

  add(call: Endable): void {
    call.place = this.calls.push(call) - 1;
  }

  delete(call: Endable): void {
    const { place } = call;
    if (place < 0) return;
    call.place = -1;
    const last = this.calls.pop() as Endable;
    if (last === call) return;
    this.calls[place] = last;
    last.place = place;
  }

  /** Ends all of them: their callers get `error`, their handlers hear of it by their signal. */
  cutOff(error: ConnectError): void {
    const { calls } = this;
    this.calls = [];
    for (const call of calls) call.place = -1;
    for (const call of calls) call.cutOff(error);
  }
}
