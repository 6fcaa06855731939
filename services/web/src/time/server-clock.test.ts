import { createClient, createRouterTransport } from "@connectrpc/connect";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { createServerClock } from "./server-clock.js";

const local = new Date("2026-11-21T12:00:00Z");

describe("the server's clock", () => {
  it.each([
    ["ten minutes behind", "Sat, 21 Nov 2026 11:50:00 GMT", "2026-11-21T11:50:00.000Z"],
    ["an hour ahead", "Sat, 21 Nov 2026 13:00:00 GMT", "2026-11-21T13:00:00.000Z"],
    [
      "a second off, which the network may be to blame for",
      "Sat, 21 Nov 2026 12:00:01 GMT",
      local.toISOString(),
    ],
  ])("is followed when it is %s", async (_, date, iso) => {
    expect((await clockAfterAnswer(date)).now().toISOString()).toBe(iso);
  });

  it("is the person's own without a date to go by", async () => {
    expect((await clockAfterAnswer("soon")).now()).toEqual(local);
  });
});

/** A clock that has seen one answer. */
async function clockAfterAnswer(date: string) {
  const clock = createServerClock(() => local);
  const transport = createRouterTransport(
    ({ service }) =>
      service(FeedService, {
        listCities(_, { responseHeader }) {
          responseHeader.set("date", date);
          return {};
        },
      }),
    { transport: { interceptors: [clock.interceptor] } },
  );
  await createClient(FeedService, transport).listCities({});
  return clock;
}
