import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { TokenPairSchema } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { clearSessionCookies, readSessionCookies, setSessionCookies } from "./cookies.js";

const now = new Date("2026-06-20T22:00:00Z");
const tokens = create(TokenPairSchema, {
  accessToken: "access.jwt",
  accessTokenExpireTime: timestampFromDate(new Date("2026-06-20T22:10:00Z")),
  refreshToken: "refresh-1",
  refreshTokenExpireTime: timestampFromDate(new Date("2026-06-20T23:00:00Z")),
});

describe("setSessionCookies", () => {
  it("hides both tokens from scripts and sends the refresh token to SessionService only", () => {
    expect(setSessionCookies(tokens, false, now)).toEqual([
      "craic_access=access.jwt; Path=/; SameSite=Lax; HttpOnly; Max-Age=3600",
      "craic_refresh=refresh-1; Path=/craic.gateway.v1.SessionService/; SameSite=Strict; HttpOnly; Max-Age=3600",
    ]);
  });

  it("asks for TLS when the site is served over it", () => {
    for (const cookie of setSessionCookies(tokens, true, now)) expect(cookie).toMatch(/; Secure$/);
  });
});

describe("clearSessionCookies", () => {
  it("empties both cookies under the paths they were set with", () => {
    expect(clearSessionCookies(false)).toEqual([
      "craic_access=; Path=/; SameSite=Lax; HttpOnly; Max-Age=0",
      "craic_refresh=; Path=/craic.gateway.v1.SessionService/; SameSite=Strict; HttpOnly; Max-Age=0",
    ]);
  });
});

describe("readSessionCookies", () => {
  it("finds the tokens among other cookies", () => {
    expect(readSessionCookies("theme=dark; craic_access=a.b=; craic_refresh=r")).toEqual({
      accessToken: "a.b=",
      refreshToken: "r",
    });
  });

  it.each([null, "", ";;=;", "craic_access", "craic_access=", "craic_accessory=x"])(
    "finds nothing in %j",
    (header) => {
      expect(readSessionCookies(header)).toEqual({});
    },
  );

  it("takes the first of two cookies with one name", () => {
    expect(readSessionCookies("craic_access=longer-path; craic_access=other").accessToken).toBe(
      "longer-path",
    );
  });
});
