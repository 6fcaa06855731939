import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { type AuthBed, createAuthBed, MINUTE_MS } from "../../../tests/fixtures/auth-bed.js";
import { createLogIn } from "./log-in.js";
import { createMysqlLogInFailureStore } from "./log-in-failure-store.mysql.js";
import { createPasswords } from "./password.js";
import { createMysqlUserStore } from "./user-store.mysql.js";

const password = "correct horse";
const ada = { email: "ada@example.ie", password };

let bed: AuthBed;
beforeAll(async () => {
  bed = await createAuthBed();
  for (const email of ["ada@example.ie", "bob@example.ie"]) {
    await bed.nobody.register({ email, password, displayName: "Somebody" });
  }
});
afterAll(() => bed.close());
beforeEach(() => bed.advance(15 * MINUTE_MS));

describe("AuthService.LogIn", () => {
  it("opens a session of its own for the right email and password", async () => {
    const [first, second] = [await bed.nobody.logIn(ada), await bed.nobody.logIn(ada)];
    expect(first.user).toMatchObject({ email: "ada@example.ie", displayName: "Somebody" });
    await bed.nobody.logOut({ refreshToken: first.tokens?.refreshToken });
    const { user } = await bed.nobody.refresh({ refreshToken: second.tokens?.refreshToken });
    expect(user).toEqual(first.user);
  });

  it("takes the email however it is written", async () => {
    expect((await bed.nobody.logIn({ email: " ADA@Example.IE ", password })).user?.email).toBe(
      "ada@example.ie",
    );
  });

  it("answers alike for a wrong password and for an email without account", async () => {
    const wrong = await failure({ email: "ada@example.ie", password: "battery staple" });
    const unknown = await failure({ email: "eve@example.ie", password: "battery staple" });
    expect(wrong.code).toBe(Code.Unauthenticated);
    expect({ ...unknown, message: unknown.message }).toEqual({ ...wrong, message: wrong.message });
  });

  it.each(["ada@example.ie", "nobody@example.ie"])(
    "refuses %s after ten failures, for a while",
    async (email) => {
      for (let i = 0; i < 10; i++) {
        expect((await failure({ email, password: `guess ${i}` })).code).toBe(Code.Unauthenticated);
        bed.advance(1000);
      }
      const refused = await failure({ email, password });
      expect(refused.code).toBe(Code.ResourceExhausted);
      // The window opened with the first failure, ten seconds ago.
      expect(retryMs(refused)).toBe(15 * MINUTE_MS - 10_000);
      await expect(bed.nobody.logIn({ email: "bob@example.ie", password })).resolves.toBeDefined();
      bed.advance(15 * MINUTE_MS - 10_001);
      expect((await failure({ email, password: "guess" })).code).toBe(Code.ResourceExhausted);
      bed.advance(1);
      expect((await failure({ email, password: "guess" })).code).toBe(Code.Unauthenticated);
    },
  );

  it("lets in with the right password when the while is over", async () => {
    for (let i = 0; i < 10; i++) await failure({ email: "ada@example.ie", password: `guess ${i}` });
    expect((await failure(ada)).code).toBe(Code.ResourceExhausted);
    bed.advance(15 * MINUTE_MS);
    await expect(bed.nobody.logIn(ada)).resolves.toBeDefined();
  });

  it("forgets the failures at a log-in that succeeds", async () => {
    for (let i = 0; i < 9; i++) await failure({ email: "ada@example.ie", password: `guess ${i}` });
    await bed.nobody.logIn(ada);
    for (let i = 0; i < 10; i++) {
      expect((await failure({ email: "ada@example.ie", password: `guess ${i}` })).code).toBe(
        Code.Unauthenticated,
      );
    }
    expect((await failure(ada)).code).toBe(Code.ResourceExhausted);
  });

  it("counts guesses that are sent all at once", async () => {
    const guesses = Array.from({ length: 60 }, (_, i) =>
      failure({ email: "ada@example.ie", password: `guess ${i}` }),
    );
    const codes = (await Promise.all(guesses)).map(({ code }) => code);
    const looked = codes.filter((code) => code === Code.Unauthenticated).length;
    // Two are looked at together, so that one of them may begin before the other is counted.
    expect(looked).toBeGreaterThanOrEqual(10);
    expect(looked).toBeLessThanOrEqual(11);
    expect(codes.filter((code) => code === Code.ResourceExhausted)).toHaveLength(60 - looked);
  });

  it("lets a person in thirty times at once", async () => {
    const sessions = await Promise.all(Array.from({ length: 30 }, () => bed.nobody.logIn(ada)));
    expect(new Set(sessions.map(({ tokens }) => tokens?.refreshToken)).size).toBe(30);
  });

  it("turns away with RESOURCE_EXHAUSTED whom the queue has no room for", async () => {
    const narrow = await createAuthBed({ atOnce: 1, waiting: 1 });
    const calls = Array.from({ length: 3 }, () => failure({ email: "eve@example.ie", password }, narrow));
    const errors = await Promise.all(calls);
    expect(errors.map(({ code }) => code).sort()).toEqual(
      [Code.ResourceExhausted, Code.Unauthenticated, Code.Unauthenticated].sort(),
    );
    const turnedAway = errors.find(({ code }) => code === Code.ResourceExhausted);
    expect(turnedAway && retryMs(turnedAway)).toBeGreaterThan(0);
    await narrow.close();
  });
});

describe("createLogIn()", () => {
  it("hashes the password anew when the cost was changed since, and once only", async () => {
    const users = createMysqlUserStore(bed.database);
    const failures = createMysqlLogInFailureStore(bed.database.db);
    const passwords = createPasswords({ memoryKib: 64, passes: 2 });
    const logIn = createLogIn({ users, failures, passwords, now: bed.now });
    const storedHash = async () => (await users.findCredentials("bob@example.ie"))?.passwordHash;
    expect(await storedHash()).toContain("$m=8,t=1,p=1$");
    expect(await logIn("bob@example.ie", "battery staple")).toEqual({ outcome: "wrong" });
    expect(await storedHash()).toContain("$m=8,t=1,p=1$");
    expect(await logIn("bob@example.ie", password)).toMatchObject({ outcome: "welcome" });
    const raised = await storedHash();
    expect(raised).toContain("$m=64,t=2,p=1$");
    expect(await logIn("bob@example.ie", password)).toMatchObject({ outcome: "welcome" });
    expect(await storedHash()).toBe(raised);
  });
});

async function failure(
  request: { email: string; password: string },
  { nobody } = bed,
): Promise<ConnectError> {
  return await nobody.logIn(request).then(
    () => Promise.reject(new Error("the log-in succeeded")),
    (error) => ConnectError.from(error),
  );
}

function retryMs(error: ConnectError): number | undefined {
  const [retryInfo] = error.findDetails(RetryInfoSchema);
  return retryInfo?.retryDelay && durationMs(retryInfo.retryDelay);
}
