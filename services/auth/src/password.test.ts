import { createPasswords, DEFAULT_HASH_COST } from "./password.js";

const cheap = { memoryKib: 8, passes: 1 };

describe("createPasswords()", () => {
  it("takes the passwords that it hashed, and no others", async () => {
    const passwords = createPasswords(cheap);
    const phc = await passwords.hash("correct horse");
    expect(await passwords.verify("correct horse", phc)).toBe(true);
    expect(await passwords.verify("correct horsf", phc)).toBe(false);
    expect(await passwords.verify("", phc)).toBe(false);
  });

  it("agrees with the reference implementation of argon2id", async () => {
    // From the test program of github.com/P-H-C/phc-winner-argon2: "password", "somesalt", 256 KiB, 2 passes.
    const phc = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    const passwords = createPasswords(cheap);
    expect(await passwords.verify("password", phc)).toBe(true);
    expect(await passwords.verify("Password", phc)).toBe(false);
  });

  it("writes a PHC string with its cost in it", async () => {
    const phc = await createPasswords({ memoryKib: 16, passes: 3 }).hash("correct horse");
    expect(phc).toMatch(/^\$argon2id\$v=19\$m=16,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  it("salts: one password hashed twice makes two hashes", async () => {
    const passwords = createPasswords(cheap);
    expect(await passwords.hash("correct horse")).not.toBe(await passwords.hash("correct horse"));
  });

  it("takes a password however the keyboard composed its letters", async () => {
    const passwords = createPasswords(cheap);
    const phc = await passwords.hash("se\u0301an o\u0301 ri\u0301orda\u0301in");
    expect(await passwords.verify("séan ó ríordáin", phc)).toBe(true);
  });

  it("takes no password where there is no hash", async () => {
    const passwords = createPasswords(cheap);
    expect(await passwords.verify("correct horse", undefined)).toBe(false);
  });

  it("spends as much where there is no hash as where there is one", async () => {
    const passwords = createPasswords(DEFAULT_HASH_COST);
    const phc = await passwords.hash("correct horse");
    let known = Number.POSITIVE_INFINITY;
    let unknown = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 5; i++) {
      known = Math.min(known, await cpuMicroseconds(() => passwords.verify("battery staple", phc)));
      unknown = Math.min(unknown, await cpuMicroseconds(() => passwords.verify("battery staple", undefined)));
    }
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });

  it("says which hashes were made at another cost", async () => {
    const phc = await createPasswords(cheap).hash("correct horse");
    expect(createPasswords(cheap).isOutdated(phc)).toBe(false);
    expect(createPasswords({ ...cheap, passes: 2 }).isOutdated(phc)).toBe(true);
    expect(createPasswords({ ...cheap, memoryKib: 16 }).isOutdated(phc)).toBe(true);
  });

  it("still takes a password that was hashed at another cost", async () => {
    const phc = await createPasswords(cheap).hash("correct horse");
    expect(await createPasswords({ memoryKib: 64, passes: 2 }).verify("correct horse", phc)).toBe(true);
  });

  it.each(["", "plain", "$2b$10$abcdefghijklmnopqrstuu", "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$dGFn"])(
    "calls a stored hash of %j a fault, without repeating it",
    async (phc) => {
      const verified = createPasswords(cheap).verify("correct horse", phc);
      await expect(verified).rejects.toThrow("a stored password hash is not an argon2id PHC string");
    },
  );
});

/** Unlike the time on the wall it does not depend on what else the machine does. */
async function cpuMicroseconds(task: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
