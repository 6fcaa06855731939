import { LruMap } from "@craic/runtime/lru-map.js";
import type { EvaluationDetails, FlagValue, Hook, HookContext } from "@openfeature/server-sdk";
import type { Shown } from "./recorder.js";

/** People and experiments that are remembered as told. */
const MOST_REMEMBERED = 10_000;

/**
 * Makes an evaluation an exposure: to be given to the evaluation of what is shown at once, for being assigned alone counts
 * for nothing. What a person was shown within the last `everyMs` is not told again.
 */
export class ExposureHook implements Hook {
  /** When somebody's variant was told; the one told longest ago leaves first. */
  private readonly told = new LruMap<string, number>(MOST_REMEMBERED);

  constructor(
    private readonly expose: (shown: Shown, context: HookContext["context"]) => void,
    private readonly everyMs: number,
    private readonly now: () => Date,
  ) {}

  after({ context }: Readonly<HookContext>, { variant, flagMetadata }: EvaluationDetails<FlagValue>): void {
    const { experimentId } = flagMetadata;
    if (variant === undefined || typeof experimentId !== "string") return;
    const key = `${experimentId} ${variant} ${context.targetingKey}`;
    const nowMs = this.now().getTime();
    if (nowMs - (this.told.peek(key) ?? Number.NEGATIVE_INFINITY) < this.everyMs) return;
    this.told.set(key, nowMs);
    this.expose({ experimentId, variant }, context);
  }
}
