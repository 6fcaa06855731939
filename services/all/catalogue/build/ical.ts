/** The properties of one VEVENT by name, parameters dropped. */
export type CalendarEvent = ReadonlyMap<string, string>;

/** Reads the events of an iCalendar text as far as simple feeds go. Source: RFC 5545, sections 3.1 and 3.3.11. */
export function readCalendar(text: string): CalendarEvent[] {
  const events: CalendarEvent[] = [];
  let event: Map<string, string> | undefined;
  for (const line of unfolded(text)) {
    if (line === "BEGIN:VEVENT") {
      event = new Map();
    } else if (line === "END:VEVENT" && event !== undefined) {
      events.push(event);
      event = undefined;
    } else {
      const [, name, value] = /^([A-Z-]+)(?:;[^:]*)?:(.*)$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) event?.set(name, value);
    }
  }
  return events;
}

/** The elements of a comma-separated text value, unescaped. */
export function textList(value: string): string[] {
  return value
    .split(/(?<!\\),|\\,/)
    .map((text) => unescaped(text).trim())
    .filter((text) => text !== "");
}

export function unescaped(value: string): string {
  return value.replace(/\\n/gi, "\n").replace(/\\([,;\\])/g, "$1");
}

/** A line that begins with white space continues the one before. */
function unfolded(text: string): string[] {
  return text.replace(/\r?\n[ \t]/g, "").split(/\r?\n/);
}
