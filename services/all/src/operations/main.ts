import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { createLogger } from "@craic/runtime/log.js";
import { Settings } from "@craic/runtime/settings.js";
import { exitOn } from "@craic/runtime/signals.js";
import { type Command, Refused } from "./command.js";

/** Each is loaded only when it is run: a Job's memory is what it needs for its own work. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  secrets: async () => (await import("./state-commands.js")).secrets,
  certificates: async () => (await import("./state-commands.js")).certificates,
  databases: async () => (await import("./state-commands.js")).databases,
  migrate: async () => (await import("./state-commands.js")).migrate,
  backup: async () => (await import("./backup-commands.js")).backup,
  "restore-begin": async () => (await import("./backup-commands.js")).restoreBegin,
  "restore-finish": async () => (await import("./backup-commands.js")).restoreFinish,
  "train-token": async () => (await import("./serving-commands.js")).trainToken,
  sample: async () => (await import("./sample-command.js")).sample,
  dynamodb: async () => (await import("./serving-commands.js")).dynamodb,
};
/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

async function usage(): Promise<string> {
  const summaries: string[] = [];
  for (const [name, load] of Object.entries(commands))
    summaries.push(`  ${name.padEnd(16)}${(await load()).summary}`);
  return `Usage: operations COMMAND [--help]

What the chart's Jobs run:

${summaries.join("\n")}

Settings are environment variables; docs/settings.md lists them all.
`;
}

async function main(args: readonly string[]): Promise<number> {
  const [name = "", ...rest] = args;
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const asksForHelp = args.some((arg) => arg === "--help" || arg === "-h");
  if (load === undefined) {
    process[asksForHelp ? "stdout" : "stderr"].write(await usage());
    return asksForHelp ? 0 : EXIT_USAGE;
  }
  const command = await load();
  if (asksForHelp || rest.length > 0) {
    process.stdout.write(`Usage: operations ${name}\n\nThis ${command.summary}.\n\n${command.help}\n`);
    return asksForHelp ? 0 : EXIT_USAGE;
  }
  const settings = new Settings(process.env);
  await command.run({
    settings,
    log: createLogger(settings.string("LOG_LEVEL", "info"), name),
    now: () => new Date(),
    assets: dirname(realpathSync(process.argv[1] as string)),
  });
  return 0;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    if (!(error instanceof Refused)) exitOn(error);
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.status;
  },
);
