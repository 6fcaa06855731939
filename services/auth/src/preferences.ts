/** What a person says they like; each list in the person's own order, without doubles. */
export interface Preferences {
  readonly genres: readonly string[];
  readonly djIds: readonly string[];
  /** The home city first. */
  readonly cityIds: readonly string[];
}

export const noPreferences: Preferences = { genres: [], djIds: [], cityIds: [] };

/** Leaves out what a list says a second time; the first mention keeps its place. */
export function withoutDoubles({ genres, djIds, cityIds }: Preferences): Preferences {
  return { genres: [...new Set(genres)], djIds: [...new Set(djIds)], cityIds: [...new Set(cityIds)] };
}
