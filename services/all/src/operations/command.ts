import { KubernetesApi, readPodAccount } from "@craic/runtime/kubernetes.js";
import type { Logger } from "@craic/runtime/log.js";
import type { Settings } from "@craic/runtime/settings.js";

/** What every command is given. */
export interface Occasion {
  readonly settings: Settings;
  readonly log: Logger;
  readonly now: () => Date;
  /** Folder of the bundles, with the migrations in it. */
  readonly assets: string;
}

/** One thing that a Job of the chart does, or a person by hand. */
export interface Command {
  /** One line. */
  readonly summary: string;
  /** Paragraphs on what it does and which settings it reads. */
  readonly help: string;
  /** Reads its settings and checks them before it does anything. */
  run(occasion: Occasion): Promise<void>;
}

/** Something that is asked for and cannot be done; the sentence says why, to a person who can do something about it. */
export class Refused extends Error {
  constructor(
    sentence: string,
    /** How the process ends. */
    readonly status = 1,
  ) {
    super(sentence);
  }
}

/** Names with commas between, at least one. */
export function listIn(text: string): string[] {
  return text.split(",").flatMap((each) => each.trim() || []);
}

/** The Kubernetes API by this pod's service account. */
export function readCluster(settings: Settings): KubernetesApi {
  const account = readPodAccount(settings);
  settings.check();
  return new KubernetesApi(account);
}
