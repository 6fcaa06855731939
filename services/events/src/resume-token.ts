import { invalidArgument } from "@craic/runtime/errors.js";
import type { Counter } from "./event-store.js";

/** An opaque token for the changes after this position in this database. */
export function encodeResumeToken({ position, epoch }: Counter): string {
  return Buffer.from(`${position}@${epoch}`).toString("base64url");
}

/**
 * The position a watch begins after: 0 for the empty token.
 *
 * INVALID_ARGUMENT if the token is not one of ours; nor is one of another database, or of a future that a
 * restored database has not seen.
 */
export function decodeResumeToken(token: string, now: Counter): number {
  if (token === "") return 0;
  const position = Number.parseInt(Buffer.from(token, "base64url").toString(), 10);
  if (!(position <= now.position) || encodeResumeToken({ position, epoch: now.epoch }) !== token) {
    throw invalidArgument({ field: "resume_token", description: "is not one of ours" });
  }
  return position;
}
