import type { CraicModule } from "@craic/runtime/module.js";
import type { Settings } from "@craic/runtime/settings.js";
import { everyModule, withDatabase } from "./modules.js";

/** What the process that hosts several services is told. */
export interface CraicConfig {
  readonly modules: readonly CraicModule<unknown>[];
  /** Those of the hosted services whose database is to be made here, by name: all that are not told where theirs is. */
  readonly servicesWithDatabase: readonly string[];
  /** Holds the databases, the keys and the models. */
  readonly dataDirectory: string;
  /** A MySQL server to make the services' databases in; undefined means a private MariaDB. */
  readonly mysqlUrl: string | undefined;
  /** Whether DynamoDB is to be emulated here, for the experiments that are hosted here. */
  readonly emulateDynamo: boolean;
  /** Where the emulation listens, host:port; undefined means any port, for this machine alone. */
  readonly dynamoListen: string | undefined;
  /** Whether to keep the sample catalogue and its simulated audience loaded. */
  readonly sampleCatalogue: boolean;
}

export function readCraicConfig(settings: Settings): CraicConfig {
  const modules = hostedModules(settings);
  const hostsAll = modules.length === everyModule.length;
  const wantsSample = settings.choice("CRAIC_CATALOGUE", ["sample", "none"], hostsAll ? "sample" : "none");
  if (wantsSample === "sample" && !hostsAll) {
    settings.reject("CRAIC_CATALOGUE is sample, which only a process that hosts all services can load");
  }
  const hasDynamo = settings.optional("CRAIC_DYNAMODB_ENDPOINT") !== undefined;
  const dynamo = settings.choice("CRAIC_DYNAMODB", ["embedded", "aws"], hasDynamo ? "aws" : "embedded");
  return {
    modules,
    servicesWithDatabase: modules
      .map(({ name }) => name)
      .filter((name) => withDatabase.has(name) && !settings.optional(databaseSetting(name))),
    dataDirectory: settings.string("CRAIC_DATA_DIR", ".craic"),
    mysqlUrl: settings.optional("CRAIC_MYSQL_URL") && settings.url("CRAIC_MYSQL_URL", ["mysql"]),
    emulateDynamo: dynamo === "embedded" && !hasDynamo && modules.some(({ name }) => name === "experiments"),
    dynamoListen: settings.optional("CRAIC_DYNAMODB_LISTEN"),
    sampleCatalogue: wantsSample === "sample",
  };
}

/** The name of the setting that says where a service's database is. */
export function databaseSetting(service: string): string {
  return `CRAIC_${service.toUpperCase()}_MYSQL_URL`;
}

/** The services that CRAIC_SERVICES names: "all", or a list with commas between. */
function hostedModules(settings: Settings): readonly CraicModule<unknown>[] {
  const text = settings.string("CRAIC_SERVICES", "all");
  if (text === "all") return everyModule;
  const names = text.split(",").map((name) => name.trim());
  const known = everyModule.map(({ name }) => name);
  for (const name of names.filter((name) => !known.includes(name))) {
    settings.reject(`CRAIC_SERVICES names "${name}", which is not one of ${known.join(", ")}`);
  }
  return everyModule.filter(({ name }) => names.includes(name));
}
