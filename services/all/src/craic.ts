import { join } from "node:path";
import { issueOperatorToken } from "@craic/auth/access-token.js";
import { loadOrCreateSigningKey } from "@craic/auth/signing-key.js";
import { type RunningRecommender, recommenderModule } from "@craic/recommender/module.js";
import { createLogger } from "@craic/runtime/log.js";
import type { Host, RunningModule } from "@craic/runtime/module.js";
import { configureProcess, type RunningProcess, startProcess } from "@craic/runtime/serve.js";
import { type Environment, Settings } from "@craic/runtime/settings.js";
import { databaseSetting, readCraicConfig } from "./config.js";
import { takeDataDirectory } from "./data-directory.js";
import { databaseUrls, provideDatabases } from "./databases.js";
import { trainFirstModel } from "./first-model.js";
import { keepDynalite } from "./kept-dynalite.js";
import { keepMariadb } from "./kept-mariadb.js";
import { mariadbUrl } from "./mariadb.js";
import { patiently } from "./patiently.js";
import { forgetServer, tellOfServer } from "./running-server.js";
import { loadSample } from "./sample.js";

interface CraicOptions {
  readonly environment: Environment;
  /** Folder of the bundles, with migrations, catalogue and page in it. */
  readonly assets: string;
  /** Told what is being done, for a person who waits. */
  readonly announce: (step: string) => void;
}

const ADMIN_TOKEN_S = 15 * 60;

/**
 * Takes the data directory, starts a private MariaDB unless CRAIC_MYSQL_URL names a server, makes the database of each
 * service that is not told where its own is, serves, and loads the sample catalogue. Whatever fails, all that was
 * started before is stopped again.
 */
export async function startCraic({ environment, assets, announce }: CraicOptions): Promise<RunningProcess> {
  await using undo = new AsyncDisposableStack();
  const settings = new Settings(environment);
  const config = readCraicConfig(settings);
  const directory = takeDataDirectory(config.dataDirectory);
  undo.defer(() => directory.release());
  forgetServer(directory.path);
  const inDirectory = (...path: string[]) => join(directory.path, ...path);

  const adminUrl = config.mysqlUrl ?? mariadbUrl(inDirectory("mariadb"));
  const urls = databaseUrls(adminUrl, config.servicesWithDatabase, inDirectory("secrets"));
  settings.provide({
    CRAIC_AUTH_KEY_FILE: inDirectory("secrets", "signing-key.pem"),
    CRAIC_MODEL_DIR: inDirectory("models"),
    CRAIC_WEB_DIR: join(assets, "web"),
  });
  for (const [service, url] of urls) settings.provide({ [databaseSetting(service)]: url });
  if (config.emulateDynamo) {
    const listen = config.dynamoListen;
    const dynalite = await keepDynalite(inDirectory("dynamodb"), { listen, announce });
    undo.defer(() => dynalite.stop());
    settings.provide({ CRAIC_DYNAMODB_ENDPOINT: dynalite.endpoint });
  }
  const started = new Map<string, RunningModule>();
  const modules = config.modules.map((module) => ({
    ...module,
    async start(its: unknown, host: Host) {
      const running = await module.start(its, host);
      started.set(module.name, running);
      return running;
    },
  }));
  const configured = configureProcess(modules, settings);
  const log = createLogger(configured.own.logLevel, "craic");

  if (urls.size > 0) {
    if (config.mysqlUrl === undefined) {
      announce("starting MariaDB");
      const mariadb = await keepMariadb(inDirectory("mariadb"), log);
      undo.defer(() => mariadb.stop());
    }
    await provideDatabases(adminUrl, urls.values(), log);
  }

  announce("starting the services");
  const running = await startProcess(configured, {
    log,
    migrationsDir: (name) => join(assets, "migrations", name),
  });
  undo.defer(() => running.drain());

  if (config.sampleCatalogue) {
    const key = loadOrCreateSigningKey(settings.string("CRAIC_AUTH_KEY_FILE"));
    const sample = {
      transport: running.transport,
      adminToken: () => issueOperatorToken(key, new Date(), ADMIN_TOKEN_S).token,
      folder: join(assets, "catalogue"),
      now: () => new Date(),
      log,
      announce,
    };
    // The services are open already, and a database that leaves meanwhile must not take them with it.
    await patiently(() => loadSample(sample), { log });
    announce("training a first model, where there is none");
    await trainFirstModel({
      recommender: started.get(recommenderModule.name) as RunningRecommender,
      assets,
      // All of it: what it takes to reach the database is more than its URL, for example NODE_EXTRA_CA_CERTS.
      environment: { ...settings.given(), LOG_LEVEL: log.level },
      log,
    });
  }

  tellOfServer(directory.path, { bind: configured.own.bind, grpcPort: running.grpcPort });
  undo.defer(() => forgetServer(directory.path));
  const stop = undo.move();
  return { ...running, drain: () => stop.disposeAsync() };
}
