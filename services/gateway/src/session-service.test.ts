import { Code, createClient } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { createLocalTransport } from "@craic/runtime/local-transport.js";
import { type Registration, register } from "@craic/runtime/module.js";
import { createFakeAuth, exampleJwt } from "../../../tests/fixtures/fake-auth.js";
import { failure } from "../../../tests/fixtures/feed-bed.js";
import { createSessionService } from "./session-service.js";

const NOW = new Date("2026-06-20T22:00:00Z");
const account = { email: "aoife@example.org", password: "correct horse", displayName: "Aoife" };
const cleared = [
  expect.stringMatching(/^craic_access=; .*Max-Age=0/),
  expect.stringMatching(/^craic_refresh=; .*Max-Age=0/),
];

/** A browser, with its cookies, at a SessionService over a fake auth service. */
function setUp({ secure = false } = {}) {
  const clock = { now: NOW };
  const auth = createFakeAuth(() => clock.now);
  const over = (registration: Registration) =>
    createLocalTransport({ registrations: [registration], maxMessageBytes: 1_048_576 });
  const client = createClient(AuthService, over(auth.registration));
  const linked: [browserId: string, authorization: string][] = [];
  const linkPerson = async (...link: (typeof linked)[number]) => void linked.push(link);
  const service = createSessionService({ auth: client, linkPerson, now: () => clock.now, secure });
  const session = createClient(SessionService, over(register(SessionService, service)));

  const jar = new Map<string, string>();
  let setCookies: string[] = [];
  /** Call options that send the jar, and keep in it what comes back. */
  function browser(headers: Record<string, string> = {}) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    return { headers: { ...headers, ...(cookie && { cookie }) }, onHeader: keep };
  }
  function keep(headers: Headers) {
    setCookies = headers.getSetCookie();
    for (const text of setCookies) {
      const [, name = "", value = ""] = /^(\w+)=([^;]*)/.exec(text) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
  }
  function signIn() {
    const { accessToken, refreshToken } = auth.openSession();
    jar.set("craic_access", accessToken);
    jar.set("craic_refresh", refreshToken);
  }
  return { auth, session, clock, jar, linked, browser, keep, signIn, setCookies: () => setCookies };
}

describe.each(["register", "logIn"] as const)("SessionService.%s", (method) => {
  it("makes what experiments showed in the browser the person's, on their own word", async () => {
    const { session, browser, jar, linked } = setUp();
    const browserId = "01234567-89ab-4cde-8f01-000000000b0b";
    jar.set("craic_browser", browserId);
    await session[method](account, browser());
    expect(linked).toEqual([[browserId, `Bearer ${jar.get("craic_access")}`]]);
    expect(jar.get("craic_browser")).toBe(browserId);
  });

  it.each(["", "x", "019ee630-8501-7408-8167-ac1fca5633d4"])("links nothing with the id %j", async (id) => {
    const { session, browser, jar, linked } = setUp();
    jar.set("craic_browser", id);
    await session[method](account, browser());
    expect(linked).toEqual([]);
  });

  it("puts the session's tokens into cookies and not into the answer", async () => {
    const { session, browser, jar, setCookies } = setUp();
    const answer = await session[method](account, browser());
    expect(answer.user).toMatchObject({ userId: "user-1" });
    expect(setCookies()).toEqual([
      expect.stringMatching(/^craic_access=\S+; Path=\/; SameSite=Lax; HttpOnly; Max-Age=3600$/),
      expect.stringMatching(/^craic_refresh=refresh-1; .*SameSite=Strict; HttpOnly; Max-Age=3600$/),
    ]);
    expect(JSON.stringify(answer)).not.toContain(jar.get("craic_access"));
    expect(JSON.stringify(answer)).not.toContain("refresh-1");
  });

  it("asks the browser for TLS when the site or the request is served over it", async () => {
    const secured = setUp({ secure: true });
    await secured.session[method](account, secured.browser());
    expect(secured.setCookies()).toEqual([
      expect.stringMatching(/; Secure$/),
      expect.stringMatching(/; Secure$/),
    ]);
    const behindProxy = setUp();
    await behindProxy.session[method](account, behindProxy.browser({ "x-craic-client-encrypted": "true" }));
    expect(behindProxy.setCookies()[0]).toMatch(/; Secure$/);
  });

  it("is UNAVAILABLE without the auth service and sets nothing", async () => {
    const { auth, session, browser, jar } = setUp();
    auth.isAway = true;
    expect((await failure(session[method](account, browser()))).code).toBe(Code.Unavailable);
    expect(jar.size).toBe(0);
  });
});

it("SessionService.Register is ALREADY_EXISTS if the email is taken", async () => {
  const { session } = setUp();
  const error = await failure(session.register({ ...account, email: "niamh@example.org" }));
  expect(error.code).toBe(Code.AlreadyExists);
});

it("SessionService.LogIn is UNAUTHENTICATED if email and password do not belong together", async () => {
  const { session } = setUp();
  const error = await failure(session.logIn({ ...account, password: "wrong" }));
  expect(error.code).toBe(Code.Unauthenticated);
  expect(error.metadata.getSetCookie()).toEqual([]);
});

describe("SessionService.GetSession", () => {
  it("tells who is signed in and what they like", async () => {
    const { auth, session, browser, signIn, setCookies } = setUp();
    signIn();
    expect(await session.getSession({}, browser())).toMatchObject({
      user: { displayName: "Niamh" },
      preferences: { genres: ["techno"] },
    });
    expect(auth.traded).toEqual([]);
    expect(setCookies()).toEqual([]);
  });

  it("names nobody, and costs nothing, when there is no session", async () => {
    const { auth, session, browser } = setUp();
    auth.isAway = true;
    const answer = await session.getSession({}, browser());
    expect([answer.user, answer.preferences]).toEqual([undefined, undefined]);
  });

  it("refreshes tokens that have run out", async () => {
    const { auth, session, clock, browser, jar, signIn } = setUp();
    signIn();
    clock.now = new Date(NOW.getTime() + 600_000);
    expect((await session.getSession({}, browser())).user).toBeDefined();
    expect(auth.traded).toEqual(["refresh-1"]);
    expect(jar.get("craic_refresh")).toBe("refresh-2");
    expect((await session.getSession({}, browser())).user).toBeDefined();
    expect(auth.traded).toHaveLength(1);
  });

  it.each([
    ["is gone", undefined],
    ["is none of ours", exampleJwt(new Date(NOW.getTime() + 60_000), "forged")],
    ["is no token at all", "junk"],
    ["has claims that are no object", `e30.${Buffer.from("null").toString("base64url")}.x`],
  ])("refreshes when the access token %s", async (_, accessToken) => {
    const { auth, session, browser, jar, signIn } = setUp();
    signIn();
    jar.delete("craic_access");
    if (accessToken !== undefined) jar.set("craic_access", accessToken);
    expect((await session.getSession({}, browser())).user).toBeDefined();
    expect(auth.traded).toEqual(["refresh-1"]);
  });

  it("clears the cookies of a session that is over and names nobody", async () => {
    const { auth, session, clock, browser, jar, signIn, setCookies } = setUp();
    signIn();
    auth.live.clear();
    clock.now = new Date(NOW.getTime() + 600_000);
    expect((await session.getSession({}, browser())).user).toBeUndefined();
    expect(setCookies()).toEqual(cleared);
    expect(jar.size).toBe(0);
  });

  it("names nobody once the account is gone", async () => {
    const { auth, session, browser, jar, signIn } = setUp();
    signIn();
    auth.isKnown = false;
    auth.live.clear();
    expect((await session.getSession({}, browser())).user).toBeUndefined();
    expect(jar.size).toBe(0);
  });

  it("keeps the cookies while the auth service is away", async () => {
    const { auth, session, clock, browser, jar, signIn } = setUp();
    signIn();
    auth.isAway = true;
    expect((await failure(session.getSession({}, browser()))).code).toBe(Code.Unavailable);
    clock.now = new Date(NOW.getTime() + 600_000);
    const error = await failure(session.getSession({}, browser()));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.metadata.getSetCookie()).toEqual([]);
    expect(jar.size).toBe(2);
  });

  it("answers a program about its own token", async () => {
    const { auth, session, browser } = setUp();
    const { accessToken } = auth.openSession();
    const answer = await session.getSession({}, browser({ authorization: `Bearer ${accessToken}` }));
    expect(answer.user).toBeDefined();
    expect(auth.traded).toEqual([]);
  });
});

describe("two tabs that find their session's token expired", () => {
  it("at the same moment get the same new tokens, and nobody is logged out", async () => {
    const { auth, session, clock, browser, jar, signIn } = setUp();
    signIn();
    clock.now = new Date(NOW.getTime() + 600_000);
    let open = () => {};
    auth.gate = new Promise((resolve) => {
      open = resolve;
    });
    const tabs = [session.getSession({}, browser()), session.getSession({}, browser())];
    await new Promise(setImmediate);
    open();
    for (const { user } of await Promise.all(tabs)) expect(user).toBeDefined();
    expect(auth.traded).toEqual(["refresh-1"]);
    clock.now = new Date(NOW.getTime() + 1_200_000);
    expect((await session.getSession({}, browser())).user).toBeDefined();
    expect(jar.get("craic_refresh")).toBe("refresh-3");
  });

  it("a moment apart get the same new tokens too", async () => {
    const { auth, session, clock, browser, signIn } = setUp();
    signIn();
    clock.now = new Date(NOW.getTime() + 600_000);
    const slowTab = browser();
    await session.getSession({}, browser());
    clock.now = new Date(NOW.getTime() + 609_999);
    expect((await session.getSession({}, slowTab)).user).toBeDefined();
    expect(auth.traded).toEqual(["refresh-1"]);
  });

  it("get nothing for a spent token later on, which only a thief would present", async () => {
    const { auth, session, clock, browser, signIn } = setUp();
    signIn();
    clock.now = new Date(NOW.getTime() + 600_000);
    const stolen = browser();
    await session.getSession({}, browser());
    clock.now = new Date(NOW.getTime() + 610_000);
    expect((await session.getSession({}, stolen)).user).toBeUndefined();
    expect(auth.traded).toEqual(["refresh-1", "refresh-1"]);
  });

  it("do not suffer when the one that came first goes away", async () => {
    const { auth, session, clock, browser, signIn } = setUp();
    signIn();
    clock.now = new Date(NOW.getTime() + 600_000);
    let open = () => {};
    auth.gate = new Promise((resolve) => {
      open = resolve;
    });
    const closing = new AbortController();
    const first = failure(session.getSession({}, { ...browser(), signal: closing.signal }));
    await new Promise(setImmediate);
    const second = session.getSession({}, browser());
    closing.abort();
    expect((await first).code).toBe(Code.Canceled);
    open();
    expect((await second).user).toBeDefined();
  });

  it("may try again when the trade failed", async () => {
    const { auth, session, clock, browser, signIn } = setUp();
    signIn();
    clock.now = new Date(NOW.getTime() + 600_000);
    auth.isAway = true;
    await failure(session.getSession({}, browser()));
    auth.isAway = false;
    expect((await session.getSession({}, browser())).user).toBeDefined();
  });
});

describe("SessionService.LogOut", () => {
  it("ends the session and clears the cookies", async () => {
    const { auth, session, browser, signIn, setCookies } = setUp();
    signIn();
    await session.logOut({}, browser());
    expect(auth.loggedOut).toEqual(["refresh-1"]);
    expect(setCookies()).toEqual(cleared);
  });

  it("is OK when there is no session", async () => {
    const { auth, session, browser, setCookies } = setUp();
    await session.logOut({}, browser());
    expect(auth.loggedOut).toEqual([]);
    expect(setCookies()).toEqual(cleared);
  });

  it("clears the cookies even when the auth service is away, and says that it was", async () => {
    const { auth, session, browser, signIn } = setUp();
    signIn();
    auth.isAway = true;
    const error = await failure(session.logOut({}, browser()));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.metadata.getSetCookie()).toEqual(cleared);
  });

  it("leaves nothing to a tab that comes with the session's earlier token", async () => {
    const { session, clock, browser, signIn } = setUp();
    signIn();
    clock.now = new Date(NOW.getTime() + 600_000);
    const slowTab = browser();
    await session.getSession({}, browser());
    await session.logOut({}, browser());
    expect((await session.getSession({}, slowTab)).user).toBeUndefined();
  });
});
