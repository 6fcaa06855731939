import { readFile } from "node:fs/promises";
import type { experimental } from "@grpc/grpc-js";
import { type CertificateFacts, examineCertificate, type TlsFiles } from "./certificate-files.js";
import type { Logger } from "./log.js";
import type { Metrics } from "./metrics.js";
import { publishMetric } from "./published-metric.js";
import { RepeatedTask } from "./repeated-task.js";
import { certificateMetricNames } from "./telemetry.js";

/** Where the files of a process are. */
export interface TlsPaths {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

export interface CertificateWatchOptions {
  readonly paths: TlsPaths;
  /** What the files held when the settings were read, found good. */
  readonly initial: TlsFiles;
  readonly everyMs: number;
  /** Throws when a certificate that is otherwise good is not for this process. */
  readonly accept: (facts: CertificateFacts) => void;
  readonly log: Logger;
  readonly now: () => number;
  readonly metrics?: Metrics;
}

type CaListener = Parameters<experimental.CertificateProvider["addCaCertificateListener"]>[0];
type IdentityListener = Parameters<experimental.CertificateProvider["addIdentityCertificateListener"]>[0];

/**
 * Follows the certificate, key and authorities of a process as their files change, and hands each new set to gRPC,
 * which uses it for the connections that are made from then on.
 *
 * The files are read every so often: cheap for three small files, and right however they are replaced, where a watch
 * for events misses the swap of a link two folders up by which Kubernetes renews a secret. What is read must be the
 * same twice, so that no mixture of old and new is taken, and must pass `examineCertificate`; until it does, what was
 * good before stays in use.
 */
export class CertificateWatch implements experimental.CertificateProvider {
  private readonly caListeners = new Set<CaListener>();
  private readonly identityListeners = new Set<IdentityListener>();
  private readonly task: RepeatedTask;
  private used: TlsFiles;
  private facts: CertificateFacts;
  private refused: TlsFiles | undefined;
  private problem: string | undefined;
  private accepted = 0;
  private rejected = 0;

  constructor(private readonly options: CertificateWatchOptions) {
    this.used = options.initial;
    this.facts = examineCertificate(options.initial, options.now());
    const failed = (error: unknown) => this.refuse(undefined, error);
    this.task = new RepeatedTask(() => this.look().catch(failed), options.everyMs, failed).start();
    if (options.metrics !== undefined) this.publish(options.metrics);
  }

  /** Instant at which the certificate in use is no longer good, in milliseconds since the epoch. */
  get expiresAtMs(): number {
    return this.facts.expiresAtMs;
  }

  close(): Promise<void> {
    return this.task.close();
  }

  // gRPC puts its listener in place before whoever is told by it, so the first word must come a moment later.
  addCaCertificateListener(listener: CaListener): void {
    this.caListeners.add(listener);
    process.nextTick(() => listener({ caCertificate: this.used.authority }));
  }

  removeCaCertificateListener(listener: CaListener): void {
    this.caListeners.delete(listener);
  }

  addIdentityCertificateListener(listener: IdentityListener): void {
    this.identityListeners.add(listener);
    process.nextTick(() => listener(identityOf(this.used)));
  }

  removeIdentityCertificateListener(listener: IdentityListener): void {
    this.identityListeners.delete(listener);
  }

  private async look(): Promise<void> {
    const files = await readFiles(this.options.paths);
    if (isSame(files, this.used)) {
      this.problem = undefined;
      this.refused = undefined;
      return;
    }
    if (!isSame(files, await readFiles(this.options.paths))) return;
    try {
      const facts = examineCertificate(files, this.options.now());
      this.options.accept(facts);
      this.use(files, facts);
    } catch (error) {
      this.refuse(files, error);
    }
  }

  private use(files: TlsFiles, facts: CertificateFacts): void {
    this.used = files;
    this.facts = facts;
    this.problem = undefined;
    this.refused = undefined;
    this.accepted++;
    for (const listener of this.caListeners) listener({ caCertificate: files.authority });
    for (const listener of this.identityListeners) listener(identityOf(files));
    const expires = new Date(facts.expiresAtMs).toISOString();
    this.options.log.info({ expires }, "new connections use a new certificate");
  }

  /** Tells of each reason, and of each set of files, once. */
  private refuse(files: TlsFiles | undefined, error: unknown): void {
    const problem = sentenceOf(error);
    const known = problem === this.problem && (files === undefined || isSame(files, this.refused));
    this.problem = problem;
    this.refused = files;
    if (known) return;
    this.rejected++;
    const expires = new Date(this.facts.expiresAtMs).toISOString();
    this.options.log.warn(
      { problem, expires },
      "the certificate's files cannot be used; the one before stays",
    );
  }

  private publish(metrics: Metrics): void {
    const { expiry, reloads, problem } = certificateMetricNames;
    const one = (value: number) => [{ labels: {}, value }];
    publishMetric(
      metrics,
      expiry,
      "When the certificate in use is no longer good, in Unix seconds",
      "gauge",
      () => one(this.facts.expiresAtMs / 1_000),
    );
    publishMetric(metrics, reloads, "Changes of the certificate's files, by result", "counter", () => [
      { labels: { result: "used" }, value: this.accepted },
      { labels: { result: "refused" }, value: this.rejected },
    ]);
    publishMetric(
      metrics,
      problem,
      "Whether the certificate's files are not what is used, 0 or 1",
      "gauge",
      () => one(this.problem === undefined ? 0 : 1),
    );
  }
}

export async function readFiles({ certificate, key, authority }: TlsPaths): Promise<TlsFiles> {
  const [first, second, third] = await Promise.all([
    readFile(certificate),
    readFile(key),
    readFile(authority),
  ]);
  return { certificate: first, key: second, authority: third };
}

function isSame(files: TlsFiles, others: TlsFiles | undefined): boolean {
  return (
    others !== undefined &&
    files.certificate.equals(others.certificate) &&
    files.key.equals(others.key) &&
    files.authority.equals(others.authority)
  );
}

function identityOf({ certificate, key }: TlsFiles) {
  return { certificate, privateKey: key };
}

/** Errors of the file system name paths, which the log may have; there is nothing else in them. */
function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
