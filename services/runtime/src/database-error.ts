/** Error codes of mysql2 and Node that mean "no server there yet". */
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOENT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNRESET",
  "PROTOCOL_CONNECTION_LOST",
]);

/** Whether an error of drizzle or mysql2 means that the database cannot be reached for the moment. */
export function isDatabaseUnreachable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && UNREACHABLE.has(cause.code)) return true;
  }
  return false;
}
