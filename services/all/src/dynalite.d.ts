declare module "dynalite/db/index.js" {
  /** What dynalite keeps its data in, opened in the background, as `create` of the very object that this exports says. */
  const databases: { create(options: object): Store };
  interface Store {
    readonly db: { open(): Promise<void> };
  }
  export default databases;
}
declare module "dynalite" {
  import type { Server } from "node:http";
  /** DynamoDB, emulated: a server that does not listen yet. `path` is where it keeps its data; in memory without. */
  export default function dynalite(options?: { path?: string; createTableMs?: number }): Server;
}
