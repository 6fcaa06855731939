import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { type BackupFolder, CHECKSUMS, filesIn, isBackupName, writeStream } from "./backup-folder.js";

export interface S3Place {
  readonly bucket: string;
  /** Before the names of the backups; "" for none. */
  readonly prefix: string;
  /** Something else than AWS that speaks S3; undefined for AWS. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

const ATTEMPTS = 3;
/** DeleteObjects takes so many at once. */
const DELETED_AT_ONCE = 1_000;

/** Copies of backups in S3, each under <prefix><name>/. One without its list of digests was not finished. */
export class S3Copies {
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly prefix: string;

  constructor({ bucket, prefix, endpoint, region }: S3Place) {
    this.bucket = bucket;
    this.prefix = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
    this.client = new S3Client({
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(region === undefined ? {} : { region }),
    });
  }

  /** Those that are complete, the oldest first. */
  async names(): Promise<string[]> {
    const keys = await this.keys("");
    return keys.flatMap((key) => {
      const [name = "", file] = key.split("/");
      return file === CHECKSUMS && isBackupName(name) ? name : [];
    });
  }

  async upload(folder: string, name: string): Promise<void> {
    const files = await filesIn(folder);
    const listLast = [...files.filter((file) => file !== CHECKSUMS), CHECKSUMS];
    for (const file of listLast) await this.put(join(folder, file), `${this.prefix}${name}/${file}`);
  }

  /** Fetches a copy and verifies it. Throws DamagedBackup. */
  async download(name: string, into: BackupFolder): Promise<void> {
    await into.fetch(name, async (folder) => {
      for (const key of await this.keys(`${name}/`)) {
        const Key = `${this.prefix}${key}`;
        const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key }));
        await writeStream(Body as Readable, join(folder, key.slice(name.length + 1)));
      }
    });
  }

  /** Takes away all but the newest; the list of digests goes first, with which a copy is one. */
  async keepNewest(count: number): Promise<string[]> {
    const old = (await this.names()).slice(0, -count);
    for (const name of old) {
      await this.remove([`${name}/${CHECKSUMS}`]);
      await this.remove(await this.keys(`${name}/`));
    }
    return old;
  }

  close(): void {
    this.client.destroy();
  }

  /** A stream is read once, so that the client cannot try again by itself. */
  private async put(file: string, Key: string): Promise<void> {
    const ContentLength = (await stat(file)).size;
    for (let attempt = 1; ; attempt++) {
      const Body = createReadStream(file);
      try {
        await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body, ContentLength }));
        return;
      } catch (error) {
        Body.destroy();
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Keys that begin so, without the prefix. */
  private async keys(start: string): Promise<string[]> {
    const keys: string[] = [];
    const pages = paginateListObjectsV2(
      { client: this.client },
      { Bucket: this.bucket, Prefix: `${this.prefix}${start}` },
    );
    for await (const { Contents = [] } of pages) {
      for (const { Key = "" } of Contents) keys.push(Key.slice(this.prefix.length));
    }
    return keys.sort();
  }

  private async remove(keys: readonly string[]): Promise<void> {
    for (let first = 0; first < keys.length; first += DELETED_AT_ONCE) {
      const Objects = keys
        .slice(first, first + DELETED_AT_ONCE)
        .map((key) => ({ Key: `${this.prefix}${key}` }));
      await this.client.send(
        new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }),
      );
    }
  }
}
