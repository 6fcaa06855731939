import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publicKeyOf, verifyAccessToken } from "@craic/runtime/access-token.js";
import { createLocalJWKSet, errors, jwtVerify } from "jose";
import { issueAccessToken } from "./access-token.js";
import { keyToProto } from "./auth-to-proto.js";
import { loadOrCreateSigningKey } from "./signing-key.js";

const folder = mkdtempSync(join(tmpdir(), "craic-token-"));
afterAll(() => rmSync(folder, { recursive: true }));

const key = loadOrCreateSigningKey(join(folder, "key.pem"));
const published = createLocalJWKSet({ keys: [keyToProto(key)] });
const now = new Date("2026-06-20T22:00:00.750Z");
const subject = { userId: "0197915c-3e0a-7cc3-8a1e-5b2f4d6c8e90", roles: ["admin"] };
const { token, expireTime } = issueAccessToken(key, subject, now, 900);
const expectations = { issuer: "craic", audience: "craic", algorithms: ["EdDSA"], currentDate: now };

describe("issueAccessToken()", () => {
  it("makes a token that the published key set verifies", async () => {
    const { payload, protectedHeader } = await jwtVerify(token, published, expectations);
    expect(protectedHeader).toEqual({ alg: "EdDSA", typ: "JWT", kid: key.kid });
    expect(payload).toEqual({
      iss: "craic",
      aud: "craic",
      sub: subject.userId,
      roles: ["admin"],
      iat: Date.parse("2026-06-20T22:00:00Z") / 1000,
      exp: Date.parse("2026-06-20T22:15:00Z") / 1000,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(expireTime).toEqual(new Date("2026-06-20T22:15:00Z"));
  });

  it("makes a token that every service takes", async () => {
    const findKey = async (kid: string) => (kid === key.kid ? publicKeyOf(keyToProto(key)) : undefined);
    const verified = await verifyAccessToken(token, findKey, now.getTime());
    expect(verified).toEqual({ principal: subject, expiresAtMs: expireTime.getTime() });
  });

  it("is over when it says so", async () => {
    const verify = (currentDate: Date) => jwtVerify(token, published, { ...expectations, currentDate });
    await expect(verify(new Date(expireTime.getTime() - 1))).resolves.toBeDefined();
    await expect(verify(expireTime)).rejects.toBeInstanceOf(errors.JWTExpired);
  });

  it("does not verify with other claims", async () => {
    const [header, claims = "", signature] = token.split(".");
    const raised = JSON.parse(Buffer.from(claims, "base64url").toString());
    raised.sub = "0197915c-0000-7cc3-8a1e-5b2f4d6c8e90";
    const forged = Buffer.from(JSON.stringify(raised)).toString("base64url");
    const verified = jwtVerify(`${header}.${forged}.${signature}`, published, expectations);
    await expect(verified).rejects.toBeInstanceOf(errors.JWSSignatureVerificationFailed);
  });

  it("does not verify when another key signed it under the same id", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const forged = issueAccessToken({ ...key, privateKey }, subject, now, 900);
    const verified = jwtVerify(forged.token, published, expectations);
    await expect(verified).rejects.toBeInstanceOf(errors.JWSSignatureVerificationFailed);
  });

  it("gives each token an id of its own", async () => {
    const other = await jwtVerify(issueAccessToken(key, subject, now, 900).token, published, expectations);
    const first = await jwtVerify(token, published, expectations);
    expect(other.payload.jti).not.toBe(first.payload.jti);
  });
});
