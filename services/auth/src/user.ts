/** A person with an account. */
export interface User {
  readonly userId: string;
  /** As normalizeEmail() gives it. */
  readonly email: string;
  readonly displayName: string;
  /** What the person may do beyond their own data, for example "admin". */
  readonly roles: readonly string[];
  readonly createTime: Date;
}

/** Most characters of an email (RFC 5321, section 4.5.3.1.3, less the angle brackets). */
export const MAX_EMAIL_LENGTH = 254;

/**
 * The one spelling under which an email is stored and looked up. Two ways to write the same letter in
 * Unicode are one letter.
 */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase().normalize("NFC");
}

/** Why a normalized email cannot be an account's; `undefined` when it can. */
export function emailProblem(email: string): string | undefined {
  // Lower-casing can lengthen: "İ" becomes two code points.
  if ([...email].length > MAX_EMAIL_LENGTH) return `is longer than ${MAX_EMAIL_LENGTH} characters`;
  if (hasControlCharacters(email)) return "holds characters that cannot be seen";
  return undefined;
}

/** Why a trimmed display name cannot be one; `undefined` when it can. */
export function displayNameProblem(displayName: string): string | undefined {
  if (displayName === "") return "is only white space";
  if (hasControlCharacters(displayName)) return "holds characters that cannot be seen";
  return undefined;
}

/** Line breaks, NUL and the like, and halves of surrogate pairs. */
function hasControlCharacters(text: string): boolean {
  return /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);
}
