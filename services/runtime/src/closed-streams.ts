import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Http2Stream } from "node:http2";

/**
 * Has HTTP/2 streams of either side refer to nothing once they are closed, from now on.
 *
 * A stream outlives its call. Node gives each a callback by assignment (`this.onwrite = …`), and V8 takes what is
 * assigned to be there to stay: it allocates such a function as an old object, and what an old object refers to is
 * kept until the next major collection, dead or not. So is the stream, and by its listeners it had all of a call with
 * it: request, answer, headers. A tenth of what a call leaves behind was kept like that, copied twice, and collected
 * by major collections ten times as often as what lives asks for.
 */
export function emptyClosedStreams(): void {
  for (const side of ["server", "client"]) {
    const channel = `http2.${side}.stream.close`;
    // Once, however often this is called.
    unsubscribe(channel, emptyOnceClosed);
    subscribe(channel, emptyOnceClosed);
  }
}

function emptyOnceClosed(message: unknown): void {
  (message as { stream: Http2Stream }).stream.once("close", empty);
}

/** The listeners of "close" itself are called all the same. */
function empty(this: Http2Stream): void {
  this.removeAllListeners();
}
