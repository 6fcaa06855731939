/** A SPIFFE id: spiffe://trust-domain/path, in the characters that the standard allows. */
const SPIFFE_ID = /^spiffe:\/\/[a-z0-9._-]+(?:\/[A-Za-z0-9._-]+)+$/;
/** One alternative name as Node prints it; those with a comma or a quote in them are written as JSON strings. */
const NAME = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)/gy;

/** The SPIFFE ids among the alternative names of a certificate, as Node prints those. */
export function spiffeIdsOf(alternativeNames: string | undefined): string[] {
  const ids: string[] = [];
  for (const [, kind, value = ""] of (alternativeNames ?? "").matchAll(NAME)) {
    if (kind === "URI" && SPIFFE_ID.test(value)) ids.push(value);
  }
  return ids;
}

/**
 * How the services of one installation are told apart from each other and from everybody else's: their ids begin
 * alike and end in the service's name. With the prefix spiffe://craic.local/ns/party/sa/craic- the id
 * spiffe://craic.local/ns/party/sa/craic-events is that of events.
 */
export class ServiceIdentities {
  constructor(readonly prefix: string) {}

  idOf(service: string): string {
    return this.prefix + service;
  }

  /** Whose a certificate is: a process that hosts several services may have an id for each. */
  namesOf(alternativeNames: string | undefined): string[] {
    return spiffeIdsOf(alternativeNames).flatMap((id) =>
      id.startsWith(this.prefix) ? id.slice(this.prefix.length) : [],
    );
  }
}

/** What is left of one of the ids without the name of whom it belongs to; undefined if it is none of theirs. */
export function prefixFrom(ids: readonly string[], names: readonly string[]): string | undefined {
  for (const id of ids) {
    for (const name of names) {
      const prefix = id.slice(0, -name.length);
      if (id.endsWith(name) && /[/-]$/.test(prefix)) return prefix;
    }
  }
  return undefined;
}
