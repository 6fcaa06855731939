import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

export type Encoding = "br" | "gzip";

/** One file of the page, in memory. */
export interface StaticFile {
  readonly contentType: string;
  /** Digest of the content, for the ETag. */
  readonly digest: string;
  /** Its name changes with its content, so that a browser need never ask again. */
  readonly immutable: boolean;
  readonly content: Buffer;
  readonly encoded: ReadonlyMap<Encoding, Buffer>;
}

/** Thrown when the page is larger than what this process may hold. */
export class PageTooLargeError extends Error {
  constructor(maxBytes: number) {
    super(`the page's files are larger than ${maxBytes} bytes together`);
    this.name = "PageTooLargeError";
  }
}

/** The built page is some hundred kilobytes. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** Smaller answers fit in a packet or two whatever is done to them. */
const MIN_ENCODED_BYTES = 1_024;

/** Near the best ratio at a tenth of its time; start-up waits for it. */
const BROTLI_QUALITY = 9;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

const COMPRESSIBLE = /^text\/|json|javascript|xml/;
const PRECOMPRESSED: Readonly<Record<string, Encoding>> = { ".br": "br", ".gz": "gzip" };

/** The names that the page's bundler gives to what it hashed, for example "assets/index-D3f_8aQx.js". */
const HASHED_NAME = /^\/assets\/.*-[\w-]{8,}\.\w+$/;

/**
 * Reads the built page into memory, by URL path. What a request may get is decided here once: only plain
 * files under the directory, no hidden ones, and no link, wherever it leads. Empty when there is no such
 * directory.
 */
export async function loadStaticFiles(
  directory: string,
  maxBytes = MAX_PAGE_BYTES,
): Promise<ReadonlyMap<string, StaticFile>> {
  const contents = await readTree(directory, maxBytes);
  const files = new Map<string, StaticFile>();
  for (const [path, content] of contents) {
    const extension = extname(path);
    const encoding = PRECOMPRESSED[extension];
    if (encoding !== undefined && contents.has(path.slice(0, -extension.length))) continue;
    const contentType = CONTENT_TYPES[extension] ?? "application/octet-stream";
    files.set(path, {
      contentType,
      digest: createHash("sha256").update(content).digest("base64url").slice(0, 22),
      immutable: HASHED_NAME.test(path),
      content,
      encoded: COMPRESSIBLE.test(contentType) ? await encode(path, content, contents) : new Map(),
    });
  }
  return files;
}

async function readTree(directory: string, maxBytes: number): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  let bytes = 0;
  async function visit(folder: string, urlPath: string): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await visit(path, `${urlPath}${entry.name}/`);
      if (!entry.isFile()) continue;
      bytes += (await stat(path)).size;
      if (bytes > maxBytes) throw new PageTooLargeError(maxBytes);
      contents.set(`${urlPath}${entry.name}`, await readFile(path));
    }
  }
  const isDirectory = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isDirectory) await visit(directory, "/");
  return contents;
}

/** What the build compressed already is taken as it is; the rest is compressed now. */
async function encode(
  path: string,
  content: Buffer,
  contents: ReadonlyMap<string, Buffer>,
): Promise<ReadonlyMap<Encoding, Buffer>> {
  const encoded = new Map<Encoding, Buffer>();
  if (content.length < MIN_ENCODED_BYTES) return encoded;
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
  encoded.set("br", contents.get(`${path}.br`) ?? (await promisify(brotliCompress)(content, { params })));
  encoded.set("gzip", contents.get(`${path}.gz`) ?? (await promisify(gzip)(content)));
  return encoded;
}
