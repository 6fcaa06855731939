/** Error codes of mysql2, Node and the server that mean "no server there for now". */
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOENT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  // What Kubernetes answers for a Service whose pods are not ready.
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNRESET",
  "EPIPE",
  "PROTOCOL_CONNECTION_LOST",
  "ER_SERVER_SHUTDOWN",
  "ER_CON_COUNT_ERROR",
]);
/** "Connection was killed": what MariaDB says when it shuts down; mysql2 has no name for it. */
const ER_CONNECTION_KILLED = 1927;

/** What the errors of drizzle, mysql2 and Node have that tells them apart. */
interface Failure {
  readonly cause?: unknown;
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly fatal?: unknown;
}

/** Whether an error of drizzle or mysql2 means that the database cannot be reached for the moment. */
export function isDatabaseUnreachable(error: unknown): boolean {
  for (let next = error; typeof next === "object" && next !== null; next = (next as Failure).cause) {
    const { code, errno, fatal } = next as Failure;
    if (typeof code === "string" && UNREACHABLE.has(code)) return true;
    if (errno === ER_CONNECTION_KILLED) return true;
    // mysql2's answer to a query on a connection that was lost before has no code.
    if (fatal === true && code === undefined) return true;
  }
  return false;
}
