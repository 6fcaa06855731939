declare module "dynalite" {
  import type { Server } from "node:http";
  /** DynamoDB, emulated: a server that does not listen yet. `path` is where it keeps its data; in memory without. */
  export default function dynalite(options?: { path?: string; createTableMs?: number }): Server;
}
