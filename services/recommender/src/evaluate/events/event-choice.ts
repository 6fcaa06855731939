import { type Choices, fitConditionalLogit } from "@craic/numerics/conditional-logit.js";
import { createRandom } from "@craic/numerics/random.js";
import type { Algorithm, Parameter, Settings, Training } from "../algorithm.js";
import { askAboutAttendance, DAY_MS } from "../attendance-split.js";
import type { ItemDetails } from "../data-set.js";
import type { Question, Split } from "../question.js";
import { EventTerms, termNames, termSources } from "./event-terms.js";
import { EventTraits } from "./event-traits.js";
import { learnEventVectors } from "./event-vectors.js";

/** Penalty on weights that stray from the prior. */
const RIDGE = 0.5;
/** What every term counts before anything is learned. */
const PRIOR_WEIGHT = 0.5;
/** Part of what is known beyond which learning weights begins, at the earliest: before, there is no past to speak of. */
const EARLIEST_LEARNING = 0.5;

const whole = { scale: "linear", whole: true } as const;
const onOrOff: Parameter = { preset: 1, from: 0, to: 1, ...whole, most: 1, fixed: true };

/**
 * Ranks events that nobody has been to: the terms of event-terms.ts, weighted so as to explain what people went to
 * lately. Of all events of those weeks, why this one? The weights are those of a conditional logit, learned on the
 * last months of training; each choice knows only what had happened before it.
 */
export const eventChoice: Algorithm = {
  name: "event-choice",
  summary: "for new events: habits, places, draw, company, learned vectors; weighted by a choice model",
  parameters: {
    halfLifeDays: { preset: 730, from: 90, to: 3_650, scale: "log" },
    learnDays: { preset: 365, from: 60, to: 1_095, ...whole },
    windowDays: { preset: 30, from: 7, to: 90, ...whole, fixed: true },
    choices: { preset: 4_000, from: 100, to: 20_000, ...whole, fixed: true },
    alternatives: { preset: 60, from: 5, to: 500, ...whole, most: 1_000, fixed: true },
    ...Object.fromEntries(termSources.map((source) => [source, onOrOff])),
  },
  needs: "events",
  async fit(training, settings) {
    const { details, users, interactions } = training;
    if (details?.[0]?.event === undefined) throw new RangeError("the items are not events");
    const halfLifeMs = settings.halfLifeDays! * DAY_MS;
    const split = choicesIn(training, details, settings);
    const traits = new EventTraits(details);
    // Vectors know nothing of the choices either that their weight is learned from.
    const vectors = await learnEventVectors(traits, users, split.train, training);
    const terms = new EventTerms(traits, details, vectors, users, halfLifeMs);
    const observeUpTo = observer(terms, split);
    const choices = writeChoices(terms, split.questions, settings, training.seed, observeUpTo);
    observeUpTo(interactions.count - split.train.count);
    const used = termNames.map((name) => settings[name.split(".")[0]!] !== 0);
    const weights = fitUsed(choices, used);
    const row = new Float64Array(termNames.length);
    return {
      observe: (user, item, timeMs) => terms.observe(user, item, timeMs),
      score({ user, atMs }, candidates, scores) {
        terms.begin(user, atMs);
        for (let i = 0; i < candidates.length; i++) {
          terms.write(candidates[i]!, row, 0);
          let score = 0;
          for (let t = 0; t < row.length; t++) score += weights[t]! * row[t]!;
          scores[i] = score;
        }
      },
      explain: () => termNames.map((name, t) => `${name} ${weights[t]!.toFixed(2)}`).join(", "),
    };
  },
};

/** The choices that weights are learned from: those of the last days of training. */
function choicesIn(
  { interactions }: Training,
  details: readonly ItemDetails[],
  { learnDays, windowDays }: Settings,
): Split {
  const { timesMs, count } = interactions;
  const endMs = timesMs[count - 1] ?? 0;
  const fromMs = Math.max(endMs - learnDays! * DAY_MS, timesMs[Math.floor(count * EARLIEST_LEARNING)] ?? 0);
  const rules = { fromMs, windowDays: windowDays!, minHistory: 1, leadDays: windowDays! };
  return askAboutAttendance({ interactions, details }, rules);
}

/** Lets the terms know everything before the split at once, and the rest up to a place. */
function observer(terms: EventTerms, { train, later }: Split): (place: number) => void {
  for (let i = 0; i < train.count; i++) terms.observe(train.users[i]!, train.items[i]!, train.timesMs[i]!);
  let observed = 0;
  return (place) => {
    for (; observed < place; observed++) {
      terms.observe(later.users[observed]!, later.items[observed]!, later.timesMs[observed]!);
    }
  };
}

function writeChoices(
  terms: EventTerms,
  questions: readonly Question[],
  settings: Settings,
  seed: number,
  observeUpTo: (place: number) => void,
): Choices {
  const random = createRandom(seed);
  const alternatives = settings.alternatives!;
  const asked = questions.filter(() => random() * questions.length < settings.choices!);
  const dimension = termNames.length;
  const offsets = new Uint32Array(asked.length + 1);
  const attributes = new Float32Array(asked.length * (1 + alternatives) * dimension);
  let rows = 0;
  for (const [i, question] of asked.entries()) {
    observeUpTo(question.known);
    terms.begin(question.user, question.atMs);
    const taken = question.relevant[0]!;
    const others = question.candidates().filter((event) => event !== taken);
    for (const event of [taken, ...sample(others, alternatives, random)]) {
      terms.write(event, attributes, rows++ * dimension);
    }
    offsets[i + 1] = rows;
  }
  return { offsets, attributes, dimension };
}

/** Weights of all terms; those of terms that are not used are zero. */
function fitUsed({ offsets, attributes, dimension }: Choices, used: readonly boolean[]): Float64Array {
  const kept = [...used.keys()].filter((t) => used[t]);
  const rows = offsets.at(-1)!;
  const narrow = new Float32Array(rows * kept.length);
  for (let row = 0; row < rows; row++) {
    for (const [i, t] of kept.entries()) narrow[row * kept.length + i] = attributes[row * dimension + t]!;
  }
  const prior = new Float64Array(kept.length).fill(PRIOR_WEIGHT);
  const fitted = fitConditionalLogit({ offsets, attributes: narrow, dimension: kept.length }, prior, RIDGE);
  const weights = new Float64Array(dimension);
  for (const [i, t] of kept.entries()) weights[t] = fitted[i]!;
  return weights;
}

/** At most `most` of a list, each as likely as any other; changes the list. Source: Fisher and Yates, 1938. */
function sample(list: Uint32Array, most: number, random: () => number): Uint32Array {
  const count = Math.min(most, list.length);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (list.length - i));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list.subarray(0, count);
}
