import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepDynalite } from "../../services/all/src/kept-dynalite.js";
import { startExperimentsServer } from "../fixtures/experiments-server.js";
import { obey } from "./pace.js";

export interface ServerOutcome {
  readonly port: number;
  readonly token: string;
  /** Where the data lies; whoever started the process removes it. */
  readonly folder: string;
}

// The experiments service with DynamoDB's emulation beside it, kept on disk, as the process with everything hosts them.
obey(async (): Promise<ServerOutcome> => {
  const folder = mkdtempSync(join(tmpdir(), "craic-bench-"));
  const { endpoint } = await keepDynalite(folder);
  const { port, token } = await startExperimentsServer({ CRAIC_DYNAMODB_ENDPOINT: endpoint });
  return { port, token, folder };
});
