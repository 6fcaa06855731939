/** An operator's access token, as far as the page can read it: whether it is good is for the server to say. */
export interface StaffToken {
  readonly text: string;
  readonly expiresAt: Date;
}

const KEY = "craic.staff-token";

/**
 * Reads what somebody pasted: a JSON Web Token with the role admin. Line breaks, and a leading "Bearer", are left out.
 * Returns what is wrong with it, in a sentence, when it is none or cannot be of use any more.
 */
export function readStaffToken(pasted: string, now: Date): StaffToken | string {
  const text = pasted.replace(/\s+/g, "").replace(/^Bearer/i, "");
  const claims = claimsOf(text);
  if (claims === undefined) return "That is not a token: copy the whole line that the command prints.";
  const { exp, roles } = claims;
  if (!Array.isArray(roles) || !roles.includes("admin")) return "That token is not an operator's.";
  if (typeof exp !== "number" || exp * 1_000 <= now.getTime()) {
    return "That token has run out: make a new one.";
  }
  return { text, expiresAt: new Date(exp * 1_000) };
}

function claimsOf(token: string): Record<string, unknown> | undefined {
  const [head, body, signature, ...rest] = token.split(".");
  if (!head || !body || !signature || rest.length > 0) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(body.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof claims === "object" && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Outlasts a reload and ends with the tab. */
export function keepStaffToken({ text }: StaffToken): void {
  sessionStorage.setItem(KEY, text);
}

export function dropStaffToken(): void {
  sessionStorage.removeItem(KEY);
}

/** The token that this tab keeps, while it may be of use. */
export function keptStaffToken(now: Date): StaffToken | undefined {
  const text = sessionStorage.getItem(KEY);
  const token = text === null ? "" : readStaffToken(text, now);
  return typeof token === "string" ? undefined : token;
}
