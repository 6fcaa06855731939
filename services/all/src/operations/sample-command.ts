import { join } from "node:path";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { issueOperatorToken } from "@craic/auth/access-token.js";
import {
  ModelChannel,
  ModelService,
  TrainingResult,
} from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import { OPERATOR } from "@craic/runtime/call-graph.js";
import type { Logger } from "@craic/runtime/log.js";
import { addressSetting, createMeshTransport } from "@craic/runtime/mesh-transport.js";
import { createMetrics } from "@craic/runtime/metrics.js";
import { createMutualTls } from "@craic/runtime/mutual-tls.js";
import { DEFAULT_CALLS_AT_ONCE } from "@craic/runtime/outgoing.js";
import { createRemotes } from "@craic/runtime/remotes.js";
import { readTls } from "@craic/runtime/tls-settings.js";
import { patiently } from "../patiently.js";
import { loadSample } from "../sample.js";
import type { Command } from "./command.js";
import { readSigningKey } from "./serving-commands.js";

/** Those that the sample is for. */
const SERVICES = ["venues", "djs", "events", "recommender"];
const MAX_MESSAGE_BYTES = 1_048_576;
const TOKEN_S = 15 * 60;

export const sample: Command = {
  summary: "loads the sample catalogue into services that run, and has a first model trained",
  help: `Brings in the catalogue's cities, venues, artists and events and what a simulated audience made of them, then asks the
recommender for a training where no model ranks yet. What is there stays as it is; what is away is waited for.
CRAIC_<SERVICE>_ADDR says where ${SERVICES.join(", ")} are. Calls carry an administrator's token, signed with
CRAIC_AUTH_KEY_FILE; with CRAIC_TLS_CERT, CRAIC_TLS_KEY and CRAIC_TLS_CA, a certificate for "${OPERATOR}" too.`,
  async run({ settings, log, now, assets }) {
    const addresses = new Map(SERVICES.map((name) => [name, settings.string(addressSetting(name))]));
    const keyFile = settings.string("CRAIC_AUTH_KEY_FILE");
    const tlsSettings = readTls(settings, [OPERATOR]);
    settings.check();
    const key = readSigningKey(keyFile);
    const adminToken = () => issueOperatorToken(key, now(), TOKEN_S).token;
    const tls = tlsSettings && createMutualTls(tlsSettings, { log });
    const remotes = createRemotes(
      { addresses, maxMessageBytes: MAX_MESSAGE_BYTES, maxCallsAtOnce: DEFAULT_CALLS_AT_ONCE },
      { interceptors: [], tls, log, metrics: createMetrics() },
    );
    try {
      const transport = createMeshTransport({ remote: (name) => remotes.to(name) });
      const folder = join(assets, "catalogue");
      const announce = (step: string) => log.debug(step);
      await patiently(() => loadSample({ transport, adminToken, folder, now, log, announce }), { log });
      await patiently(() => trainFirstModel(transport, adminToken, log), { log });
    } finally {
      remotes.close();
      await tls?.close();
    }
  },
};

/**
 * Has a model trained where none is published yet. Without one popularity ranks, so a training that is not to be had or
 * comes to nothing is told and not fatal. Rejects when the recommender is away.
 */
async function trainFirstModel(transport: Transport, adminToken: () => string, log: Logger): Promise<void> {
  const models = createClient(ModelService, transport);
  const call = { headers: { authorization: `Bearer ${adminToken()}` } };
  const { channels } = await models.getModelStatus({}, call);
  const control = channels.find(({ channel }) => channel === ModelChannel.CONTROL);
  if (control?.publishedVersion) return;
  try {
    for await (const { step, outcome } of models.retrain({ force: true }, call)) {
      if (outcome === undefined) log.debug(step);
      else if (outcome.result === TrainingResult.PUBLISHED)
        log.info({ version: outcome.version }, "a first model ranks");
      else log.warn({ reason: outcome.reason }, "no first model: popularity ranks");
    }
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error);
    if (code === Code.Unavailable) throw error;
    log.warn({ error: rawMessage }, "no first model could be trained: popularity ranks");
  }
}
