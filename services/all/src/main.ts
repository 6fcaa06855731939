import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { printAdminToken } from "@craic/auth/admin-token.js";
import { drainOnSignal, exitOn } from "@craic/runtime/signals.js";
import { startCraic } from "./craic.js";
import { trainHere } from "./training.js";

const USAGE = `Usage: npm start [-- COMMAND]

  (no command)   sets everything up and serves, until Ctrl-C
  train          trains a model now, whether or not a server runs (npm run train); --help says more
  admin-token    prints a token with which an operator may import and cancel; --help says more
  --help         prints this

Settings are environment variables; docs/settings.md lists them all.
`;

/** Where the bundles are. */
const assets = dirname(realpathSync(process.argv[1] as string));
const announce = (step: string) => process.stderr.write(`craic: ${step} …\n`);

async function serve(): Promise<void> {
  const craic = await startCraic({ environment: process.env, assets, announce });
  drainOnSignal(craic);
  const { httpPort, grpcPort, opsPort } = craic;
  craic.log.info({ httpPort, grpcPort, opsPort }, "ready for people");
  if (httpPort !== undefined) process.stderr.write(`\nCraic is ready: http://localhost:${httpPort}\n\n`);
}

function adminToken(args: readonly string[]): number {
  const directory = process.env.CRAIC_DATA_DIR || ".craic";
  const key = { CRAIC_AUTH_KEY_FILE: join(directory, "secrets", "signing-key.pem") };
  return printAdminToken({ ...key, ...process.env }, args);
}

const [command, ...rest] = process.argv.slice(2);
if (command === undefined) {
  serve().catch(exitOn);
} else if (command === "admin-token") {
  process.exitCode = adminToken(rest);
} else if (command === "train") {
  trainHere({ environment: process.env, assets, args: rest, announce }).then((status) => {
    process.exitCode = status;
  }, exitOn);
} else {
  process.stdout.write(USAGE);
  process.exitCode = command === "--help" || command === "-h" ? 0 : 64;
}
