/** Where a record comes from. */
export interface Source {
  readonly name: string;
  readonly externalId: string;
  /** Credit line; "" when none is asked for. */
  readonly attribution: string;
}

/** An artist as its source describes them. What is not known is "" or []. */
export interface DjContent {
  readonly source: Source;
  readonly name: string;
  readonly kind: string;
  /** In lower case, the most telling first. */
  readonly genres: readonly string[];
  readonly url: string;
}

/** A DJ or another artist who plays at events. */
export interface Dj extends DjContent {
  readonly djId: string;
  /** When the record last changed. */
  readonly updated: Date;
}
