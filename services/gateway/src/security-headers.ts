import type { OutgoingHttpHeaders } from "node:http";

/** The page loads nothing from elsewhere, and nobody frames it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** A year. */
const HSTS_MAX_AGE_S = 31_536_000;

/** @param encrypted whether the browser came over TLS; only then may it be told to insist on it */
export function securityHeaders(encrypted: boolean): OutgoingHttpHeaders {
  return {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    ...(encrypted && { "strict-transport-security": `max-age=${HSTS_MAX_AGE_S}` }),
  };
}
