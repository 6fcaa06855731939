import type { ConnectError } from "@connectrpc/connect";

/** A call that can be ended before its handler does. */
export interface Endable {
  cutOff(error: ConnectError): void;
}

/** The calls of a server that have not been answered yet. */
export class UnderWay {
  private readonly calls = new Set<Endable>();

  add(call: Endable): void {
    this.calls.add(call);
  }

  delete(call: Endable): void {
    this.calls.delete(call);
  }

  /** Ends all of them: their callers get `error`, their handlers hear of it by their signal. */
  cutOff(error: ConnectError): void {
    for (const call of this.calls) call.cutOff(error);
    this.calls.clear();
  }
}
