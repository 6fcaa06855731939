import { type Logger as PinoLogger, pino } from "pino";
import { describeFault } from "./fault.js";

export type Logger = PinoLogger;

/** One JSON object a line on standard output. Never put personal data, tokens or SQL in a field. */
export function createLogger(level: string, process: string): Logger {
  return pino({
    level,
    base: { process },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeFault },
  });
}
