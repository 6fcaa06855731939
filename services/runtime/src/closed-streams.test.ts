import { once } from "node:events";
import { connect, createServer, type Http2Stream, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { emptyClosedStreams } from "./closed-streams.js";

describe("emptyClosedStreams", () => {
  it("takes the listeners off the streams of both sides, once all have heard that the stream is closed", async () => {
    emptyClosedStreams();
    const server = createServer();
    const streamAtServer = Promise.withResolvers<ServerHttp2Stream>();
    server.on("stream", (stream) => {
      stream.respond({ ":status": 200 });
      stream.resume().on("end", () => stream.end("an answer"));
      streamAtServer.resolve(stream);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

    const atClient = session.request({ ":path": "/", ":method": "POST" });
    let answer = "";
    atClient.setEncoding("utf8").on("data", (chunk) => {
      answer += chunk;
    });
    atClient.end("a request");
    const atServer = await streamAtServer.promise;
    const heard = Promise.all([closing(atClient), closing(atServer)]);
    expect(atClient.eventNames()).toContain("data");
    await heard;

    expect(answer).toBe("an answer");
    expect(atClient.eventNames()).toEqual([]);
    expect(atServer.eventNames()).toEqual([]);
    session.close();
    await new Promise((resolve) => server.close(resolve));
  });
});

/** Both listeners, the one that is added first and the one that comes last, are told. */
async function closing(stream: Http2Stream): Promise<void> {
  await Promise.all([once(stream, "close"), new Promise((resolve) => stream.on("close", resolve))]);
  // Until the event is over.
  await new Promise((resolve) => setImmediate(resolve));
}
