import { exitOn } from "@craic/runtime/signals.js";
import { runCommand } from "./evaluate/command.js";

/** Compares ways to rank on a data set, offline: the entry point of `npm run evaluate`. */
async function main(): Promise<void> {
  process.exitCode = await runCommand(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    nowMs: () => performance.now(),
  });
}

main().catch(exitOn);
