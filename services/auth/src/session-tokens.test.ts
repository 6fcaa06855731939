import { Code, ConnectError } from "@connectrpc/connect";
import { decodeJwt } from "jose";
import { pino } from "pino";
import { type AuthBed, createAuthBed, DAY_MS, MINUTE_MS } from "../../../tests/fixtures/auth-bed.js";
import { REUSE_GRACE_MS } from "./session.js";

const credentials = { email: "ada@example.ie", password: "correct horse" };
const logged: string[] = [];

let bed: AuthBed;
beforeAll(async () => {
  const log = pino({ level: "trace" }, { write: (line) => logged.push(line) });
  bed = await createAuthBed({ log });
  await bed.nobody.register({ ...credentials, displayName: "Ada Lovelace" });
});
afterAll(() => bed.close());
beforeEach(() => {
  logged.length = 0;
});

describe("AuthService.Refresh", () => {
  it("trades a token for a new pair, again and again", async () => {
    const first = await logIn();
    bed.advance(15 * MINUTE_MS);
    const second = await refresh(first.refreshToken);
    bed.advance(15 * MINUTE_MS);
    const third = await refresh(second.refreshToken);
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect(decodeJwt(third.accessToken)).toMatchObject({ exp: Math.floor(bed.now().getTime() / 1000) + 900 });
  });

  it("ends the whole session when a token comes back, and writes that down", async () => {
    const first = await logIn();
    const second = await refresh(first.refreshToken);
    bed.advance(REUSE_GRACE_MS);
    expect(logged).toEqual([]);
    expect(await refusal(first.refreshToken)).toBe(Code.Unauthenticated);
    expect(logged.map((line) => JSON.parse(line).msg)).toEqual([
      "a spent refresh token came back; its session was ended",
    ]);
    expect(await refusal(second.refreshToken)).toBe(Code.Unauthenticated);
    expect(logged).toHaveLength(1);
  });

  it("leaves the person's other sessions alone when it ends one", async () => {
    const [stolen, other] = [await logIn(), await logIn()];
    await refresh(stolen.refreshToken);
    bed.advance(REUSE_GRACE_MS);
    await refusal(stolen.refreshToken);
    await expect(refresh(other.refreshToken)).resolves.toBeDefined();
  });

  it("gives each of two tabs that wake together a pair that goes on working", async () => {
    const { refreshToken } = await logIn();
    const [tab, otherTab] = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect(tab.refreshToken).not.toBe(otherTab.refreshToken);
    bed.advance(15 * MINUTE_MS);
    await expect(refresh(tab.refreshToken)).resolves.toBeDefined();
    await expect(refresh(otherTab.refreshToken)).resolves.toBeDefined();
  });

  it("goes on for as long as the person comes back within thirty days, and no longer", async () => {
    let { refreshToken } = await logIn();
    for (let i = 0; i < 3; i++) {
      bed.advance(30 * DAY_MS - 1);
      ({ refreshToken } = await refresh(refreshToken));
    }
    bed.advance(30 * DAY_MS);
    expect(await refusal(refreshToken)).toBe(Code.Unauthenticated);
  });

  it("is UNAUTHENTICATED for a token of no session", async () => {
    expect(await refusal("not a token")).toBe(Code.Unauthenticated);
    expect(await refusal(Buffer.alloc(48, 7).toString("base64url"))).toBe(Code.Unauthenticated);
  });

  it("puts roles into the token as they are now", async () => {
    const before = await logIn();
    expect(decodeJwt(before.accessToken).roles).toEqual([]);
    await bed.database.pool.query(`UPDATE users SET roles = '["admin"]' WHERE email = ?`, [
      credentials.email,
    ]);
    const after = await refresh(before.refreshToken);
    expect(decodeJwt(after.accessToken).roles).toEqual(["admin"]);
  });

  it("is UNAUTHENTICATED when the account is gone", async () => {
    const email = "gone@example.ie";
    const { tokens } = await bed.nobody.register({ ...credentials, email, displayName: "Gone" });
    await bed.database.pool.query("DELETE FROM users WHERE email = ?", [email]);
    expect(await refusal(tokens?.refreshToken ?? "")).toBe(Code.Unauthenticated);
  });
});

describe("AuthService.LogOut", () => {
  it("ends the session", async () => {
    const { refreshToken } = await logIn();
    await bed.nobody.logOut({ refreshToken });
    expect(await refusal(refreshToken)).toBe(Code.Unauthenticated);
  });

  it("ends it by any of its tokens, even one spent long ago", async () => {
    const first = await logIn();
    bed.advance(DAY_MS);
    const second = await refresh(first.refreshToken);
    bed.advance(DAY_MS);
    const third = await refresh(second.refreshToken);
    await bed.nobody.logOut({ refreshToken: first.refreshToken });
    expect(await refusal(third.refreshToken)).toBe(Code.Unauthenticated);
  });

  it.each(["not a token", Buffer.alloc(48, 7).toString("base64url")])(
    "answers OK for %j",
    async (refreshToken) => {
      await expect(bed.nobody.logOut({ refreshToken })).resolves.toBeDefined();
    },
  );

  it("answers OK the second time too", async () => {
    const { refreshToken } = await logIn();
    await bed.nobody.logOut({ refreshToken });
    await expect(bed.nobody.logOut({ refreshToken })).resolves.toBeDefined();
  });
});

describe("the log", () => {
  it("names no person and holds no token, whatever goes wrong", async () => {
    const { refreshToken } = await logIn();
    await refresh(refreshToken);
    bed.advance(REUSE_GRACE_MS);
    await refusal(refreshToken);
    expect(logged).toHaveLength(1);
    expect(logged.join("")).not.toMatch(/ada|lovelace|horse/i);
    expect(logged.join("")).not.toContain(refreshToken);
  });
});

async function logIn() {
  const { tokens } = await bed.nobody.logIn(credentials);
  if (tokens === undefined) throw new Error("tokens are missing");
  return tokens;
}

async function refresh(refreshToken: string) {
  const { tokens, user } = await bed.nobody.refresh({ refreshToken });
  if (tokens === undefined) throw new Error("tokens are missing");
  expect(user?.email).toBe(credentials.email);
  return tokens;
}

async function refusal(refreshToken: string): Promise<Code> {
  return await bed.nobody.refresh({ refreshToken }).then(
    () => Promise.reject(new Error("the refresh succeeded")),
    (error) => ConnectError.from(error).code,
  );
}
