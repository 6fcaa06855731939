import { type CallOptions, type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { ErrorInfoSchema, RetryInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { EchoService } from "../../../tests/wire/gen/wire/v1/echo_service_pb.js";
import { createTokenIssuer, type TokenIssuer } from "../../../tests/wire/token-issuer.js";
import { access } from "./access.js";
import { createKeyFinder } from "./key-set.js";
import { createLocalTransport } from "./local-transport.js";
import { register } from "./module.js";
import { principalKey } from "./principal.js";

const MINUTE_MS = 60_000;
const MAX_TOKENS = 50;

let nowMs: number;
let issuer: TokenIssuer;
let client: Client<typeof EchoService>;
const now = () => nowMs;

beforeEach(() => {
  nowMs = Date.UTC(2026, 5, 20);
  issuer = createTokenIssuer(now);
  const keys = createLocalTransport({ registrations: [issuer.registration], maxMessageBytes: 10_000 });
  const service = register(EchoService, {
    forUsers: (_, { values }) => ({ userId: values.get(principalKey).userId }),
    forAdmins: () => ({}),
    echo: () => ({}),
  });
  const transport = createLocalTransport({
    registrations: [service],
    serverInterceptors: [access(createKeyFinder(keys, now), now, MAX_TOKENS)],
    maxMessageBytes: 10_000,
  });
  client = createClient(EchoService, transport);
});

describe("access()", () => {
  it("lets a person with a good token through, as who they are", async () => {
    expect((await forUsers(issuer.token({ sub: "user-9" }))).userId).toBe("user-9");
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["another issuer's", { iss: "somebody" }, {}],
    ["one for somebody else", { aud: "somebody" }, {}],
    ["one for nobody", { aud: undefined }, {}],
    ["one about nobody", { sub: "" }, {}],
    ["one about a number", { sub: 7 }, {}],
    ["one without an end", { exp: undefined }, {}],
    ["one from the future", { iat: Date.UTC(2026, 5, 20) / 1_000 + 61 }, {}],
    ["one whose roles are no texts", { roles: [1] }, {}],
    ["one that names a key of nobody", {}, { kid: "nobody" }],
    ["one that names no key", {}, { kid: undefined }],
    ["one that claims to need no signature", {}, { alg: "none" }],
    ["one of another algorithm", {}, { alg: "HS256" }],
  ])("refuses %s", async (_, claims, header) => {
    expect(await refusal(forUsers(issuer.token(claims, header)))).toEqual([
      Code.Unauthenticated,
      "TOKEN_INVALID",
    ]);
  });

  it("takes a token for several, if we are one of them", async () => {
    await forUsers(issuer.token({ aud: ["somebody", "craic"] }));
  });

  it.each(["", "a", "a.b", "a.b.c.d", "..", "e30.e30.", "bm8.bm8.bm8", "W10.W10.W10"])(
    "refuses %j",
    async (token) => {
      expect(await refusal(forUsers(token))).toEqual([Code.Unauthenticated, "TOKEN_INVALID"]);
    },
  );

  it("refuses a token whose claims were changed after it was signed", async () => {
    const [head, , signature] = issuer.token().split(".");
    const [, body] = issuer.token({ roles: ["admin"] }).split(".");
    expect(await refusal(forUsers(`${head}.${body}.${signature}`))).toEqual([
      Code.Unauthenticated,
      "TOKEN_INVALID",
    ]);
  });

  it("refuses another scheme than Bearer", async () => {
    const call = client.echo({}, { headers: { authorization: "Basic dXNlcjpwYXNz" } });
    expect(await refusal(call)).toEqual([Code.Unauthenticated, "TOKEN_INVALID"]);
  });

  it("refuses a token from the instant that it expires, one that it knows included", async () => {
    const token = issuer.token();
    await forUsers(token);
    nowMs += 10 * MINUTE_MS - 1;
    await forUsers(token);
    nowMs += 1;
    expect(await refusal(forUsers(token))).toEqual([Code.Unauthenticated, "TOKEN_EXPIRED"]);
  });

  it("tells those who may not from those who are not signed in", async () => {
    expect(await refusal(client.forUsers({}))).toEqual([Code.Unauthenticated, "TOKEN_MISSING"]);
    expect(await refusal(client.forAdmins({}))).toEqual([Code.Unauthenticated, "TOKEN_MISSING"]);
    expect(await refusal(client.forAdmins({}, bearer(issuer.token())))).toEqual([
      Code.PermissionDenied,
      "NOT_ALLOWED",
    ]);
    await client.forAdmins({}, bearer(issuer.token({ roles: ["editor", "admin"] })));
  });

  it("verifies a token once, and forgets the one that has been idle longest", async () => {
    const exp = nowMs / 1_000 + 3_600;
    const tokens = Array.from({ length: MAX_TOKENS + 1 }, (_, i) => issuer.token({ sub: `user-${i}`, exp }));
    const [first, second, ...others] = tokens as [string, string, ...string[]];
    await forUsers(first);
    await forUsers(second);
    await forUsers(first);
    for (const token of others) await forUsers(token);
    // Only a token that is not verified again gets past the end of its key.
    issuer.rotate();
    issuer.withdraw();
    nowMs += 10 * MINUTE_MS;
    await forUsers(first);
    expect(await refusal(forUsers(second))).toEqual([Code.Unauthenticated, "TOKEN_INVALID"]);
  });
});

describe("createKeyFinder()", () => {
  it("asks for the keys once for many calls at a time", async () => {
    await Promise.all(Array.from({ length: 10 }, (_, i) => forUsers(issuer.token({ sub: `user-${i}` }))));
    expect(issuer.asked()).toBe(1);
  });

  it("asks again for a key that is new, but not at every junk token", async () => {
    await forUsers(issuer.token());
    issuer.rotate();
    const fresh = issuer.token();
    // Just asked: too soon to ask again.
    expect(await refusal(forUsers(fresh))).toEqual([Code.Unauthenticated, "TOKEN_INVALID"]);
    expect(issuer.asked()).toBe(1);
    nowMs += 10_000;
    await forUsers(fresh);
    expect(issuer.asked()).toBe(2);
    for (let i = 0; i < 5; i++) await refusal(forUsers(issuer.token({}, { kid: `junk-${i}` })));
    expect(issuer.asked()).toBe(2);
  });

  it("asks again after a while, so that a withdrawn key is not trusted for ever", async () => {
    await forUsers(issuer.token());
    nowMs += 10 * MINUTE_MS;
    await forUsers(issuer.token());
    expect(issuer.asked()).toBe(2);
  });

  it("is UNAVAILABLE, with a time to try again, while there are no keys to be had", async () => {
    issuer.isAway = true;
    const error = await forUsers(issuer.token()).catch((error: unknown) => error as ConnectError);
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect((error as ConnectError).findDetails(RetryInfoSchema)).toHaveLength(1);
    issuer.isAway = false;
    await forUsers(issuer.token());
  });

  it("goes on with the keys that it has while there are no new ones to be had", async () => {
    await forUsers(issuer.token());
    issuer.isAway = true;
    nowMs += 20 * MINUTE_MS;
    await forUsers(issuer.token());
    expect(issuer.asked()).toBe(2);
  });
});

const bearer = (token: string): CallOptions => ({ headers: { authorization: `Bearer ${token}` } });

function forUsers(token: string) {
  return client.forUsers({}, bearer(token));
}

async function refusal(call: Promise<unknown>): Promise<[Code, string | undefined]> {
  const error = await call.catch((error: unknown) => error);
  if (!(error instanceof ConnectError)) throw new Error("the call was let through");
  return [error.code, error.findDetails(ErrorInfoSchema)[0]?.reason];
}
