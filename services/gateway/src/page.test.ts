import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { KeySet } from "./key-set.js";
import { createPage } from "./page.js";
import { loadStaticFiles, PageTooLargeError, type StaticFile } from "./static-files.js";

const INDEX = `<!doctype html><title>Craic</title>${"<p>a night out</p>".repeat(100)}`;
const SCRIPT = `console.log("craic");${"// padding\n".repeat(200)}`;
const HASHED = "/assets/index-D3f_8aQx.js";

let folder: string;
let server: Server;
let files: ReadonlyMap<string, StaticFile>;
let keySet: KeySet;
let secure: boolean;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "craic-page-"));
  writeFileSync(join(folder, "secret.txt"), "secret");
  const web = join(folder, "web");
  mkdirSync(join(web, "assets"), { recursive: true });
  writeFileSync(join(web, "index.html"), INDEX);
  writeFileSync(join(web, "assets", "index-D3f_8aQx.js"), SCRIPT);
  writeFileSync(join(web, "assets", "index-D3f_8aQx.js.br"), "compressed by the build");
  writeFileSync(join(web, "icon.svg"), "<svg/>");
  writeFileSync(join(web, "photo.png"), Buffer.alloc(4_096));
  writeFileSync(join(web, ".env"), "secret");
  symlinkSync(join(folder, "secret.txt"), join(web, "link.txt"));
  symlinkSync(folder, join(web, "up"));
  files = await loadStaticFiles(web);
  server = createServer((request, response) => createPage({ files, keySet, secure })(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  keySet = { json: async () => '{"keys":[]}' };
  secure = false;
});

/** Sends the path as it is; fetch() and URL would straighten it out. */
function send(path: string, headers: Record<string, string> = {}, method = "GET") {
  const { port } = server.address() as AddressInfo;
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    const call = httpRequest({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    call.on("error", reject);
    call.end();
  });
}

describe("a file of the page", () => {
  it.each([
    ["/", "text/html; charset=utf-8"],
    ["/index.html", "text/html; charset=utf-8"],
    [HASHED, "text/javascript; charset=utf-8"],
    ["/icon.svg", "image/svg+xml"],
    ["/photo.png", "image/png"],
    ["/icon.svg?v=1", "image/svg+xml"],
  ])("%s is served as %s", async (path, contentType) => {
    const { status, headers } = await send(path);
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe(contentType);
  });

  it("is kept for ever when its name tells its content, and asked for anew otherwise", async () => {
    expect((await send(HASHED)).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect((await send("/")).headers["cache-control"]).toBe("no-cache");
    expect((await send("/icon.svg")).headers["cache-control"]).toBe("no-cache");
  });

  it("is not sent again to a browser that has it", async () => {
    const { headers } = await send("/", { "accept-encoding": "gzip" });
    const again = await send("/", { "accept-encoding": "gzip", "if-none-match": `"x", W/${headers.etag}` });
    expect(again.status).toBe(304);
    expect(again.body).toHaveLength(0);
    expect(again.headers.etag).toBe(headers.etag);
    const plain = await send("/", { "if-none-match": headers.etag as string });
    expect(plain.status).toBe(200);
  });

  it("is compressed as the browser likes", async () => {
    const brotli = await send("/", { "accept-encoding": "gzip, deflate, br" });
    expect(brotli.headers).toMatchObject({ "content-encoding": "br", vary: "accept-encoding" });
    expect(brotliDecompressSync(brotli.body).toString()).toBe(INDEX);
    const gzip = await send("/", { "accept-encoding": "br;q=0, gzip;q=0.5" });
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(gzip.body).toString()).toBe(INDEX);
    const plain = await send("/");
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.body.toString()).toBe(INDEX);
  });

  it("is taken compressed from the build where the build did it", async () => {
    const { body } = await send(HASHED, { "accept-encoding": "br" });
    expect(body.toString()).toBe("compressed by the build");
    expect((await send(`${HASHED}.br`)).status).toBe(404);
  });

  it("is not compressed when that gains nothing", async () => {
    const { headers } = await send("/photo.png", { "accept-encoding": "br, gzip" });
    expect(headers["content-encoding"]).toBeUndefined();
    expect(headers.vary).toBeUndefined();
  });

  it("has headers and no body for HEAD", async () => {
    const { status, headers, body } = await send("/", {}, "HEAD");
    expect(status).toBe(200);
    expect(headers["content-length"]).toBe(String(Buffer.byteLength(INDEX)));
    expect(body).toHaveLength(0);
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("does not answer %s", async (method) => {
    const { status, headers } = await send("/", {}, method);
    expect(status).toBe(405);
    expect(headers.allow).toBe("GET, HEAD");
  });
});

describe("nothing outside the page's folder", () => {
  it.each([
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/..%5csecret.txt",
    "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
    "//secret.txt",
    "/./../secret.txt",
    "/index.html%00.txt",
    "/%",
    "/link.txt",
    "/up/secret.txt",
    "/.env",
    "/%2eenv",
    "/__proto__",
    "/constructor",
  ])("can be had by %s", async (path) => {
    const { status, body } = await send(path, { "sec-fetch-mode": "no-cors" });
    expect(status).toBe(404);
    expect(body.toString()).toBe("not found\n");
  });
});

describe("a path that is no file", () => {
  it.each<[string, Record<string, string>]>([
    ["/events/0190", { accept: "text/html,*/*;q=0.8", "sec-fetch-mode": "navigate" }],
    ["/saved", { accept: "text/html" }],
    ["/saved", {}],
  ])("%s with %j is the page's own to route", async (path, headers) => {
    const { status, body } = await send(path, headers);
    expect(status).toBe(200);
    expect(body.toString()).toBe(INDEX);
  });

  it.each<[string, Record<string, string>]>([
    ["/assets/index-00000000.js", { accept: "*/*" }],
    ["/assets/chunk", { "sec-fetch-mode": "navigate" }],
    ["/favicon.ico", { accept: "image/*" }],
    ["/saved", { accept: "*/*", "sec-fetch-mode": "cors" }],
    ["/saved", { accept: "application/json" }],
  ])("%s with %j is a plain 404", async (path, headers) => {
    const { status, headers: answered } = await send(path, headers);
    expect(status).toBe(404);
    expect(answered["content-type"]).toBe("text/plain; charset=utf-8");
  });

  it("of an RPC is UNIMPLEMENTED, by whatever method", async () => {
    for (const method of ["GET", "POST"]) {
      const { status, body } = await send("/craic.events.v1.EventService/ImportEvents", {}, method);
      expect(status).toBe(404);
      expect(JSON.parse(body.toString())).toMatchObject({ code: "unimplemented" });
    }
  });
});

describe("security headers", () => {
  it("stand on every answer", async () => {
    for (const path of ["/", "/none.txt", "/healthz", "/.well-known/jwks.json"]) {
      const { headers } = await send(path);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "strict-origin-when-cross-origin",
        "permissions-policy": expect.stringContaining("camera=()"),
      });
      const policy = headers["content-security-policy"] as string;
      for (const directive of ["default-src 'self'", "img-src 'self' data:", "frame-ancestors 'none'"]) {
        expect(policy.split("; ")).toContain(directive);
      }
      expect(headers["strict-transport-security"]).toBeUndefined();
    }
  });

  it("insist on TLS once the browser came over it", async () => {
    const { headers } = await send("/", { "x-craic-client-encrypted": "true" });
    expect(headers["strict-transport-security"]).toBe("max-age=31536000");
    secure = true;
    expect((await send("/")).headers["strict-transport-security"]).toBe("max-age=31536000");
  });
});

it("/healthz says that the process lives", async () => {
  const { status, body } = await send("/healthz");
  expect([status, body.toString()]).toEqual([200, "ok\n"]);
});

describe("/.well-known/jwks.json", () => {
  it("is the key set, for anyone", async () => {
    const { status, headers, body } = await send("/.well-known/jwks.json");
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "application/jwk-set+json",
      "access-control-allow-origin": "*",
    });
    expect(body.toString()).toBe('{"keys":[]}');
  });

  it("is 503 while the key set cannot be had", async () => {
    keySet = { json: () => Promise.reject(new Error("down")) };
    const { status, headers } = await send("/.well-known/jwks.json");
    expect(status).toBe(503);
    expect(headers["retry-after"]).toBe("1");
  });
});

it("a page larger than what may be held is refused", async () => {
  await expect(loadStaticFiles(join(folder, "web"), 5_000)).rejects.toThrow(PageTooLargeError);
});

describe("without a built page", () => {
  it("the answer says so", async () => {
    files = await loadStaticFiles(join(folder, "nowhere"));
    const { status, body } = await send("/");
    expect([status, body.toString()]).toEqual([503, "the page has not been built\n"]);
  });
});
