import type { Database } from "@craic/runtime/mysql.js";

/** What a store speaks to: a database's pool, or one connection with a transaction of its own. */
export interface DatabaseSession {
  readonly db: Database["db"];
  readonly pool: Pick<Database["pool"], "query">;
}
