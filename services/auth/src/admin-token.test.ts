import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt, importJWK, jwtVerify } from "jose";
import { printAdminToken } from "./admin-token.js";
import { loadOrCreateSigningKey } from "./signing-key.js";

const folder = mkdtempSync(join(tmpdir(), "craic-admin-"));
afterAll(() => rmSync(folder, { recursive: true }));

const now = new Date("2026-06-20T22:00:00Z");
const keyFile = join(folder, "key.pem");
const key = loadOrCreateSigningKey(keyFile);

describe("printAdminToken()", () => {
  it("prints a token with the role admin and nothing else", async () => {
    const { status, out, error } = run([]);
    expect({ status, error }).toEqual({ status: 0, error: "" });
    expect(out).toMatch(/^\S+\n$/);
    const jwk = await importJWK({ kty: "OKP", crv: "Ed25519", x: key.x }, "EdDSA");
    const { payload } = await jwtVerify(out.trim(), jwk, {
      issuer: "craic",
      audience: "craic",
      currentDate: now,
    });
    expect(payload).toMatchObject({ sub: "00000000-0000-0000-0000-000000000000", roles: ["admin"] });
    expect(payload.exp).toBe(Date.parse("2026-06-20T22:15:00Z") / 1000);
  });

  it("takes a duration and a user", () => {
    const userId = "0197915c-3e0a-7cc3-8a1e-5b2f4d6c8e90";
    const { out } = run(["--minutes", "90", "--user-id", userId]);
    const { sub, iat = 0, exp } = decodeJwt(out.trim());
    expect({ sub, exp }).toEqual({ sub: userId, exp: iat + 90 * 60 });
  });

  it("explains itself, without needing a key", () => {
    const { status, out } = run(["--help"], {});
    expect(status).toBe(0);
    expect(out).toContain("usage: admin-token");
  });

  it.each([
    [["--minutes", "0"], '--minutes is "0"'],
    [["--minutes", "1441"], '--minutes is "1441"'],
    [["--minutes", "soon"], '--minutes is "soon"'],
    [["--minutes", "1.5"], '--minutes is "1.5"'],
    [["--user-id", "ada"], '--user-id is "ada"'],
    [["--for-ever"], "--for-ever"],
    [["admin"], "admin"],
  ])("answers 2 and says why for %j", (args, why) => {
    const { status, out, error } = run(args);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(error).toContain(why);
    expect(error).toContain("usage: admin-token");
  });

  it("answers 1, and makes no key, where there is none", () => {
    const missing = join(folder, "missing.pem");
    const { status, error } = run([], { CRAIC_AUTH_KEY_FILE: missing });
    expect({ status, error }).toEqual({
      status: 1,
      error: `${missing} does not exist: start Craic once, which makes it\n`,
    });
    expect(existsSync(missing)).toBe(false);
    expect(run([], {})).toMatchObject({ status: 1, error: expect.stringContaining("CRAIC_AUTH_KEY_FILE") });
  });
});

function run(
  args: readonly string[],
  environment: Record<string, string> = { CRAIC_AUTH_KEY_FILE: keyFile },
) {
  let out = "";
  let error = "";
  const status = printAdminToken(environment, args, {
    now: () => now,
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { status, out, error };
}
