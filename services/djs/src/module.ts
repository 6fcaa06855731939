import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { type CraicModule, register } from "@craic/runtime/module.js";
import { openDatabase } from "@craic/runtime/mysql.js";
import { createDjService } from "./dj-service.js";
import { createMysqlDjStore } from "./dj-store.mysql.js";

export interface DjsConfig {
  readonly mysqlUrl: string;
}

/** DJs and other artists. */
export const djsModule: CraicModule<DjsConfig> = {
  name: "djs",
  configure: (settings) => ({ mysqlUrl: settings.url("CRAIC_DJS_MYSQL_URL", ["mysql"]) }),
  async start({ mysqlUrl }, { log, migrationsDir, now }) {
    const database = await openDatabase(mysqlUrl, migrationsDir, log);
    return {
      registrations: [register(DjService, createDjService({ store: createMysqlDjStore(database), now }))],
      close: database.close,
    };
  },
};
