import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Caller } from "./caller.js";
import { eventually, Kubernetes } from "./kubernetes.js";
import { forwardPort } from "./port-forward.js";

const CHART = join(__dirname, "../../charts/craic");
const MOST_NIGHTS = 6;
const SETTLED = ["--wait", "--timeout", "5m"];

/** What images the cluster has; CRAIC_IMAGE and CRAIC_MARIADB_IMAGE name others than those that run.mjs builds. */
export const images = {
  craic: process.env.CRAIC_IMAGE ?? "docker.io/library/craic:dev",
  mariadb: process.env.CRAIC_MARIADB_IMAGE ?? "docker.io/library/mariadb:10.11",
  caddy: process.env.CRAIC_CADDY_IMAGE ?? "docker.io/library/caddy:2.6.2",
};

function imageValues(path: string, image: string): Record<string, string> {
  const [, repository = "", tag = ""] = /^(.*):([^:/]+)$/.exec(image) ?? [];
  return { [`${path}.repository`]: repository, [`${path}.tag`]: tag };
}

/** An event of somebody's feed, as JSON has it. */
export interface FeedItem {
  readonly event: { readonly eventId: string };
  readonly saved?: boolean;
}

/** What the gateway answered, which was no success. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly details: readonly {
      readonly type: string;
      readonly debug?: Readonly<Record<string, unknown>>;
    }[],
  ) {
    super(`${code}: ${JSON.stringify(details)}`);
  }
}

interface Job {
  readonly status: { readonly conditions?: readonly { readonly type: string }[] };
}

/** Of the chart, by path. */
type Values = Readonly<Record<string, string | number | boolean>>;

/** Craic as helm installs it, in a namespace of its own. */
export class Release {
  readonly name = "craic";
  readonly cluster: Kubernetes;
  profile: "compact" | "mesh" = "compact";

  /** @param values of the chart, beside those that all tests need */
  constructor(
    namespace: string,
    private readonly values: Values = {},
  ) {
    this.cluster = new Kubernetes(namespace);
  }

  /** The component that hosts a service. */
  hostOf(service: string): string {
    return `${this.name}-${this.profile === "compact" ? "all" : service}`;
  }

  /** Makes a namespace where nothing is, and no pod may do more than restricted Pod Security lets it. */
  async prepare(): Promise<void> {
    await this.remove();
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    const { namespace: name } = this.cluster;
    await this.cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
  }

  async install(): Promise<void> {
    await this.cluster.helm("install", this.name, CHART, ...this.arguments(), ...SETTLED);
  }

  async upgrade(values: Values): Promise<void> {
    await this.cluster.helm("upgrade", this.name, CHART, ...this.arguments(values), ...SETTLED);
  }

  async rollback(): Promise<void> {
    await this.cluster.helm("rollback", this.name, ...SETTLED);
  }

  async uninstall(): Promise<void> {
    await this.cluster.helm("uninstall", this.name, "--wait", "--timeout", "3m");
  }

  /** The namespace with all that is in it, and what the release has outside of it. */
  async remove(): Promise<void> {
    await this.cluster
      .helm("uninstall", this.name, "--ignore-not-found", "--no-hooks")
      .catch(() => undefined);
    await this.cluster.can("delete", "namespace", this.cluster.namespace, "--wait", "--timeout=3m");
  }

  private arguments(values: Values = {}): string[] {
    const all = {
      ...imageValues("image", images.craic),
      ...imageValues("mariadb.image", images.mariadb),
      ...imageValues("ingress.caddy.image", images.caddy),
      // The caller is one client with the calls of many, for longer than a token is good.
      "settings.gateway.CRAIC_RATE_LIMIT_PER_SECOND": 0,
      "settings.auth.CRAIC_AUTH_ACCESS_TOKEN_SECONDS": 7200,
      // A night's training is worth it after one new row.
      "settings.trainer.CRAIC_TRAIN_MIN_NEW_ROWS": 1,
      "settings.trainer.CRAIC_TRAIN_MIN_NEW_SHARE": 0,
      ...this.values,
      ...values,
    };
    const sets = Object.entries(all).flatMap(([path, value]) => ["--set", `${path}=${value}`]);
    return ["--values", join(CHART, `values-${this.profile}.yaml`), ...sets];
  }

  async adminToken(): Promise<string> {
    const deployment = `deployment/${this.hostOf("auth")}`;
    const program = ["/usr/local/bin/node", "dist/craic.mjs", "admin-token"];
    return (await this.cluster.kubectl("exec", deployment, "--", ...program)).trim();
  }

  /** A way in for a person, until it is disposed of. */
  async visit(): Promise<Visit> {
    return new Visit(await forwardPort(this.cluster, `service/${this.hostOf("gateway")}`, 8080));
  }

  /** Somebody whose feed is asked for `ratePerSecond` times a second. */
  async startCaller(ratePerSecond: number): Promise<Caller> {
    await using visit = await this.visit();
    return await Caller.start(this.cluster, {
      image: images.craic,
      release: this.name,
      origin: `http://${this.hostOf("gateway")}:8080`,
      cityId: await visit.someCity(),
      token: await visit.register(),
      ratePerSecond,
    });
  }

  /** Until the page is there, and every component has all the pods that it should have. */
  async settled(): Promise<void> {
    await eventually(async () => {
      await this.cluster.kubectl("rollout", "status", `deployment/${this.hostOf("gateway")}`, "--timeout=5s");
      await using visit = await this.visit();
      await visit.someCity();
    }, 240_000);
  }

  /** Until a trained model ranks. */
  async trained(): Promise<void> {
    await eventually(async () => {
      await using visit = await this.visit();
      if (!/^\d+\.\d+\.\d+$/.test(await visit.modelVersion())) throw new Error("no model ranks yet");
    }, 180_000);
  }

  /** Ends a pod as a power cut does. */
  async kill(pod: string): Promise<void> {
    await this.cluster.kubectl("delete", "pod", pod, "--grace-period=0", "--force", "--wait=false");
  }

  async podsOf(component: string): Promise<string[]> {
    const selector = `app.kubernetes.io/component=${component}`;
    const names = await this.cluster.kubectl("get", "pods", "--selector", selector, "--output", "name");
    return names
      .trim()
      .split("\n")
      .map((name) => name.replace("pod/", ""));
  }

  /**
   * Trains as the night does, until a model comes of it: one on almost the same feedback as the last may well be a
   * little worse for some city, and is rejected then.
   */
  async train(): Promise<string> {
    for (let nights = 1; ; nights++) {
      try {
        return await this.runNow("trainer");
      } catch (error) {
        if (nights === MOST_NIGHTS || !String(error).includes("was rejected")) throw error;
      }
    }
  }

  /** Runs a CronJob now, as `kubectl create job --from` does, and returns what it wrote. @throws Error when it fails */
  async runNow(cronJob: string): Promise<string> {
    const job = `${cronJob}-${randomUUID().slice(0, 8)}`;
    await this.cluster.kubectl("create", "job", `--from=cronjob/${this.name}-${cronJob}`, job);
    const outcome = await eventually(async () => {
      const { status } = await this.cluster.json<Job>("get", "job", job);
      const ended = status.conditions?.find(({ type }) => type === "Complete" || type === "Failed");
      if (ended === undefined) throw new Error(`${job} has not ended`);
      return ended.type;
    }, 300_000);
    const said = await this.cluster.kubectl("logs", `job/${job}`, "--all-containers");
    if (outcome !== "Complete") throw new Error(`${job} failed:\n${said}`);
    return said;
  }
}

/** Calls of the gateway by HTTP, as the page makes them. */
export class Visit implements AsyncDisposable {
  readonly origin: string;
  private city: Promise<{ cities: { city: { cityId: string } }[] }> | undefined;

  constructor(private readonly way: { readonly port: number } & AsyncDisposable) {
    this.origin = `http://127.0.0.1:${way.port}`;
  }

  /** @throws Refusal */
  async call<T>(method: string, message: object, token?: string): Promise<T> {
    const response = await fetch(`${this.origin}/${method}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "connect-timeout-ms": "10000",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(15_000),
    });
    const answer = await response.json();
    if (!response.ok) {
      const { code = String(response.status), details = [] } = answer as Partial<Refusal>;
      throw new Refusal(code, details);
    }
    return answer as T;
  }

  /** The one with most events, as it was when it was first asked for. */
  async someCity(): Promise<string> {
    const method = "craic.gateway.v1.FeedService/ListCities";
    this.city ??= this.call<{ cities: { city: { cityId: string } }[] }>(method, {});
    return (await this.city).cities[0]!.city.cityId;
  }

  /** An access token of a new account. */
  async register(): Promise<string> {
    const account = { email: `${randomUUID()}@example.org`, password: randomUUID(), displayName: "Somebody" };
    const answer = await this.call<{ tokens: { accessToken: string } }>(
      "craic.auth.v1.AuthService/Register",
      account,
    );
    return answer.tokens.accessToken;
  }

  async feed(token: string, pageSize = 20): Promise<FeedItem[]> {
    const message = { cityId: await this.someCity(), pageSize };
    return (
      (await this.call<{ items?: FeedItem[] }>("craic.gateway.v1.FeedService/GetFeed", message, token))
        .items ?? []
    );
  }

  /** What the recommender ranks, whatever the other services can say of it. */
  async recommended(token: string): Promise<string[]> {
    const method = "craic.recommender.v1.RecommenderService/Recommend";
    const message = { cityId: await this.someCity() };
    const { items = [] } = await this.call<{ items?: { eventId: string }[] }>(method, message, token);
    return items.map(({ eventId }) => eventId);
  }

  async saved(token: string): Promise<string[]> {
    const message = { pageSize: 100 };
    const { items = [] } = await this.call<{ items?: FeedItem[] }>(
      "craic.gateway.v1.FeedService/ListSaved",
      message,
      token,
    );
    return items.map(({ event }) => event.eventId);
  }

  /** @throws Refusal where it was not recorded */
  async tell(token: string, kind: "SAVE" | "HIDE" | "CLICK", eventId: string): Promise<void> {
    const feedback = [{ feedbackId: randomUUID(), eventId, kind: `FEEDBACK_KIND_${kind}` }];
    await this.call("craic.recommender.v1.RecommenderService/RecordFeedback", { feedback }, token);
  }

  async modelVersion(): Promise<string> {
    const method = "craic.recommender.v1.RecommenderService/GetModelInfo";
    const { model } = await this.call<{ model?: { version?: string } }>(method, {});
    return model?.version ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.way[Symbol.asyncDispose]();
  }
}
