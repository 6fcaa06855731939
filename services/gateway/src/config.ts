import type { Settings } from "@craic/runtime/settings.js";

/** What the gateway is told. */
export interface GatewayConfig {
  /** Folder of the built page. */
  readonly webDir: string;
  /** Origins whose pages may call, beside the gateway's own. */
  readonly allowedOrigins: ReadonlySet<string>;
  /** Proxies of ours that a request passes before it gets here. */
  readonly trustedProxies: number;
  /** Every browser comes over TLS, though the last hop to here may be in clear text. */
  readonly secureCookies: boolean;
  /** Of every client, and of those that open sessions; a rate of 0 limits nothing. */
  readonly callRate: Rate;
  readonly sessionRate: Rate;
  /** Calls under way at a time, of all clients together. */
  readonly maxCallsAtOnce: number;
}

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export function readGatewayConfig(settings: Settings): GatewayConfig {
  return {
    webDir: settings.string("CRAIC_WEB_DIR", "dist/web"),
    allowedOrigins: readOrigins(settings, "CRAIC_ALLOWED_ORIGINS"),
    trustedProxies: settings.integer("CRAIC_TRUSTED_PROXIES", 0, 0, 10),
    secureCookies: settings.flag("CRAIC_SECURE_COOKIES", false),
    callRate: readRate(settings, "CRAIC_RATE_LIMIT", { perSecond: 50, burst: 100 }),
    sessionRate: readRate(settings, "CRAIC_AUTH_RATE_LIMIT", { perSecond: 1, burst: 10 }),
    maxCallsAtOnce: settings.integer("CRAIC_MAX_CALLS_AT_ONCE", 50, 1, 100_000),
  };
}

/** A list with commas between; each as a browser sends it, for example "https://craic.example". */
function readOrigins(settings: Settings, name: string): ReadonlySet<string> {
  const origins = (settings.optional(name) ?? "")
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== "");
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      settings.reject(`${name} holds "${origin}", which is no origin such as "https://craic.example"`);
    }
  }
  return new Set(origins);
}

function readRate(settings: Settings, prefix: string, fallback: Rate): Rate {
  return {
    perSecond: settings.number(`${prefix}_PER_SECOND`, fallback.perSecond, 0, 1_000_000),
    burst: settings.number(`${prefix}_BURST`, fallback.burst, 1, 1_000_000),
  };
}
