/** What the log tells of an error. */
export interface Fault {
  readonly type: string;
  readonly code?: string;
  /** Absent for a database's errors. */
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: Fault;
}

/**
 * An error as the log may tell it. Errors of a database carry the query and its values, which may be anybody's
 * email: of those only the kind and the code are told.
 */
export function describeFault(error: unknown): Fault {
  if (!isError(error)) return { type: typeof error, message: String(error) };
  const code = "code" in error && error.code !== undefined ? String(error.code) : undefined;
  const ofDatabase = "sqlState" in error || "sql" in error || "query" in error;
  return {
    type: error.name === "Error" ? error.constructor.name : error.name,
    code,
    message: ofDatabase ? undefined : error.message,
    // The first lines of a stack repeat the message.
    stack: error.stack
      ?.split("\n")
      .filter((line) => line.startsWith("    at "))
      .join("\n"),
    cause: error.cause === undefined ? undefined : describeFault(error.cause),
  };
}

/** Also of another realm, as Node's own are in tests, and those that are errors in all but name. */
function isError(value: unknown): value is Error {
  return value instanceof Error || (typeof value === "object" && value !== null && "message" in value);
}
