import type { Database } from "@craic/runtime/mysql.js";
import { drizzle } from "drizzle-orm/mysql2";
import { createMysqlMirrorStore } from "../catalogue/mirror-store.mysql.js";
import { createMysqlVenueStore } from "../catalogue/venue-store.mysql.js";
import { readAll } from "../feedback/feedback-store.js";
import { createMysqlFeedbackStore } from "../feedback/feedback-store.mysql.js";
import type { TrainingData } from "./training-data.js";

/** Reads within one transaction that sees the database as it was when it began. */
export function createMysqlTrainingData({ pool }: Pick<Database, "pool">): TrainingData {
  return {
    async atOneMoment(read) {
      const connection = await pool.getConnection();
      try {
        await connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        await connection.query("START TRANSACTION WITH CONSISTENT SNAPSHOT");
        const reader = { db: drizzle(connection), pool: connection };
        const feedback = createMysqlFeedbackStore(reader);
        const result = await read({
          async countFeedback() {
            const [rows] = await connection.query({
              sql: "SELECT COUNT(*) FROM feedback",
              rowsAsArray: true,
            });
            return (rows as unknown as [[number]])[0][0];
          },
          events: () => createMysqlMirrorStore(reader).readAll(),
          venues: () => createMysqlVenueStore(reader).readAll(),
          feedback: () => readAll(feedback),
        });
        await connection.query("COMMIT");
        connection.release();
        return result;
      } catch (error) {
        // Nothing was written: the server forgets the transaction with its connection.
        connection.destroy();
        throw error;
      }
    },
  };
}
