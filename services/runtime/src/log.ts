import { type Logger as PinoLogger, pino } from "pino";
import { describeFault } from "./fault.js";

export type Logger = PinoLogger;

/** One JSON object a line on standard output. Never put personal data, tokens or SQL in a field. */
export function createLogger(level: string, service: string): Logger {
  return pino({
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeFault },
  });
}
