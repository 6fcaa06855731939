import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import type { UnpackedImage } from "./unpacked-image.js";

const NATIVE = { x64: "amd64" }[process.arch as string] ?? process.arch;
const PROCESSORS: Readonly<Record<string, string>> = { amd64: "x86_64", arm64: "aarch64" };

/** The program that emulates a processor of another kind than this machine's; undefined where it is of the same. */
export function emulatorOf(architecture: string): string | undefined {
  return architecture === NATIVE ? undefined : `/usr/bin/qemu-${PROCESSORS[architecture]}-static`;
}

/**
 * Makes a root of two lower folders and no upper one, so that nothing in it can be written to, and runs a program in it
 * with the image's user. The program gets this shell's process id, so that signals reach it.
 */
const ENTER = `
set -eu
root=$1 additions=$2 container=$3 data=$4 socket=$5 user=$6 directory=$7
shift 7
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$additions:$root" "$container"
cd "$container"
for folder in proc dev; do mount --rbind "/$folder" "$folder"; done
mount --bind "$data" data
mount --bind "$socket" data/mariadb.sock
mount -t tmpfs -o mode=1777 tmpfs tmp
exec unshare --root=. --wd="$directory" --setgid="$user" --setuid="$user" -- "$@"
`;

/** Where an image's containers keep what outlives them. */
export interface ContainerVolumes {
  /** Mounted at /data; the image's user can write to it. */
  readonly data: string;
  /** Socket of a MariaDB, which is then at /data/mariadb.sock. */
  readonly mariadbSocket: string;
}

/** A program of an image that runs as a container's would: its user, its environment, its root, nothing to write to but /data and /tmp. */
export class Container {
  readonly log: Record<string, unknown>[] = [];
  /** What it wrote that is not its log. */
  complaint = "";
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;
  private onEntry: ((entry: Record<string, unknown>) => void)[] = [];

  /** @param command the image's own when absent */
  constructor(
    image: UnpackedImage,
    { data, mariadbSocket }: ContainerVolumes,
    environment: Readonly<Record<string, string>>,
    command: readonly string[] = [...image.config.Entrypoint, ...image.config.Cmd],
  ) {
    const additions = join(image.root, "../additions");
    const container = join(image.root, "../container");
    for (const name of [container, join(additions, "proc"), join(additions, "dev")])
      mkdirSync(name, { recursive: true });
    const emulator = emulatorOf(image.architecture);
    // Not again: a container that runs would have its emulator overwritten under it.
    if (emulator !== undefined && !existsSync(join(additions, basename(emulator))))
      copyFileSync(emulator, join(additions, basename(emulator)));
    const emulation = emulator === undefined ? [] : [`/${basename(emulator)}`];
    const { User, WorkingDir, Env } = image.config;
    const folders = [image.root, additions, container, data, mariadbSocket];
    const place = [...folders, User.split(":")[0] as string, WorkingDir];
    this.child = spawn(
      "unshare",
      ["--mount", "--", "sh", "-c", ENTER, "enter", ...place, ...emulation, ...command],
      {
        env: { ...Object.fromEntries(Env.map((line) => splitOnce(line, "="))), ...environment },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.child.stderr?.on("data", (chunk) => {
      this.complaint += chunk;
    });
    createInterface({ input: this.child.stdout! }).on("line", (line) => this.take(line));
    this.ended = new Promise((resolve) => this.child.once("close", resolve));
  }

  /** The first line of its log with a message; rejects, with what it wrote, when it ends before that. */
  said(message: string): Promise<Record<string, unknown>> {
    const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
    this.onEntry.push((entry) => entry.msg === message && resolve(entry));
    for (const entry of this.log) if (entry.msg === message) resolve(entry);
    void this.ended.then((code) =>
      reject(new Error(`ended with ${code} before it said "${message}":\n${this.complaint}`)),
    );
    return promise;
  }

  /** @returns its exit status, once it has ended */
  stop(): Promise<number | null> {
    this.child.kill("SIGTERM");
    return this.ended;
  }

  private take(line: string): void {
    if (!line.startsWith("{")) {
      this.complaint += `${line}\n`;
      return;
    }
    const entry = JSON.parse(line) as Record<string, unknown>;
    this.log.push(entry);
    for (const tell of this.onEntry) tell(entry);
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}
