import { isDatabaseUnreachable } from "./database-error.js";

const failure = (properties: object, cause?: unknown) =>
  Object.assign(new Error("no", { cause }), properties);

describe("isDatabaseUnreachable", () => {
  it.each([
    ["a server that is not there", { code: "ECONNREFUSED" }],
    ["a Service of Kubernetes whose pods are not ready", { code: "ENETUNREACH" }],
    ["a socket that is not there", { code: "ENOENT" }],
    ["a connection that broke while writing", { code: "EPIPE" }],
    ["a connection that the server closed", { code: "PROTOCOL_CONNECTION_LOST", fatal: true }],
    ["a query after that", { fatal: true }],
    ["a server that shuts down", { code: "ER_SERVER_SHUTDOWN", errno: 1053 }],
    ["a MariaDB that shuts down", { code: "ER_UNKNOWN", errno: 1927 }],
    ["a server with too many connections", { code: "ER_CON_COUNT_ERROR", fatal: true }],
  ])("is true of %s, however deep", (_what, properties) => {
    expect(isDatabaseUnreachable(failure(properties))).toBe(true);
    expect(isDatabaseUnreachable(failure({}, failure({ code: "OTHER" }, failure(properties))))).toBe(true);
  });

  it.each([
    ["a statement that is wrong", failure({ code: "ER_PARSE_ERROR", errno: 1064 })],
    ["a wrong password", failure({ code: "ER_ACCESS_DENIED_ERROR", errno: 1045, fatal: true })],
    ["a fault of ours", new TypeError("x is not a function")],
    ["what is no error", "ECONNREFUSED"],
    ["nothing", null],
  ])("is false of %s", (_what, error) => {
    expect(isDatabaseUnreachable(error)).toBe(false);
  });
});
