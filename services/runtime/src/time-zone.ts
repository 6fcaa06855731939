/** Names found good so far: Intl takes some 50 µs to look at one. */
const known = new Set<string>();

/** Whether this is the IANA name of a time zone, for example "Europe/Dublin". */
export function isTimeZone(name: string): boolean {
  if (known.has(name)) return true;
  // Intl also takes offsets such as "+01:00", and names in any case.
  if (!/^[A-Z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    return false;
  }
  known.add(name);
  return true;
}
