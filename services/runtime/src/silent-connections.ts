import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";

/** What mysql2's connections have beyond their types. */
interface Connection {
  readonly stream: Socket;
}

/**
 * Ends connections whose server says nothing while somebody waits for it. A machine that vanishes closes nothing: TCP
 * would go on for a quarter of an hour, with every query on such a connection, and those that wait for one to be free.
 * Those who wait then get an error that counts as a database that cannot be reached, and the next query a new connection.
 *
 * @param pool mysql2's
 * @param silenceMs longer than any query takes to begin its answer
 */
export function endSilentConnections(pool: EventEmitter, silenceMs: number): void {
  const inUse = new WeakSet<object>();
  pool.on("acquire", (connection: object) => void inUse.add(connection));
  pool.on("release", (connection: object) => void inUse.delete(connection));
  pool.on("connection", (connection: Connection) => {
    const { stream } = connection;
    stream.setTimeout(silenceMs);
    stream.on("timeout", () => {
      if (!inUse.has(connection)) return;
      const error = new Error(`the database has said nothing for ${silenceMs} ms`);
      stream.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
    });
  });
}

/** Lets one connection be silent for as long as it likes: a change of tables may take minutes. */
export function allowSilence(connection: { readonly connection: unknown }): void {
  (connection.connection as Connection).stream.setTimeout(0);
}
