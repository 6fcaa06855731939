import { readFileSync } from "node:fs";
import { createClient } from "@connectrpc/connect";
import { ModelChannel, ModelService } from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import { createMutualTls } from "@craic/runtime/mutual-tls.js";
import type { Settings } from "@craic/runtime/settings.js";
import { readTls, type TlsSettings } from "@craic/runtime/tls-settings.js";
import { digestOf, type ModelManifest } from "./model-manifest.js";
import { type Replica, replicasOf } from "./replicas.js";

/** How long one recommender may take to load a model and warm it up, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** The recommenders that are told of a new model. */
export interface ReloadTargets {
  /** host:port each; a name stands for all of its addresses. */
  readonly addresses: readonly string[];
  /** An access token with the role admin; "" without one. */
  readonly token: string;
  readonly tls: TlsSettings | undefined;
}

/** What became of telling one recommender; no problem means that the model ranks there. */
export interface Told {
  readonly address: string;
  readonly problem?: string;
}

const ADDRESS = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}$/i;

export function readReloadTargets(settings: Settings): ReloadTargets {
  const text = settings.optional("CRAIC_TRAIN_RELOAD_TARGETS") ?? "";
  const addresses = text.split(",").flatMap((each) => each.trim() || []);
  for (const address of addresses.filter((each) => !ADDRESS.test(each))) {
    settings.reject(`CRAIC_TRAIN_RELOAD_TARGETS names "${address}", not of the form host:port`);
  }
  const tokenFile = settings.optional("CRAIC_TRAIN_TOKEN_FILE");
  if (addresses.length > 0 && tokenFile === undefined) {
    settings.reject("CRAIC_TRAIN_TOKEN_FILE is not set, but CRAIC_TRAIN_RELOAD_TARGETS is");
  }
  return {
    addresses,
    token: tokenFile === undefined ? "" : readToken(settings, tokenFile),
    // The job has a certificate of its own; a training beside a replica has the replica's.
    tls: readTls(settings, ["trainer", "recommender"]),
  };
}

function readToken(settings: Settings, file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    settings.reject(`CRAIC_TRAIN_TOKEN_FILE names "${file}", which cannot be read (${why})`);
    return "";
  }
}

/**
 * Has every recommender load a model as control, all at once. They watch the volume too, so that one that is not
 * reached loads it a little later: what this adds is that the model ranks at once, and that it is known to.
 */
export async function reloadEverywhere(
  { addresses, token, ...settings }: ReloadTargets,
  manifest: ModelManifest,
  log: Logger,
): Promise<Told[]> {
  const tls = settings.tls && createMutualTls(settings.tls, { log });
  const told = await Promise.all(
    addresses.map(async (target) => {
      try {
        const replicas = await replicasOf(target, tls);
        return await Promise.all(replicas.map((replica) => reload(replica, token, manifest)));
      } catch (error) {
        return [{ address: target, problem: sentenceOf(error) }];
      }
    }),
  );
  await tls?.close();
  const all = told.flat();
  for (const { address, problem } of all) {
    if (problem === undefined)
      log.info({ address, version: manifest.version }, "a recommender has loaded the model");
    else log.warn({ address, problem }, "a recommender could not be told of the model");
  }
  return all;
}

export function isComplete(told: readonly Told[]): boolean {
  return told.every(({ problem }) => problem === undefined);
}

async function reload(
  { address, transport }: Replica,
  token: string,
  manifest: ModelManifest,
): Promise<Told> {
  try {
    const request = { version: manifest.version, sha256: digestOf(manifest), channel: ModelChannel.CONTROL };
    const headers = { authorization: `Bearer ${token}` };
    await createClient(ModelService, transport).reload(request, { timeoutMs: TIMEOUT_MS, headers });
    return { address };
  } catch (error) {
    return { address, problem: sentenceOf(error) };
  } finally {
    transport.close();
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
