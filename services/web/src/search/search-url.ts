import type { When } from "./date-window.js";
import { parseDay } from "./date-window.js";

/** What a search looks for, as it stands in the address. */
export interface Search {
  readonly query: string;
  readonly genres: readonly string[];
  readonly when: When;
  /** "2026-12-24"; read only for chosen dates; empty for open. */
  readonly from: string;
  readonly to: string;
  readonly venueId: string;
  readonly djId: string;
}

export const EVERYTHING: Search = {
  query: "",
  genres: [],
  when: "any",
  from: "",
  to: "",
  venueId: "",
  djId: "",
};

export const WHENS: readonly (readonly [When, string])[] = [
  ["any", "Any time"],
  ["tonight", "Tonight"],
  ["weekend", "This weekend"],
  ["week", "Next 7 days"],
  ["dates", "Dates …"],
];

/** The most that the server takes. */
const MOST_GENRES = 20;
const LONGEST_QUERY = 200;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads an address; what does not belong there is left out rather than refused. */
export function parseSearch(params: URLSearchParams): Search {
  const one = (name: string) => params.get(name) ?? "";
  const id = (name: string) => (UUID.test(one(name)) ? one(name) : "");
  const day = (name: string) => (parseDay(one(name)) === undefined ? "" : one(name));
  return {
    query: one("q").slice(0, LONGEST_QUERY),
    genres: [...new Set(params.getAll("genre"))]
      .filter((genre) => genre !== "" && genre.length <= 60)
      .slice(0, MOST_GENRES),
    when: WHENS.find(([when]) => when === one("when"))?.[0] ?? "any",
    from: day("from"),
    to: day("to"),
    venueId: id("venue"),
    djId: id("artist"),
  };
}

/** The address of a search, without what is not set: "?q=jazz&when=weekend", or "". */
export function formatSearch(search: Partial<Search>): string {
  const { query, genres, when, from, to, venueId, djId } = { ...EVERYTHING, ...search };
  const params = new URLSearchParams();
  const set = (name: string, value: string) => value !== "" && params.set(name, value);
  set("q", query.trim());
  for (const genre of genres) params.append("genre", genre);
  set("when", when === "any" ? "" : when);
  if (when === "dates") {
    set("from", from);
    set("to", to);
  }
  set("venue", venueId);
  set("artist", djId);
  return params.size === 0 ? "" : `?${params}`;
}
