import { parseArgs } from "node:util";

/** How a trainer's process ends. Those from 64 on are of sysexits.h. */
export const trainExit = {
  /** A model was trained and serves, or none was needed. */
  done: 0,
  rejected: 3,
  busy: 4,
  /** The model serves, but some recommender could not be told. */
  notTold: 5,
  usage: 64,
  notPublished: 73,
  calledOff: 143,
} as const;

export const TRAIN_USAGE = `Usage: train [--force]

Trains a model on all feedback, tests it beside the one that serves on what people discovered later, and lets it
serve unless it is worse.

  --force  trains though hardly any feedback has come in since the last time
  --help   prints this

Exit status:
  ${trainExit.done}    a model was trained and serves, or there was nothing to train; it says which
  ${trainExit.rejected}    a model was trained and is worse than the one that serves, which goes on; it is kept, marked rejected
  ${trainExit.busy}    another trainer is at work
  ${trainExit.notTold}    the model serves, but not every recommender could be told; they find out within seconds
  ${trainExit.usage}   the command line makes no sense
  ${trainExit.notPublished}   no model could be published, for example because no space is left, or channels.json cannot be read;
       nothing is left of what was trained
  78   settings are missing or wrong
  ${trainExit.calledOff}  it was told to stop; nothing was published
  1    anything else

Settings are environment variables; docs/settings.md lists them all.
`;

/** The command line makes no sense; the message says why. */
export class UsageError extends Error {}

/** @param args without the program's name. Throws a UsageError. */
export function parseTrainArguments(args: readonly string[]): { help: boolean; force: boolean } {
  try {
    const options = {
      force: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    } as const;
    const { help, force } = parseArgs({ args: [...args], options }).values;
    return { help, force };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
