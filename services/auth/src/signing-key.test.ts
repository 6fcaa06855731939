import { execFile } from "node:child_process";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { calculateJwkThumbprint } from "jose";
import { KeyFileError, loadOrCreateSigningKey, loadSigningKey, loadVerificationKey } from "./signing-key.js";

let folder: string;
const file = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "craic-key-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("loadOrCreateSigningKey()", () => {
  it("makes a key that only its owner can read, and finds it again", () => {
    const made = loadOrCreateSigningKey(file("key.pem"));
    expect(statSync(file("key.pem")).mode & 0o777).toBe(0o600);
    expect(readFileSync(file("key.pem"), "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(loadOrCreateSigningKey(file("key.pem")).kid).toBe(made.kid);
    expect(readdirSync(folder)).toEqual(["key.pem"]);
  });

  it("makes one key when processes start together", async () => {
    const program = await bundleOfKeyMaker();
    const startAt = String(Date.now() + 500);
    const runs = Array.from({ length: 4 }, () =>
      promisify(execFile)(process.execPath, [program, folder, startAt]),
    );
    const kids = (await Promise.all(runs)).map(({ stdout }) => JSON.parse(stdout));
    const kept = Array.from({ length: 100 }, (_, i) => loadSigningKey(file(`${i}.pem`))?.kid);
    expect(kids).toEqual([kept, kept, kept, kept]);
    expect(readdirSync(folder)).toHaveLength(101);
  });

  it("names the key by its RFC 7638 thumbprint", async () => {
    const { kid, x } = loadOrCreateSigningKey(file("key.pem"));
    expect(kid).toBe(await calculateJwkThumbprint({ kty: "OKP", crv: "Ed25519", x }));
  });

  it.each([
    ["nothing", () => ""],
    ["something else", () => "not a key"],
    ["a public key", () => pem(generateKeyPairSync("ed25519").publicKey)],
    ["an RSA key", () => pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey)],
    ["an X25519 key", () => pem(generateKeyPairSync("x25519").privateKey)],
    ["an encrypted key", encryptedKey],
    ["a damaged key", () => pem(generateKeyPairSync("ed25519").privateKey).replace("MC4C", "MC4D")],
  ])("says so, and leaves the file as it is, when it holds %s", (_, content) => {
    const before = content();
    writeFileSync(file("key.pem"), before);
    expect(() => loadOrCreateSigningKey(file("key.pem"))).toThrow(KeyFileError);
    expect(() => loadOrCreateSigningKey(file("key.pem"))).toThrow(
      `${file("key.pem")} is not an Ed25519 private key in PEM form`,
    );
    expect(readFileSync(file("key.pem"), "utf8")).toBe(before);
  });

  it("says so when the file cannot be read", () => {
    mkdirSync(file("key.pem"));
    expect(() => loadOrCreateSigningKey(file("key.pem"))).toThrow("key.pem cannot be read (EISDIR)");
  });

  it("says so when the file cannot be made", () => {
    const nowhere = join(folder, "missing", "key.pem");
    expect(() => loadOrCreateSigningKey(nowhere)).toThrow(
      `${nowhere} does not exist and cannot be made (ENOENT)`,
    );
  });
});

describe("loadSigningKey()", () => {
  it("makes nothing where there is nothing", () => {
    expect(loadSigningKey(file("key.pem"))).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("loadVerificationKey()", () => {
  it("reads the same key from a private and a public file", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    writeFileSync(file("private.pem"), pem(privateKey));
    writeFileSync(file("public.pem"), pem(publicKey));
    const { kid, x } = loadVerificationKey(file("private.pem"));
    expect(loadVerificationKey(file("public.pem"))).toEqual({ kid, x });
    expect(x).toBe(publicKey.export({ format: "jwk" }).x);
  });

  it("says so when there is no such file, or it holds another kind of key", () => {
    expect(() => loadVerificationKey(file("old.pem"))).toThrow("old.pem does not exist");
    writeFileSync(file("old.pem"), pem(generateKeyPairSync("ed448").publicKey));
    expect(() => loadVerificationKey(file("old.pem"))).toThrow("holds a key of type ed448");
  });
});

function pem(key: KeyObject): string {
  return key.export({ type: key.type === "private" ? "pkcs8" : "spki", format: "pem" }).toString();
}

function encryptedKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  const options = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" } as const;
  return privateKey.export(options).toString();
}

/** A program that makes a hundred keys, each at an instant, to be there together with its like. */
async function bundleOfKeyMaker(): Promise<string> {
  const outfile = file("key-maker.cjs");
  await build({
    stdin: {
      contents: `
        import { loadOrCreateSigningKey } from "./signing-key";
        const [folder, startAt] = process.argv.slice(2);
        const kids = [];
        for (let i = 0; i < 100; i++) {
          while (Date.now() < Number(startAt) + 5 * i);
          kids.push(loadOrCreateSigningKey(folder + "/" + i + ".pem").kid);
        }
        process.stdout.write(JSON.stringify(kids));
      `,
      resolveDir: __dirname,
    },
    bundle: true,
    platform: "node",
    outfile,
  });
  return outfile;
}
