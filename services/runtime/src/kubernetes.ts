import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { Settings } from "./settings.js";

/** Where Kubernetes puts what a pod proves itself with. */
const ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";
const TIMEOUT_MS = 15_000;

/** The API server refused something, or something went wrong there. */
export class KubernetesError extends Error {
  constructor(
    /** HTTP's. */
    readonly status: number,
    /** One of Kubernetes' own words, such as "AlreadyExists". */
    readonly reason: string,
    sentence: string,
  ) {
    super(sentence);
    this.name = "KubernetesError";
  }
}

/** The folder of a service account's token, authority and namespace, and where the API server listens. */
export interface PodAccount {
  readonly host: string;
  readonly port: string;
  readonly folder?: string;
}

export function readPodAccount(settings: Settings): PodAccount {
  const folder = settings.optional("CRAIC_SERVICE_ACCOUNT_DIR");
  return {
    host: settings.string("KUBERNETES_SERVICE_HOST"),
    port: settings.string("KUBERNETES_SERVICE_PORT", "443"),
    ...(folder === undefined ? {} : { folder }),
  };
}

/**
 * What a pod may do with the Kubernetes API, by the token of its service account. Paths begin with "/api" or
 * "/apis"; what is refused throws KubernetesError, and what is not there is undefined.
 */
export class KubernetesApi {
  private readonly authority: Buffer;
  private readonly folder: string;
  /** The pod's own. */
  readonly namespace: string;

  /** Throws when there is no service account's token, as outside a cluster. */
  constructor(private readonly account: PodAccount) {
    this.folder = account.folder ?? ACCOUNT_FOLDER;
    this.authority = readFileSync(join(this.folder, "ca.crt"));
    this.namespace = readFileSync(join(this.folder, "namespace"), "utf8").trim();
  }

  async find<Resource>(path: string): Promise<Resource | undefined> {
    return await this.unlessMissing(this.call("GET", path));
  }

  async create<Resource>(path: string, resource: object): Promise<Resource> {
    return (await this.call("POST", path, resource)) as Resource;
  }

  /** A JSON merge patch (RFC 7386). */
  async patch<Resource>(path: string, change: object): Promise<Resource> {
    return (await this.call("PATCH", path, change, "application/merge-patch+json")) as Resource;
  }

  /** Takes a resource away and what it has made, in the background. */
  async remove(path: string): Promise<void> {
    await this.unlessMissing(this.call("DELETE", path, { propagationPolicy: "Background" }));
  }

  private async unlessMissing<Resource>(answer: Promise<unknown>): Promise<Resource | undefined> {
    try {
      return (await answer) as Resource;
    } catch (error) {
      if (error instanceof KubernetesError && error.status === 404) return undefined;
      throw error;
    }
  }

  private call(method: string, path: string, body?: object, type = "application/json"): Promise<unknown> {
    const { host, port } = this.account;
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    // Read each time: the kubelet replaces it before it expires.
    const token = readFileSync(join(this.folder, "token"), "utf8").trim();
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host,
          port,
          path,
          method,
          ca: this.authority,
          agent: false,
          timeout: TIMEOUT_MS,
          headers: {
            authorization: `Bearer ${token}`,
            accept: "application/json",
            // Without its length Node would send the body of a DELETE in a form that nobody understands.
            ...(content && { "content-type": type, "content-length": content.length }),
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part)).once("error", reject);
          response.once("end", () => {
            const text = Buffer.concat(parts).toString();
            const status = response.statusCode ?? 0;
            if (status >= 200 && status < 300) resolve(parseObject(text));
            else reject(refusal(status, parseObject(text), `${method} ${path}`));
          });
        },
      );
      outgoing.once("timeout", () => outgoing.destroy(new Error(`${method} ${path}: no answer in time`)));
      outgoing.once("error", reject);
      outgoing.end(content);
    });
  }
}

function refusal(
  status: number,
  { reason, message }: Readonly<Record<string, unknown>>,
  call: string,
): KubernetesError {
  return new KubernetesError(status, String(reason ?? ""), `${call}: ${message ?? `status ${status}`}`);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // A proxy on the way, perhaps: the status says enough.
  }
  return {};
}

/** A resource's path in a namespace: `kind` is "secrets" or with its group, such as "batch/v1/jobs". */
export function pathOf(namespace: string, kind: string, name = ""): string {
  const slash = kind.lastIndexOf("/");
  const group = slash < 0 ? "/api/v1" : `/apis/${kind.slice(0, slash)}`;
  return `${group}/namespaces/${namespace}/${kind.slice(slash + 1)}${name === "" ? "" : `/${name}`}`;
}
