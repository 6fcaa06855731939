import type { DataSet, GivenTest } from "./data-set.js";
import { InteractionBuilder, Numbering } from "./interaction-builder.js";
import { eachRating } from "./read-ratings.js";
import { DataError, eachLine, MalformedLine } from "./text-lines.js";

/** The three files of one leave-one-out data set. */
export interface LeaveOneOutFiles {
  readonly train: string;
  readonly test: string;
  readonly negatives: string;
}

/**
 * Reads the files that go with He et al., "Neural Collaborative Filtering", WWW 2017: `x.train.rating` and
 * `x.test.rating` are lines `user item rating timestamp`; each line of `x.test.negative` has the pair
 * `(user,item)` that is held out and then, tab between, items that the user has nothing to do with.
 */
export async function readLeaveOneOut(files: LeaveOneOutFiles, minRating: number): Promise<DataSet> {
  const users = new Numbering();
  const items = new Numbering();
  const interactions = new InteractionBuilder();
  await eachRating(files.train, ({ user, item, value, timeS }) => {
    if (value < minRating) return;
    interactions.add(users.numberOf(user), items.numberOf(item), value, timeS * 1_000);
  });
  const heldOut = new Map<string, { item: string; timeMs: number }>();
  await eachRating(files.test, ({ user, item, timeS }) => {
    heldOut.set(user, { item, timeMs: timeS * 1_000 });
  });
  const given: GivenTest[] = [];
  await eachLine(files.negatives, (line) => {
    const [pair, ...negatives] = line.trimEnd().split("\t");
    const [, user, item] = /^\(\s*([^,()\s]+)\s*,\s*([^,()\s]+)\s*\)$/.exec(pair!) ?? [];
    if (user === undefined || item === undefined) {
      throw new MalformedLine(`expected (user,item) and a tab, found ${JSON.stringify(pair)}`);
    }
    const test = heldOut.get(user);
    if (test?.item !== item) throw new MalformedLine(`${pair} is not in ${files.test}`);
    if (negatives.length === 0) throw new MalformedLine(`${pair} has no negatives`);
    if (negatives.includes(item)) throw new MalformedLine(`${item} is among its own negatives`);
    given.push({
      user: users.numberOf(user),
      item: items.numberOf(item),
      timeMs: test.timeMs,
      negatives: Uint32Array.from(negatives, (name) => {
        if (name === "") throw new MalformedLine("a negative is empty");
        return items.numberOf(name);
      }),
    });
  });
  if (given.length !== heldOut.size) {
    throw new DataError(`${files.negatives}: has ${given.length} users, but ${files.test} ${heldOut.size}`);
  }
  return {
    userIds: users.names,
    itemIds: items.names,
    interactions: interactions.build(),
    details: undefined,
    given,
  };
}
