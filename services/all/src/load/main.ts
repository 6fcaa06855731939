import { setTimeout as pause } from "node:timers/promises";
import { createConnectTransport } from "@connectrpc/connect-node";
import { Settings } from "@craic/runtime/settings.js";
import { exitOn } from "@craic/runtime/signals.js";
import { load } from "./load.js";
import { isOwnGateway } from "./own-gateway.js";

const USAGE = `Usage: load.mjs

Reads feeds and opens events at an even rate for some time, as people do whom nobody knows, and prints what came of it
as one line of JSON. Only a gateway of the same cluster or machine may be its target.

  CRAIC_LOAD_TARGET            http://craic-gateway:8080, for example
  CRAIC_LOAD_CALLS_PER_SECOND  1 to 200; 20 unless set
  CRAIC_LOAD_SECONDS           1 to 600; 60 unless set

Exit status: 0 when every call was answered, 1 when one was not, 64 for a command that makes no sense, 78 when settings
need attention.
`;
const EXIT_USAGE = 64;

async function main(): Promise<void> {
  const settings = new Settings(process.env);
  const target = settings.string("CRAIC_LOAD_TARGET");
  if (target !== "" && !isOwnGateway(target))
    settings.reject(`CRAIC_LOAD_TARGET is "${target}", not http:// and a service of this cluster or machine`);
  const callsPerSecond = settings.integer("CRAIC_LOAD_CALLS_PER_SECOND", 20, 1, 200);
  const seconds = settings.integer("CRAIC_LOAD_SECONDS", 60, 1, 600);
  settings.check();
  const figures = await load({
    transport: createConnectTransport({ baseUrl: target, httpVersion: "1.1" }),
    callsPerSecond,
    seconds,
    clock: () => performance.now(),
    pause,
    random: Math.random,
  });
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  if (Object.keys(figures.failed).length > 0) process.exitCode = 1;
}

const [word] = process.argv.slice(2);
if (word === undefined) {
  main().catch(exitOn);
} else {
  process.stdout.write(USAGE);
  process.exitCode = word === "--help" || word === "-h" ? 0 : EXIT_USAGE;
}
