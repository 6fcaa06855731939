import { PORT_SETTINGS, readGrpcAccess } from "../process-settings.js";
import { Settings } from "../settings.js";
import { exitOn } from "../signals.js";
import { readTlsFiles } from "../tls-settings.js";
import { probeHealth } from "./probe.js";

const USAGE = `Usage: health.mjs

Asks the process that runs with the same settings on this machine, over gRPC, whether it takes calls.
Exit status: 0 when it does, 1 when it does not or cannot be reached, 64 for a command that makes no sense,
78 when settings need attention.

Settings are environment variables: CRAIC_BIND, CRAIC_GRPC_PORT, CRAIC_TLS_CERT, CRAIC_TLS_KEY, CRAIC_TLS_CA,
CRAIC_GRPC_ACCESS, and CRAIC_HEALTH_TIMEOUT_MS: how long an answer may take, 4000 unless set.
`;
const EXIT_USAGE = 64;

async function probe(): Promise<void> {
  const settings = new Settings(process.env);
  const server = {
    bind: settings.string("CRAIC_BIND", "127.0.0.1"),
    grpcPort: settings.integer(PORT_SETTINGS.grpc, 50051, 1, 65_535),
    tls: readGrpcAccess(settings) === "mutual" ? readTlsFiles(settings)?.files : undefined,
  };
  // Less than the 5 s after which the image's HEALTHCHECK has the probe ended.
  const timeoutMs = settings.integer("CRAIC_HEALTH_TIMEOUT_MS", 4_000, 1, 600_000);
  settings.check();
  const problem = await probeHealth(server, timeoutMs);
  if (problem === undefined) return;
  process.stderr.write(`not healthy: ${problem}\n`);
  process.exitCode = 1;
}

const [word] = process.argv.slice(2);
if (word === undefined) {
  probe().catch(exitOn);
} else {
  process.stdout.write(USAGE);
  process.exitCode = word === "--help" || word === "-h" ? 0 : EXIT_USAGE;
}
