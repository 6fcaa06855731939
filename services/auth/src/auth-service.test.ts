import { randomUUID } from "node:crypto";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { createLocalJWKSet, jwtVerify } from "jose";
import { type AuthBed, createAuthBed } from "../../../tests/fixtures/auth-bed.js";

let bed: AuthBed;
beforeAll(async () => {
  bed = await createAuthBed();
});
afterAll(() => bed.close());

const absent = "0197915c-0000-7cc3-8a1e-5b2f4d6c8e90";
const djId = "0197915c-3e0a-7cc3-8a1e-5b2f4d6c8e90";

describe("AuthService.Register", () => {
  it("makes an account, its email and name tidied, and signs it in", async () => {
    const email = newEmail();
    const { user, tokens } = await bed.nobody.register({
      email: ` ${email.toUpperCase()}\t`,
      password: "correct horse",
      displayName: "  Ada Lovelace ",
    });
    expect(user).toMatchObject({ email, displayName: "Ada Lovelace", roles: [] });
    expect(user?.userId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(user?.createTime && timestampDate(user.createTime)).toEqual(bed.now());
    expect((await bed.as(user?.userId ?? "").getUser({})).user).toEqual(user);
    expect((await bed.nobody.refresh({ refreshToken: tokens?.refreshToken })).user).toEqual(user);
  });

  it("says when the tokens end: in a quarter of an hour, and in thirty days", async () => {
    const { tokens } = await register();
    const { accessTokenExpireTime, refreshTokenExpireTime } = tokens;
    // A token counts in whole seconds.
    expect(accessTokenExpireTime && timestampDate(accessTokenExpireTime)).toEqual(
      new Date(Math.floor(bed.now().getTime() / 1000) * 1000 + 15 * 60_000),
    );
    expect(refreshTokenExpireTime && timestampDate(refreshTokenExpireTime)).toEqual(
      new Date(bed.now().getTime() + 30 * 24 * 3_600_000),
    );
  });

  it("keeps the preferences that came with it, each once", async () => {
    const { user } = await register({
      preferences: {
        genres: ["House", "Techno", "House"],
        djIds: [djId, djId],
        cityIds: ["cork", "dublin", "cork"],
      },
    });
    const { preferences } = await bed.as(user.userId).getPreferences({});
    expect(preferences).toMatchObject({
      genres: ["House", "Techno"],
      djIds: [djId],
      cityIds: ["cork", "dublin"],
    });
  });

  it("is ALREADY_EXISTS for an email that is taken, however it is written", async () => {
    const { email } = await register();
    const error = await failure(register({ email: `\u00a0${email.toUpperCase()} ` }));
    expect(error.code).toBe(Code.AlreadyExists);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "EMAIL_TAKEN", domain: "craic" }]);
  });

  it("gives an email that ten ask for at once to one of them", async () => {
    const email = newEmail();
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => register({ email })));
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
    expect(refused).toEqual(Array(9).fill(Code.AlreadyExists));
  });

  it.each([
    ["email", { email: "ada\u0000@example.ie" }, "holds characters that cannot be seen"],
    ["email", { email: `${"İ".repeat(200)}@example.ie` }, "is longer than 254 characters"],
    ["display_name", { displayName: " \n " }, "is only white space"],
    ["display_name", { displayName: "Ada\nadmin" }, "holds characters that cannot be seen"],
  ])("is INVALID_ARGUMENT, naming %s, for %j", async (field, request, description) => {
    const error = await failure(register(request));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(violations(error)).toEqual([[field, description]]);
  });

  it("names everything that is wrong at once", async () => {
    const error = await failure(register({ email: "ada\u0007@example.ie", displayName: " " }));
    expect(violations(error).map(([field]) => field)).toEqual(["email", "display_name"]);
  });
});

describe("AuthService.GetUser", () => {
  it("returns the caller's account, named or not", async () => {
    const { user } = await register();
    expect((await bed.as(user.userId).getUser({})).user).toEqual(user);
    expect((await bed.as(user.userId).getUser({ userId: user.userId })).user).toEqual(user);
  });

  it("shows anybody's account to an administrator, and to nobody else", async () => {
    const { user } = await register();
    const { userId } = user;
    expect((await bed.as(absent, "admin").getUser({ userId })).user).toEqual(user);
    expect((await failure(bed.as(absent).getUser({ userId }))).code).toBe(Code.PermissionDenied);
    expect((await failure(bed.nobody.getUser({ userId }))).code).toBe(Code.Unauthenticated);
  });

  it("is NOT_FOUND if there is none", async () => {
    expect((await failure(bed.as(absent).getUser({}))).code).toBe(Code.NotFound);
    expect((await failure(bed.as(djId, "admin").getUser({ userId: absent }))).code).toBe(Code.NotFound);
  });

  it("is UNAUTHENTICATED for nobody's account", async () => {
    expect((await failure(bed.nobody.getUser({}))).code).toBe(Code.Unauthenticated);
  });
});

describe("AuthService.GetPreferences", () => {
  it("is empty, not unset, before the person said what they like", async () => {
    const { user } = await register();
    const { preferences } = await bed.as(user.userId).getPreferences({});
    expect(preferences).toMatchObject({ genres: [], djIds: [], cityIds: [] });
  });

  it("is NOT_FOUND if there is no such user, and UNAUTHENTICATED for nobody", async () => {
    expect((await failure(bed.as(absent).getPreferences({}))).code).toBe(Code.NotFound);
    expect((await failure(bed.nobody.getPreferences({}))).code).toBe(Code.Unauthenticated);
  });

  it("shows a person's preferences to an administrator, and to nobody else", async () => {
    const { user } = await register({ preferences: { genres: ["Trad"] } });
    const { preferences } = await bed.as(absent, "admin").getPreferences({ userId: user.userId });
    expect(preferences?.genres).toEqual(["Trad"]);
    const other = bed.as(absent).getPreferences({ userId: user.userId });
    expect((await failure(other)).code).toBe(Code.PermissionDenied);
  });
});

describe("AuthService.UpdatePreferences", () => {
  it("replaces all of them and answers with what was stored, doubles removed", async () => {
    const { user } = await register({ preferences: { genres: ["Trad"], djIds: [djId], cityIds: ["cork"] } });
    const client = bed.as(user.userId);
    const wanted = { genres: ["House", "House"], djIds: [], cityIds: ["galway", "cork", "galway"] };
    const { preferences } = await client.updatePreferences({ preferences: wanted });
    expect(preferences).toMatchObject({ genres: ["House"], djIds: [], cityIds: ["galway", "cork"] });
    expect((await client.getPreferences({})).preferences).toEqual(preferences);
  });

  it("can be repeated", async () => {
    const { user } = await register();
    const request = { preferences: { genres: ["House"] } };
    const first = await bed.as(user.userId).updatePreferences(request);
    expect(await bed.as(user.userId).updatePreferences(request)).toEqual(first);
  });

  it("is NOT_FOUND if there is no such user, and UNAUTHENTICATED for nobody", async () => {
    const request = { preferences: { genres: ["House"] } };
    expect((await failure(bed.as(absent).updatePreferences(request))).code).toBe(Code.NotFound);
    expect((await failure(bed.nobody.updatePreferences(request))).code).toBe(Code.Unauthenticated);
  });

  it("does not let a person say what another one likes", async () => {
    const { user } = await register();
    const request = { userId: user.userId, preferences: { genres: ["House"] } };
    expect((await failure(bed.as(absent).updatePreferences(request))).code).toBe(Code.PermissionDenied);
    expect((await bed.as(user.userId).getPreferences({})).preferences?.genres).toEqual([]);
  });
});

describe("AuthService.GetKeySet", () => {
  it("verifies the access tokens that are given out", async () => {
    const { user, tokens } = await register();
    const { keys } = await bed.nobody.getKeySet({});
    expect(keys).toMatchObject([{ kty: "OKP", crv: "Ed25519" }]);
    const { payload } = await jwtVerify(tokens.accessToken, createLocalJWKSet({ keys }), {
      issuer: "craic",
      audience: "craic",
      currentDate: bed.now(),
    });
    expect(payload).toMatchObject({ sub: user.userId, roles: [] });
  });
});

function newEmail(): string {
  return `${randomUUID()}@example.ie`;
}

async function register(request: Parameters<typeof bed.nobody.register>[0] = {}) {
  const email = newEmail();
  const answer = await bed.nobody.register({
    email,
    password: "correct horse",
    displayName: "Ada",
    ...request,
  });
  if (answer.user === undefined || answer.tokens === undefined) throw new Error("user or tokens are missing");
  return { email, user: answer.user, tokens: answer.tokens };
}

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  return await call.then(
    () => Promise.reject(new Error("the call succeeded")),
    (error) => ConnectError.from(error),
  );
}

function violations(error: ConnectError): [string, string][] {
  return error
    .findDetails(BadRequestSchema)
    .flatMap(({ fieldViolations }) =>
      fieldViolations.map(({ field, description }): [string, string] => [field, description]),
    );
}
