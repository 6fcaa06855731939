import { createClient, createRouterTransport } from "@connectrpc/connect";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { createReadAfterWrite } from "./read-after-write.js";

describe("createReadAfterWrite()", () => {
  it("holds a read back until the write is through", async () => {
    const { feed, order, readAfterWrite } = bed();
    const write = Promise.withResolvers<void>();
    readAfterWrite.waitFor(() => write.promise);
    const read = feed.listCities({});
    order.push("written");
    write.resolve();
    await read;
    expect(order).toEqual(["written", "read"]);
  });

  it("does not wait for ever", async () => {
    const { feed, order, readAfterWrite, timers } = bed();
    readAfterWrite.waitFor(() => new Promise(() => {}));
    const read = feed.listCities({});
    timers[0]?.();
    await read;
    expect(order).toEqual(["read"]);
  });
});

function bed() {
  const order: string[] = [];
  const timers: (() => void)[] = [];
  const readAfterWrite = createReadAfterWrite((_, callback) => {
    timers.push(callback);
    return () => {};
  });
  const transport = createRouterTransport(
    ({ service }) =>
      service(FeedService, {
        listCities() {
          order.push("read");
          return {};
        },
      }),
    { transport: { interceptors: [readAfterWrite.interceptor] } },
  );
  return { feed: createClient(FeedService, transport), order, timers, readAfterWrite };
}
