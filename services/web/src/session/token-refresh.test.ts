import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { ErrorInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { refreshExpiredToken } from "./token-refresh.js";

describe("refreshExpiredToken()", () => {
  it("refreshes the session and makes the call again", async () => {
    const { feed, calls } = bed();
    await expect(feed.listCities({})).resolves.toMatchObject({ cities: [] });
    expect(calls).toEqual(["cities", "session", "cities"]);
  });

  it("refreshes once for calls that fail together", async () => {
    const { feed, calls } = bed();
    await Promise.all([feed.listCities({}), feed.listCities({})]);
    expect(calls.filter((call) => call === "session")).toHaveLength(1);
  });

  it("gives up when the new token is refused as well", async () => {
    const { feed, calls } = bed({ refreshHelps: false });
    await expect(feed.listCities({})).rejects.toMatchObject({ code: Code.Unauthenticated });
    expect(calls).toEqual(["cities", "session", "cities"]);
  });

  it("leaves other failures alone", async () => {
    const { feed, calls } = bed({ reason: "TOKEN_REVOKED" });
    await expect(feed.listCities({})).rejects.toMatchObject({ code: Code.Unauthenticated });
    expect(calls).toEqual(["cities"]);
  });

  it("does not wait for itself when the refresh is what fails", async () => {
    const { session } = bed({ sessionExpired: true });
    await expect(session.getSession({})).rejects.toMatchObject({ code: Code.Unauthenticated });
  });
});

function bed({ reason = "TOKEN_EXPIRED", refreshHelps = true, sessionExpired = false } = {}) {
  const calls: string[] = [];
  let fresh = false;
  const expired = () =>
    new ConnectError("token", Code.Unauthenticated, undefined, [
      { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason, domain: "craic" }) },
    ]);
  const transport = createRouterTransport(
    ({ service }) => {
      service(FeedService, {
        listCities() {
          calls.push("cities");
          if (!fresh) throw expired();
          return {};
        },
      });
      service(SessionService, {
        getSession() {
          calls.push("session");
          if (sessionExpired) throw expired();
          fresh = refreshHelps;
          return {};
        },
      });
    },
    { transport: { interceptors: [refreshExpiredToken(() => session.getSession({}))] } },
  );
  const session = createClient(SessionService, transport);
  return { feed: createClient(FeedService, transport), session, calls };
}
