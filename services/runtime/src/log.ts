import { type DestinationStream, type LoggerOptions, type Logger as PinoLogger, pino } from "pino";
import { describeFault } from "./fault.js";

export type Logger = PinoLogger;

/**
 * One JSON object a line. Never put personal data, tokens or SQL in a field.
 *
 * @param destination where the lines go; standard output when absent
 */
export function createLogger(level: string, process: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { process },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeFault },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
