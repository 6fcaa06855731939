import { execFileSync } from "node:child_process";
import { type Dirent, lstatSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** What an image says about how it is to be run, by the names of the image specification. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

/** An image as it lies in a folder. */
export interface UnpackedImage {
  readonly architecture: string;
  readonly config: ImageConfig;
  /** Folder that is the container's root. */
  readonly root: string;
}

/** A file of an image; its path begins at the image's root, without a slash. */
export interface ImageFile {
  readonly path: string;
  readonly bytes: number;
  readonly isExecutable: boolean;
  readonly ownerId: number;
}

/** Unpacks an archive that `npm run image` made, owners and modes included, into a new folder. */
export function unpack(archive: string, folder: string): UnpackedImage {
  const parts = join(folder, "parts");
  const root = join(folder, "root");
  mkdirSync(parts, { recursive: true });
  mkdirSync(root);
  execFileSync("tar", ["-xf", archive, "-C", parts]);
  const read = (file: string) => JSON.parse(readFileSync(join(parts, file), "utf8"));
  const [{ Config, Layers }] = read("manifest.json") as [{ Config: string; Layers: string[] }];
  for (const layer of Layers)
    execFileSync("tar", ["--same-owner", "--preserve-permissions", "-xf", join(parts, layer), "-C", root]);
  const { architecture, config } = read(Config) as { architecture: string; config: ImageConfig };
  return { architecture, config, root };
}

export function filesOf({ root }: UnpackedImage): ImageFile[] {
  const entries: Dirent[] = readdirSync(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mode, uid } = lstatSync(path);
      return { path: relative(root, path), bytes: size, isExecutable: (mode & 0o111) !== 0, ownerId: uid };
    });
}
