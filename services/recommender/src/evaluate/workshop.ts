import type { Scorer, Settings, Training } from "./algorithm.js";
import { algorithmsByName, settingsOf } from "./algorithms.js";
import type { DataSet, Interactions } from "./data-set.js";
import type { Options } from "./options.js";
import { carver } from "./protocol.js";
import type { Split } from "./question.js";

/** Trains algorithms on parts of one data set. */
export class Workshop {
  private readonly made = new WeakMap<Interactions, Map<string, Scorer>>();
  private readonly carved = new WeakMap<Interactions, Map<number | undefined, Split>>();

  constructor(
    private readonly data: DataSet,
    private readonly options: Options,
    private readonly seed: number,
  ) {}

  /** Trains an algorithm as the options set it, once for the same interactions: a blend's parts may be there already. */
  async fit(name: string, interactions: Interactions): Promise<Scorer> {
    const made = this.made.get(interactions) ?? new Map<string, Scorer>();
    this.made.set(interactions, made);
    const before = made.get(name);
    if (before !== undefined) return before;
    const scorer = await this.fitAs(name, interactions, this.settings(name));
    // One that goes on learning belongs to whoever asked for it.
    if (scorer.observe === undefined) made.set(name, scorer);
    return scorer;
  }

  /**
   * Trains an algorithm with the given settings.
   *
   * @throws RangeError naming the algorithm, when it cannot be
   */
  async fitAs(name: string, interactions: Interactions, settings: Settings): Promise<Scorer> {
    const { userIds, itemIds, details } = this.data;
    const training: Training = {
      users: userIds.length,
      items: itemIds.length,
      interactions,
      details,
      seed: this.seed,
      threads: this.options.threads,
      carve: (from, negatives) => this.carve(from, negatives),
      fit: (part, from) => this.fit(part, from),
    };
    try {
      return await algorithmsByName.get(name)!.fit(training, settings);
    } catch (error) {
      if (error instanceof RangeError) throw new RangeError(`${name}: ${error.message}`, { cause: error });
      throw error;
    }
  }

  /** What an algorithm is set to: its presets, and what the options say otherwise. */
  settings(name: string): Settings {
    return settingsOf(algorithmsByName.get(name)!, this.options.settings[name]);
  }

  /** A validation part held out of interactions; the same one each time, so that what is trained on it is kept. */
  carve(interactions: Interactions, negatives?: number): Split {
    const carved = this.carved.get(interactions) ?? new Map<number | undefined, Split>();
    this.carved.set(interactions, carved);
    const split =
      carved.get(negatives) ?? carver(this.data, this.options, this.seed)(interactions, negatives);
    carved.set(negatives, split);
    return split;
  }
}
