import { Code } from "@connectrpc/connect";

/** The name that gRPC gives a code, for logs, metrics and spans. */
export function codeName(code: Code | undefined): string {
  return code === undefined ? "OK" : (names[code] ?? "UNKNOWN");
}

const names = Object.fromEntries(
  Object.entries(Code)
    .filter(([, number]) => typeof number === "number")
    .map(([name, number]) => [number, name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()]),
) as Record<number, string>;
// Spelt with one L by Connect and with two by gRPC.
names[Code.Canceled] = "CANCELLED";
