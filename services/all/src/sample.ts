import type { Transport } from "@connectrpc/connect";
import type { Logger } from "@craic/runtime/log.js";
import { bootstrapCatalogue } from "./bootstrap.js";
import { recordSimulatedAudience } from "./simulated-audience-recording.js";

interface SampleOptions {
  readonly transport: Transport;
  /** Of an administrator; made anew for each use, as it does not live long. */
  readonly adminToken: () => string;
  /** The catalogue's folder. */
  readonly folder: string;
  readonly now: () => Date;
  readonly log: Logger;
  /** Told how far it is, for a person who waits. */
  readonly announce: (step: string) => void;
}

/** Loads the sample catalogue and what its simulated audience did. Done again, it adds only what is new. */
export async function loadSample(options: SampleOptions): Promise<void> {
  const { transport, adminToken, folder, now, log, announce } = options;
  const catalogue = await bootstrapCatalogue({
    transport,
    accessToken: adminToken(),
    folder,
    now: now(),
    onProgress: (kind, done, total) => announce(`loading the sample catalogue: ${kind} ${done} of ${total}`),
  });
  log.info({ ...catalogue.counts }, "the sample catalogue is loaded");
  const audience = await recordSimulatedAudience({
    transport,
    accessToken: adminToken(),
    events: catalogue.events,
    now: now(),
    onProgress: (done, total) => announce(`loading what the simulated audience did: ${done} of ${total}`),
  });
  log.info({ ...audience }, "the simulated audience is loaded");
}
