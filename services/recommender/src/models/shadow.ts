import type { Logger } from "@craic/runtime/log.js";
import type { LiveState } from "../ranking/live-state.js";
import type { Algorithm, Ranker } from "../ranking/ranker.js";
import type { Scope } from "../ranking/scope.js";
import type { Preferences } from "../ranking/taste.js";
import type { CurrentModel } from "./current-model.js";
import { ShadowComparison } from "./shadow-comparison.js";

/** How much of a list is compared: what a recommendation begins with. */
const DEPTH = 60;
/** Requests that wait at most; those beyond are dropped. */
const MOST_WAITING = 32;

/** What a recommendation was asked for. */
export interface RankingRequest {
  /** "" for nobody in particular. */
  readonly userId: string;
  readonly preferences: Preferences;
  readonly scope: Scope;
  readonly algorithm: Algorithm;
}

export interface ShadowOptions {
  /** Share of the requests that the shadow ranks too, 0 to 1. */
  readonly share: number;
  readonly random: () => number;
  readonly now: () => Date;
  /** A clock that only runs forward, in milliseconds. */
  readonly elapsedMs: () => number;
  readonly log: Logger;
}

/**
 * Ranks a sample of the requests with the shadow channel's model, after they have been answered, and compares.
 * Control ranks them once more beside it: at the same instant, from the same state and with the same work, so
 * that only the models differ. One request is ranked a turn, that others may have theirs; when too many wait
 * some are dropped. Nothing of it reaches an answer.
 */
export class Shadow {
  private readonly waiting: RankingRequest[] = [];
  private isDue = false;
  private compared: ShadowComparison | undefined;

  constructor(
    private readonly state: LiveState,
    private readonly model: CurrentModel,
    private readonly options: ShadowOptions,
  ) {}

  /** What is known of the models that are now shadow and control; undefined where there is nothing to compare. */
  get comparison(): ShadowComparison | undefined {
    const shadow = this.model.loadedIn("shadow")?.manifest.version;
    const control = this.model.ranker.model.version;
    if (shadow === undefined || shadow === control) return undefined;
    if (this.compared?.shadowVersion !== shadow || this.compared.controlVersion !== control) {
      this.compared = new ShadowComparison(shadow, control);
    }
    return this.compared;
  }

  /** Takes in a request that was answered, if it is one of the sample. */
  offer(request: RankingRequest): void {
    if (this.model.loadedIn("shadow") === undefined || this.options.random() >= this.options.share) return;
    const { comparison } = this;
    if (comparison === undefined) return;
    if (this.waiting.length >= MOST_WAITING) {
      comparison.dropped++;
      return;
    }
    this.waiting.push(request);
    this.continueLater();
  }

  private continueLater(): void {
    if (this.isDue) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      const request = this.waiting.shift();
      if (request !== undefined) this.compare(request);
      if (this.waiting.length > 0) this.continueLater();
    }).unref();
  }

  private compare(request: RankingRequest): void {
    const { comparison, model } = this;
    const shadow = model.loadedIn("shadow")?.ranker;
    if (comparison === undefined || shadow === undefined) return;
    const nowMs = this.options.now().getTime();
    try {
      // Whoever ranks second finds caches warm: they take turns at it.
      const isFirst = comparison.requests % 2 === 0;
      const early = isFirst ? this.rank(shadow, request, nowMs) : undefined;
      const control = this.rank(model.ranker, request, nowMs);
      const own = early ?? this.rank(shadow, request, nowMs);
      comparison.add(own.events, control.events);
      comparison.shadowMs.push(own.tookMs);
      comparison.controlMs.push(control.tookMs);
    } catch (error) {
      comparison.failures++;
      if (comparison.failures > 1) return;
      const { shadowVersion: version } = comparison;
      this.options.log.warn({ err: error, version }, "the shadow has failed at a request");
    }
  }

  private rank(ranker: Ranker, { userId, preferences, scope, algorithm }: RankingRequest, nowMs: number) {
    const { elapsedMs } = this.options;
    const user = userId === "" ? -1 : this.state.behaviour.users.find(userId);
    const beganMs = elapsedMs();
    const events = ranker.forPerson({ user, preferences }, algorithm, nowMs, (session) =>
      session.pick(scope, [], DEPTH).map(({ event }) => event),
    );
    return { events, tookMs: elapsedMs() - beganMs };
  }
}
