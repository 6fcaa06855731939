import { algorithms } from "./algorithms.js";
import { formats } from "./read-data-set.js";

/** What --help prints. */
export function helpText(): string {
  const list = algorithms.map(({ name, summary, parameters }) => {
    const presets = Object.entries(parameters).map(([key, { preset }]) => `${key}=${preset}`);
    return `  ${name.padEnd(14)} ${summary}\n${presets.length === 0 ? "" : `  ${" ".repeat(14)} ${presets.join(" ")}\n`}`;
  });
  return `Usage: npm run evaluate -- --data DIR [--algorithm NAME,NAME …] [options]

Trains ways to rank on a part of the data and measures how high they put what people did in the rest. Prints a table
with 95% intervals (bootstrap over users); progress goes to stderr.

Data
  --data DIR            folder (or one file of ratings); its form is found out from the names of its files:
                          events.jsonl[.gz] + interactions.tsv[.gz]      who went to which event
                          items.tsv[.gz] + interactions.tsv[.gz]         MovieTweetings
                          *.train.rating, *.test.rating, *.test.negative leave-one-out, as with the neural
                                                                         collaborative filtering paper
                          ratings.dat, ratings.csv, u.data, *.rating     user item rating timestamp; MovieLens
  --format FORM         ${formats.join(", ")}: instead of finding it out
  --min-rating R        leave out ratings below R

What is asked
  --split KIND          given (the data's own; the default where it has one), leave-one-out (each user's last item; the
                        default for ratings), time (the default otherwise)
  --test-months M       time split: the last M months are the test; 12
  --test-share S        time split: the last part S of the interactions is, e.g. 0.2 (MovieTweetings: the default)
  --ranking WHAT        among all items (full), among sampled ones (sampled), or both; both
  --negatives N         items sampled for each question, unless the data brings them; 99
  --window-days D       events: candidates begin within D days of the attended one; 30
  --lead-days D         events: what is known is what happened D days before it or earlier; as --window-days, so that
                        all candidates are still to come. 0: all before its own day
  --min-history N       ask only about people with N interactions before; events: 3, otherwise 0
  --questions N         ask at most N questions, sampled

How it is measured
  --k K,K …             places that count; 10,5,20. The first is that of coverage, novelty and the plot
  --metric NAME@K       what the sub-populations and a search are about; ndcg@ the first k (hit, ndcg, recall, mrr)
  --seeds S,S …         repeat with other chance and average; 1
  --bootstrap N         resamples for the intervals; 1000
  --threads N           for training, at most 256; 2
  --out DIR             write DIR/evaluation.html (plots) and DIR/evaluation.json (every figure); of a search,
                        DIR/search.html and DIR/search.json

Search for settings
  --search NAME         look for the best settings of an algorithm on a validation part of the training data, among
                        sampled items unless --ranking is full; what --set sets stays. Takes one of --seeds, and
                        neither --algorithm nor --bootstrap
  --trials N            settings to try; 20
  --minutes M           stop when M minutes have passed; 10

Algorithms
  --algorithm NAME,…    which to compare; those that suit the data when left out
  --set NAME.P=NUMBER   set a parameter, e.g. --set als.factors=128

${list.join("")}
Examples
  npm run evaluate -- --data ml-1m --ranking sampled
  npm run evaluate -- --data opl_attendance/north_am_dev --algorithm content,event-choice --out report
  npm run evaluate -- --data ml-1m --search als --trials 20 --minutes 5
`;
}
