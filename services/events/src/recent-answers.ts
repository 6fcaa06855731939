/** Answers of a costly question, remembered for a short while. */
export interface RecentAnswers<Answer> {
  get(key: string): Promise<Answer>;
}

/** Most answers that are remembered; keys come from requests. */
const MAX_ANSWERS = 1_000;

/**
 * Remembers what `ask` answered for `ttlMs`, and no longer than `version` stays what it was when it was asked.
 * Who asks while the same question is under way shares its answer.
 */
export function createRecentAnswers<Answer>(
  ask: (key: string) => Promise<Answer>,
  { ttlMs, version, now }: { ttlMs: number; version: () => number; now: () => Date },
): RecentAnswers<Answer> {
  const answers = new Map<string, { answer: Promise<Answer>; version: number; untilMs: number }>();
  return {
    get(key) {
      const nowMs = now().getTime();
      const known = answers.get(key);
      if (known !== undefined && known.version === version() && nowMs < known.untilMs) return known.answer;
      if (answers.size >= MAX_ANSWERS) answers.clear();
      const entry = { answer: ask(key), version: version(), untilMs: nowMs + ttlMs };
      answers.set(key, entry);
      entry.answer.catch(() => {
        if (answers.get(key) === entry) answers.delete(key);
      });
      return entry.answer;
    },
  };
}
